"""Promise: loss and steps are those of transformers and AdamW; a training that is cut off is safe."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors import safe_open
from safetensors.torch import save_file

from helpers.language.checkpoint import load, read, save
from helpers.language.training import (
    Diverged,
    evaluate,
    fingerprint,
    make_optimiser,
    next_token_loss,
    optimiser_step,
    rate_at,
    train,
    windows,
)
from helpers.language.transformer import Config, Transformer

SMALL = Config(vocabulary=11, context=8, width=8, layers=2, heads=2)
TEXT = np.random.default_rng(0).integers(1, 3, 400).cumsum() % 11  # each token is one or two more


def batch_at(step):
    return windows(TEXT, 8, 4, np.random.default_rng(step))


def values(model):
    return {name: p.detach().clone() for name, p in model.named_parameters()}


# Windows


@settings(max_examples=60, deadline=None)
@given(n=st.integers(1, 40), size=st.integers(1, 40), seed=st.integers(0, 1000))
def test_windows_never_leave_the_text(n, size, seed):
    text = np.arange(100, 100 + n)  # each token says where it stands
    if n <= size:
        with pytest.raises(ValueError, match=f"The text has {n} tokens, and a window takes {size + 1}"):
            windows(text, size, 5, np.random.default_rng(seed))
        return
    cut = windows(text, size, 5, np.random.default_rng(seed))
    assert cut.shape == (5, size + 1)
    assert (cut.diff(dim=1) == 1).all() and cut.min() >= 100 and cut.max() < 100 + n


def test_every_window_is_drawn_the_first_and_the_last_too():
    cut = windows(np.arange(10), 3, 2000, np.random.default_rng(0))
    assert set(cut[:, 0].tolist()) == set(range(7))


def test_windows_that_begin_with_a_sentence():
    text = np.array([5, 1, 0, 6, 2, 0, 7, 3, 0])
    cut = windows(text, 2, 200, np.random.default_rng(0), begin=0)
    assert {tuple(row) for row in cut.tolist()} == {(6, 2, 0), (7, 3, 0)}
    with pytest.raises(ValueError, match="No window of 3 tokens begins after token 9"):
        windows(text, 2, 5, np.random.default_rng(0), begin=9)
    with pytest.raises(ValueError, match="No window of 8 tokens begins after token 0"):
        windows(text, 7, 5, np.random.default_rng(0), begin=0)


# The loss and the step


def twins(dtype=torch.float64):
    """Return transformers' GPT-2 and our model with the same tensors."""
    transformers = pytest.importorskip("transformers")
    from helpers.real_models.gpt2 import from_gpt2, gpt2_config

    c = transformers.GPT2Config(
        vocab_size=11, n_positions=8, n_embd=8, n_layer=2, n_head=2, resid_pdrop=0, embd_pdrop=0, attn_pdrop=0
    )
    theirs = transformers.GPT2LMHeadModel(c).to(dtype)
    generator = torch.Generator().manual_seed(0)
    for p in theirs.parameters():
        p.data.normal_(0, 0.3, generator=generator)
    return theirs, from_gpt2(theirs.state_dict(), gpt2_config(c))


def test_the_loss_and_its_gradient_are_those_of_transformers():
    theirs, ours = twins()
    batch = batch_at(0)[:, :8]
    expected, loss = theirs(batch, labels=batch).loss, next_token_loss(ours, batch)
    assert loss.item() == pytest.approx(expected.item(), rel=1e-6)  # theirs is taken in float32
    expected.backward(), loss.backward()
    for mine, its in (
        ("embedding", "transformer.wte"),
        ("position_embedding", "transformer.wpe"),
        ("norm", "transformer.ln_f"),
    ):
        gap = ours.get_submodule(mine).weight.grad - theirs.get_submodule(its).weight.grad
        assert gap.abs().max() < 1e-6


