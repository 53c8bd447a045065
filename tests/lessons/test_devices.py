"""Promise: a model computes where its parameters are, and what it makes on the way is no float64 there.

Shown on the device `meta`, which like a card does not mix with the processor; Apple's MPS has no float64.
"""

import pytest
import torch
from torch.utils._python_dispatch import TorchDispatchMode

from helpers.language.training import next_token_loss
from helpers.language.transformer import Config, Transformer

SIZES = dict(vocabulary=19, context=12, width=24, heads=3)


class NoDouble(TorchDispatchMode):
    """Raise a TypeError, as MPS does, when an operation makes a float64 on the device `meta`."""

    def __torch_dispatch__(self, operation, types, args=(), kwargs=None):
        made = operation(*args, **(kwargs or {}))
        for each in made if isinstance(made, tuple | list) else [made]:
            if isinstance(each, torch.Tensor) and (each.device.type, each.dtype) == ("meta", torch.float64):
                raise TypeError(f"{operation} made a float64")
        return made


@pytest.mark.parametrize("norm", ["layer", "rms"])
@pytest.mark.parametrize("positions", ["learned", "sinusoids", "buckets", "rotary"])
def test_a_model_computes_where_its_parameters_are(positions, norm):
    with torch.device("meta"):
        model = Transformer(Config(**SIZES, positions=positions, norm=norm))
    with NoDouble():
        loss = next_token_loss(model, torch.zeros(2, 13, dtype=torch.long))
        loss.backward()
    assert (loss.device.type, loss.dtype) == ("meta", torch.float32)
    for p in model.parameters():
        assert (p.grad.device.type, p.grad.dtype) == ("meta", torch.float32)


def test_a_float64_would_be_noticed():
    with pytest.raises(TypeError), NoDouble():
        torch.ones(2, device="meta").double()
