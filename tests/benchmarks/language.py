"""The speed of the language model: a training step against transformers', its matrix products, writing, int8.

Both sides of a ratio take turns on one thread, from the same values. What it leaves out: memory, and GPUs.
"""

import os
import time
from statistics import median

os.environ.setdefault("KINETO_LOG_LEVEL", "5")  # or the profiler tells of every start and stop

import numpy as np
import torch
import transformers
from engine import check, in_turns
from torch.nn import functional as F
from torch.profiler import ProfilerActivity, profile

from helpers.language.generation import generate
from helpers.language.small_language import small_language
from helpers.language.training import evaluate, make_optimiser, next_token_loss, optimiser_step
from helpers.language.transformer import Config, Transformer
from helpers.real_models import sizes
from helpers.real_models.bert import bert_config, from_tensors
from helpers.real_models.gpt2 import from_gpt2, gpt2_config
from helpers.real_models.int8 import has_product, to_int8
from helpers.real_models.t5 import from_t5, t5_config
from helpers.real_models.xlnet import from_xlnet, order_masks, xlnet_config

LAYERS, WIDTH, HEADS, CONTEXT, VOCABULARY, BATCH = 4, 128, 4, 64, 512, 32
PRODUCTS = {"aten::mm", "aten::addmm", "aten::bmm"}  # what torch calls the products of linear layers


def twins():
    """Return GPT-2 of transformers, without dropout, and ours with the same tensors."""
    c = transformers.GPT2Config(
        vocab_size=VOCABULARY,
        n_positions=CONTEXT,
        n_embd=WIDTH,
        n_layer=LAYERS,
        n_head=HEADS,
        resid_pdrop=0,
        embd_pdrop=0,
        attn_pdrop=0,
    )
    theirs = transformers.GPT2LMHeadModel(c)
    return theirs, from_gpt2(theirs.state_dict(), gpt2_config(c))


def batch_at(step):
    rng = np.random.default_rng(step)
    return torch.from_numpy(rng.integers(0, VOCABULARY, (BATCH, CONTEXT + 1)))


def their_loss(model, batch):
    """The loss of `next_token_loss`, from the logits of transformers."""
    logits = model(batch[:, :-1], use_cache=False).logits
    return F.cross_entropy(logits.flatten(0, 1), batch[:, 1:].flatten())


def stepper(model, loss_of):
    """Return step(k) -> loss. Both sides have the optimiser of `helpers.language.training`."""
    optimiser = make_optimiser(model)

    def step(k):
        loss = loss_of(model, batch_at(k))
        optimiser_step(model, optimiser, loss, 1e-3)
        return loss.item()

    return step


def floating_point_operations():
    """Return those of the linear layers in one step, by hand.

    Each token: 12 d² products and sums in a block, d · V at the output, and the way back takes twice as many.
    """
    forward = 2 * BATCH * CONTEXT * (LAYERS * 12 * WIDTH**2 + WIDTH * VOCABULARY)
    return 3 * forward


def sgemm(size=1024):
    """Return the operations a second of one large product in single precision."""
    a, b = torch.randn(2, size, size, generator=torch.Generator().manual_seed(0))
    begin = time.perf_counter()
    a @ b
    return 2 * size**3 / (time.perf_counter() - begin)


def seconds_in_products(step, k):
    """Return the seconds that one step spends in the products of its linear layers, by the profiler."""
    with profile(activities=[ProfilerActivity.CPU]) as seen:
        step(k)
    return sum(each.self_cpu_time_total for each in seen.key_averages() if each.key in PRODUCTS) / 1e6


def products(step, rounds=15):
    """Return the median share of sgemm's rate that the products of a step reach, and that rate."""
    shares, rates = [], []
    for k in range(rounds):
        rates.append(sgemm())
        shares.append(floating_point_operations() / seconds_in_products(step, k) / rates[-1])
    return median(shares), median(rates)


def writing(rounds=7):
    """Return the median tokens a second for 64 and 255 tokens with a memory, and for 255 without."""
    model = Transformer(Config(vocabulary=VOCABULARY, context=256, width=WIDTH, layers=LAYERS, heads=HEADS))
    found = {}
    for _ in range(rounds):
        for count, cached in ((64, True), (255, True), (255, False)):
            begin = time.perf_counter()
            generate(model, [1], count, torch.Generator().manual_seed(0), cached=cached)
            found.setdefault((count, cached), []).append(count / (time.perf_counter() - begin))
    return [median(rates) for rates in found.values()]


def eight_bits(rounds=7):
    """Return the median tokens a second of a model that writes with int8 weights, and with float32."""
    model = Transformer(Config(vocabulary=49_152, context=64, width=576, layers=4, heads=9))
    pair, rates = (to_int8(model), model), ([], [])
    for _ in range(rounds):
        for each, found in zip(pair, rates, strict=True):
            begin = time.perf_counter()
            generate(each, [1], 40, torch.Generator().manual_seed(0), cached=True)
            found.append(40 / (time.perf_counter() - begin))
    return [median(found) for found in rates]


def losses_of_eight_bits():
    """Return the loss of the largest model of chapter 16 with int8 weights, and with float32."""
    model = sizes.trained(sizes.SIXTH)
    return [evaluate(each, sizes.NEW) for each in (to_int8(model), model)]