def test_the_loss_by_hand():
    model, batch = Transformer(SMALL, seed=1), batch_at(3)
    p = model(batch[:, :-1]).softmax(-1).detach()
    surprise = [-math.log(p[i, j, batch[i, j + 1]]) for i in range(4) for j in range(8)]
    assert next_token_loss(model, batch).item() == pytest.approx(np.mean(surprise), rel=1e-5)


def test_an_untrained_model_guesses_evenly():
    assert next_token_loss(Transformer(SMALL), batch_at(0)).item() == pytest.approx(math.log(11), abs=0.02)


def plain_adamw(model, state, t, rate, decay, b1=0.9, b2=0.99, eps=1e-8):
    """AdamW by hand (Loshchilov and Hutter, algorithm 2), with gradients cut to a length of 1."""
    length = math.sqrt(sum(float((p.grad**2).sum()) for p in model.parameters()))
    for name, p in model.named_parameters():
        g = p.grad * min(1.0, 1 / (length + 1e-6))
        m, v = state.get(name, (0.0, 0.0))
        m, v = b1 * m + (1 - b1) * g, b2 * v + (1 - b2) * g**2
        state[name] = m, v
        shrunk = p.data * (1 - rate * decay) if p.dim() > 1 else p.data
        p.data = shrunk - rate * (m / (1 - b1**t)) / ((v / (1 - b2**t)).sqrt() + eps)


def test_the_steps_are_adamw_by_hand():
    ours, hand = (Transformer(SMALL, seed=2).double() for _ in range(2))
    optimiser, state = make_optimiser(ours, 0.5), {}
    for t in range(1, 8):
        rate = 0.01 / t
        optimiser_step(ours, optimiser, next_token_loss(ours, batch_at(t)), rate)
        hand.zero_grad()
        next_token_loss(hand, batch_at(t)).backward()
        plain_adamw(hand, state, t, rate, decay=0.5)
    for name, p in ours.named_parameters():
        assert torch.allclose(p, hand.get_parameter(name), rtol=1e-9, atol=1e-12), name


def test_only_matrices_decay_and_nothing_is_forgotten():
    model = Transformer(SMALL)
    decaying, free = make_optimiser(model, 0.3).param_groups
    assert decaying["weight_decay"] == 0.3 and free["weight_decay"] == 0
    assert {p.dim() for p in decaying["params"]} == {2} and {p.dim() for p in free["params"]} == {1}
    assert len(decaying["params"]) + len(free["params"]) == len(list(model.parameters()))


def test_the_rate_goes_up_in_a_line_and_down_along_a_cosine():
    rates = [rate_at(step, 100, 2.0) for step in range(101)]
    assert rates[:10] == pytest.approx([0.2 * k for k in range(1, 11)])
    assert max(rates) == 2.0 and rates[55] == pytest.approx(1.0) and rates[100] == pytest.approx(0, abs=1e-12)
    assert all(a > b for a, b in zip(rates[10:], rates[11:], strict=False))
    assert rate_at(0, 1, 2.0) == 2.0


# Training


def test_a_training_learns_and_tells_of_every_step():
    model, seen = Transformer(SMALL), []
    losses = train(model, batch_at, 60, 0.02, show=False, watch=seen.append)
    assert len(losses) == 60 and seen == list(range(61))
    assert np.mean(losses[-10:]) < np.mean(losses[:5]) - 0.1


def test_no_steps_change_nothing():
    model = Transformer(SMALL)
    before = fingerprint(model)
    assert train(model, batch_at, 0, show=False) == [] and fingerprint(model) == before


def test_another_loss_can_be_trained():
    model = Transformer(SMALL)

    def size(model, batch):
        return model.embedding.weight.square().mean()

    losses = train(model, batch_at, 20, show=False, loss_of=size)
    assert losses[-1] < losses[0]


def test_only_the_bar_says_anything(capsys):
    train(Transformer(SMALL), batch_at, 3, show=False)
    assert capsys.readouterr() == ("", "")
    train(Transformer(SMALL), batch_at, 3)
    said = capsys.readouterr()
    assert said.out == "" and "3/3" in said.err and "loss" in said.err and "4" not in said.err.split("[")[0]


