"""How many directions of parameter space change nothing: by formula, by rank, and one of them walked.

Counted are directions along which no logit of any text moves. Permutations of hidden units are no directions:
they are jumps. It leaves out RMS norms, gated layers and shared keys.
"""

import torch
from torch.func import functional_call, jacrev
from torch.nn.attention import SDPBackend, sdpa_kernel


def unused(c):
    """Return {what: directions} of our Transformer with a Config: layer norm, biases, a tied output.

    With rotary positions a context has at least as many tokens as a head has numbers: in shorter ones some
    turns cannot be told apart. Another kind of Config raises a ValueError.
    """
    usual = c.norm == "layer" and c.norm_first and c.biases and c.tied and not c.gated and not c.output_bias
    if not usual or c.kv_heads not in (None, c.heads) or c.positions not in ("rotary", "learned"):
        raise ValueError("The formula is for layer norms in front, biases, a tied output and full heads.")
    d, h, size = c.width, c.hidden or 4 * c.width, c.width // c.heads
    rotary = c.positions == "rotary"
    block = {
        "values and output of a head": d * size,  # any invertible matrix in between, for each head
        "queries and keys": d if rotary else d * size,  # a rotation leaves turns and stretches of pairs
        "key biases": 0 if rotary else d,  # the same for all keys: softmax does not see it
        "value biases": d,  # they arrive whole, so the output bias can do it
        "gains and biases of norms": 4 * d,  # the next matrix can do it
        "the mean of what is added": d + 1 + h + 1,  # the next norm takes it away
        "the mean of what is read": 3 * d + h,  # behind a norm it is 0
    }
    places = {"the mean of a place": 0 if rotary else c.context}
    return {name: c.layers * count for name, count in block.items()} | places


def flat(model):
    """Return (all parameters as one vector, a function from such a vector to {name: tensor})."""
    shapes = [(name, p.shape) for name, p in model.named_parameters()]

    def named(vector):
        parts = vector.split([shape.numel() for _, shape in shapes])
        return {name: part.view(shape) for (name, shape), part in zip(shapes, parts, strict=True)}

    return torch.cat([p.detach().flatten() for p in model.parameters()]), named


def jacobian(model, tokens):
    """Return [logits, parameters]: how each logit moves with each parameter. For tiny models."""
    vector, named = flat(model)
    with sdpa_kernel(SDPBackend.MATH):  # the kernel whose slopes can be taken many at a time
        return jacrev(lambda v: functional_call(model, named(v), (tokens,)).flatten(), chunk_size=64)(vector)


def flat_directions(model, tokens, tolerance=1e-11):
    """Return how many directions move no logit: parameters minus the rank of the Jacobian.

    tolerance: a direction counts as one that moves nothing if it moves all logits by less than this share of
    what the strongest direction does. The parameters have to be float64, and the texts many.
    """
    table = jacobian(model, tokens)  # [logits, parameters]
    stretch = torch.linalg.svdvals(table)  # largest first
    return table.shape[1] - int((stretch > tolerance * stretch[0]).sum())


@torch.no_grad()
def other_basis(model, block, head, matrix):
    """Write another model into a model: one head's values times a matrix, its output times the inverse.

    matrix: [size, size]; one without an inverse raises a ValueError. The logits stay, up to rounding.
    """
    attention = model.blocks[block].attention
    d = model.config.width
    size = d // attention.heads
    matrix = torch.as_tensor(matrix, dtype=attention.out.weight.dtype)
    if matrix.shape != (size, size) or torch.linalg.matrix_rank(matrix) < size:
        raise ValueError(f"It takes a matrix of {size} rows and columns that has an inverse.")
    rows = slice(2 * d + head * size, 2 * d + (head + 1) * size)  # of the head's values, behind q and k
    columns = slice(head * size, (head + 1) * size)
    attention.qkv.weight[rows] = matrix @ attention.qkv.weight[rows]
    attention.qkv.bias[rows] = matrix @ attention.qkv.bias[rows]
    attention.out.weight[:, columns] = attention.out.weight[:, columns] @ torch.linalg.inv(matrix)