def sampling():
    """Return the seconds for a million tokens of the small language."""
    language, rng = small_language(), np.random.default_rng(0)
    begin = time.perf_counter()
    tokens, _ = language.sample(150_000, rng)
    return (time.perf_counter() - begin) * 1e6 / len(tokens)


def families():
    """Yield (family, ours, its loss, theirs, its loss) of BERT, T5 and XLNet: same tensors, same batches."""
    V, d, n = VOCABULARY, WIDTH, CONTEXT
    c = transformers.BertConfig(
        vocab_size=V, hidden_size=d, num_hidden_layers=LAYERS, num_attention_heads=HEADS,
        intermediate_size=4 * d, max_position_embeddings=n, hidden_dropout_prob=0,
        attention_probs_dropout_prob=0,
    )  # fmt: skip
    theirs = transformers.BertForMaskedLM(c)
    yield (
        "BERT",
        from_tensors(theirs.state_dict(), bert_config(c.to_dict())),
        lambda model, batch: _loss(model(batch[:, :-1]), batch[:, :-1]),
        theirs,
        lambda model, batch: _loss(model(batch[:, :-1]).logits, batch[:, :-1]),
    )
    c = transformers.T5Config(
        vocab_size=V, d_model=d, d_kv=d // HEADS, num_heads=HEADS, num_layers=LAYERS, d_ff=4 * d,
        dropout_rate=0, use_cache=False,
    )  # fmt: skip
    theirs, half = transformers.T5ForConditionalGeneration(c), n // 2
    yield (
        "T5",
        from_t5(theirs.state_dict(), t5_config(c, context=n)),
        lambda model, batch: _loss(model(batch[:, :half], batch[:, half:-1]), batch[:, half + 1 :]),
        theirs,
        lambda model, batch: _loss(
            model(input_ids=batch[:, :half], decoder_input_ids=batch[:, half:-1]).logits,
            batch[:, half + 1 :],
        ),
    )
    c = transformers.XLNetConfig(
        vocab_size=V, d_model=d, n_layer=LAYERS, n_head=HEADS, d_inner=4 * d, dropout=0
    )
    theirs, order = transformers.XLNetLMHeadModel(c), torch.arange(n)
    hide = (~order_masks(order)[1]).float().expand(BATCH, n, n)
    places = torch.eye(n).expand(BATCH, n, n)
    yield (
        "XLNet",
        from_xlnet(theirs.state_dict(), xlnet_config(c, context=n)),
        # The first place sees nothing here, and everything in transformers: it does not count.
        lambda model, batch: _loss(model(batch[:, :-1], order)[:, 1:], batch[:, 1:-1]),
        theirs,
        lambda model, batch: _loss(
            model(batch[:, :-1], perm_mask=hide, target_mapping=places, use_mems=False).logits[:, 1:],
            batch[:, 1:-1],
        ),
    )


def _loss(logits, asked):
    return F.cross_entropy(logits.flatten(0, 1), asked.flatten())


def measure(*_):
    """Yield (what, value, aim, detail) for each row of the table. It needs neither a course nor rounds."""
    torch.set_num_threads(1)
    theirs, ours = twins()
    steps = stepper(ours, next_token_loss), stepper(theirs, their_loss)
    (fast, slow), losses = in_turns(steps, 40)
    check(losses[0][:3], losses[1][:3], digits=4)
    detail = (
        f"ours {1e3 * fast:.0f} ms, transformers {1e3 * slow:.0f} ms; {LAYERS} x {WIDTH}, {BATCH} x {CONTEXT}"
    )
    yield "a step of GPT / transformers'", f"{fast / slow:.2f} x", "at most 1.0", detail
    for family, mine, my_loss, other, other_loss in families():
        pair, losses = in_turns((stepper(mine, my_loss), stepper(other, other_loss)), 15)
        check(losses[0][:1], losses[1][:1], digits=4)
        detail = f"ours {1e3 * pair[0]:.0f} ms, transformers {1e3 * pair[1]:.0f} ms"
        yield f"a step of {family} / transformers'", f"{pair[0] / pair[1]:.2f} x", "at most 1.0", detail
    share, rate = products(steps[0])
    detail = f"sgemm {rate / 1e9:.0f} GFLOP/s; the whole step {floating_point_operations() / fast / rate:.0%}"
    yield "its matrix products / sgemm (by the profiler)", f"{share:.0%}", "at least 65 %", detail
    short, long, plain = writing()
    detail = f"{short:.0f} and {long:.0f} tokens a second"
    yield "writing 255 tokens / 64, tokens a second", f"{long / short:.2f} x", "at least 0.9", detail
    detail = f"without {plain:.0f} tokens a second"
    yield "writing 255 tokens with a memory / without", f"{long / plain:.1f} x", "at least 6", detail
    fast, slow = eight_bits()
    loss, before = losses_of_eight_bits()
    detail = f"{fast:.0f} and {slow:.0f} tokens a second; loss {loss:.4f} and {before:.4f}"
    detail += "" if has_product() else "; this torch has no int8 product"
    yield "writing with int8 weights / float32", f"{fast / slow:.2f} x", "at least 1.5", detail
    yield (
        "a million tokens of the small language",
        f"{median(sampling() for _ in range(3)):.2f} s",
        "under 1",
        "",
    )


if __name__ == "__main__":
    for line in measure():
        print(*line, sep="  |  ")