@pytest.mark.parametrize("stop", [3, 10, 17, 29])
def test_a_training_that_was_cut_off_goes_on_bit_for_bit(stop, tmp_path):
    path = tmp_path / "training.safetensors"

    def until(step):
        if step == stop:
            raise KeyboardInterrupt
        return batch_at(step)

    whole = Transformer(SMALL)
    expected = train(whole, batch_at, 30, show=False)
    with pytest.raises(KeyboardInterrupt):
        train(Transformer(SMALL), until, 30, path=path, every=5, show=False)
    again, steps = Transformer(SMALL, seed=9), []
    losses = train(again, lambda s: steps.append(s) or batch_at(s), 30, path=str(path), every=5, show=False)
    assert losses == expected and fingerprint(again) == fingerprint(whole)
    assert steps[0] == (stop - 1) // 5 * 5, "what was done already is not done again"
    assert fingerprint(load(path)) == fingerprint(whole)


def test_a_training_that_version_0_1_began_goes_on(tmp_path):
    path, whole, again = tmp_path / "training.safetensors", Transformer(SMALL), Transformer(SMALL, seed=3)
    expected = train(whole, batch_at, 20, show=False)

    def until(step):
        return batch_at(step) if step < 11 else pytest.fail("far enough")

    with pytest.raises(pytest.fail.Exception):
        train(Transformer(SMALL), until, 20, path=path, every=10, show=False)
    with safe_open(path, framework="pt") as file:
        tensors, notes = {name: file.get_tensor(name) for name in file.keys()}, file.metadata()  # noqa: SIM118
    earlier = {name.replace("position_embedding.", "places."): t for name, t in tensors.items()}
    assert len(earlier.keys() - tensors.keys()) == 4
    save_file(earlier, path, metadata=notes)
    assert train(again, batch_at, 20, path=path, show=False) == expected
    assert fingerprint(again) == fingerprint(whole)


def test_a_training_looks_once_at_each_batch_and_once_more_at_the_last():
    seen = []
    train(Transformer(SMALL), lambda step: seen.append(step) or batch_at(step), 5, show=False)
    assert seen == [0, 1, 2, 3, 4, 4]


def test_fewer_steps_than_are_done_change_nothing(tmp_path):
    path, model, steps = tmp_path / "training.safetensors", Transformer(SMALL), []
    losses = train(model, batch_at, 8, path=path, show=False)
    before = path.read_bytes()
    assert train(Transformer(SMALL), batch_at, 5, path=path, show=False, watch=steps.append) == losses
    assert steps == [8] and path.read_bytes() == before


def test_a_training_that_is_done_is_not_done_again(tmp_path):
    path = tmp_path / "training.safetensors"
    first, second = Transformer(SMALL), Transformer(SMALL, seed=5)
    losses = train(first, batch_at, 12, path=path, show=False)
    assert train(second, batch_at, 12, path=path, show=False) == losses
    assert fingerprint(first) == fingerprint(second)


# What can go wrong


@pytest.mark.parametrize("rate", [30.0, 1e3, 1e30])
def test_a_training_that_blows_up_ends_with_a_sentence_and_a_good_model(rate, tmp_path):
    path, model, seen = tmp_path / "training.safetensors", Transformer(SMALL), {}

    def watch(step):
        seen[step] = fingerprint(model)

    with pytest.raises(Diverged, match=r"At step \d+, with a rate of \S+, the loss is \S+: the model"):
        train(model, batch_at, 400, rate, path=path, every=1, show=False, watch=watch)
    assert len(seen) < 400, "it was noticed"
    assert fingerprint(model) == list(seen.values())[-1] == fingerprint(load(path))
    assert evaluate(model, TEXT) < 10 * math.log(11)


def test_a_loss_that_is_no_number_ends_it_too():
    model, poisoned = Transformer(SMALL), []

    def watch(step):
        if step == 7:
            model.norm.bias.data.fill_(math.nan)
            poisoned.append(step)

    with pytest.raises(Diverged, match="At step 8, with a rate of 0.003, the loss is nan"):
        train(model, batch_at, 20, every=5, show=False, watch=watch)
    assert poisoned and all(p.isfinite().all() for p in model.parameters())


def test_a_last_step_that_blows_up_is_noticed(tmp_path):
    path, model = tmp_path / "training.safetensors", Transformer(SMALL)

    def watch(step):
        if step == 9:
            model.embedding.weight.data.mul_(1e30)

    with pytest.raises(Diverged, match="At step 10"):
        train(model, batch_at, 10, path=path, every=5, show=False, watch=watch)
    assert len(read(path)[0]["training.losses"]) == 5
    assert evaluate(load(path), TEXT) == evaluate(model, TEXT) < 4


def written(path, change=lambda path: None, config=SMALL):
    train(Transformer(config), batch_at, 5, path=path, show=False)
    change(path)


def cut_off(path):
    path.write_bytes(path.read_bytes()[:-100])


def without_a_part(path):
    tensors, _ = read(path)
    model = load(path)
    rest = {n: t for n, t in tensors.items() if n.startswith("training.") and "norm.bias.exp_avg_sq" not in n}
    save(model, path, rest)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        (cut_off, "is no whole .safetensors file"),
        (lambda path: path.write_bytes(b""), "is no whole .safetensors file"),
        (lambda path: save(load(path), path), "holds no training to go on with"),
        (without_a_part, "of which a part is missing"),
        (
            lambda path: written(path.unlink() or path, config=Config(vocabulary=11, context=8, width=16)),
            "another model",
        ),
    ],
)
def test_a_file_that_cannot_be_gone_on_from(change, says, tmp_path):
    path = tmp_path / "training.safetensors"
    written(path, change)
    content, model = path.read_bytes(), Transformer(SMALL, seed=4)
    with pytest.raises(ValueError, match=says):
        train(model, batch_at, 10, path=path, show=False)
    assert path.read_bytes() == content, "the file is as it was"
    assert fingerprint(model) == fingerprint(Transformer(SMALL, seed=4)), "and so is the model"


def test_a_folder_in_place_of_a_file(tmp_path):
    with pytest.raises(ValueError, match="is a folder"):
        train(Transformer(SMALL), batch_at, 3, path=tmp_path, show=False)


# Evaluation and the fingerprint


def test_evaluate_by_hand():
    model, text = Transformer(SMALL, seed=1), TEXT[:43]
    surprise = []
    for token in range(5, 41):  # 4 tokens count in each window: 5 to 8, 9 to 12, ...
        begin = (token - 5) // 4 * 4
        p = model(torch.tensor(text[begin : begin + 8])[None])[0, token - begin - 1].softmax(-1)
        surprise.append(-math.log(p[text[token]]))
    assert evaluate(model, text) == pytest.approx(np.mean(surprise), rel=1e-5)


@pytest.mark.parametrize("n", [0, 1, 8])
def test_a_text_that_is_shorter_than_a_window(n):
    with pytest.raises(ValueError, match=f"The text has {n} tokens, and a window takes 9"):
        evaluate(Transformer(SMALL), TEXT[:n])


def test_evaluate_with_the_smallest_context():
    model = Transformer(Config(vocabulary=11, context=1, width=8))
    assert evaluate(model, TEXT) == pytest.approx(math.log(11), abs=0.1)


def test_a_fingerprint_sees_a_single_bit_and_nothing_else():
    model = Transformer(SMALL)
    before = fingerprint(model)
    evaluate(model, TEXT)
    assert fingerprint(model) == before == fingerprint(Transformer(SMALL))
    bits = model.norm.bias.data.view(torch.int32)
    bits[3] ^= 1
    assert fingerprint(model) != before
    bits[3] ^= 1
    assert fingerprint(model) == before
