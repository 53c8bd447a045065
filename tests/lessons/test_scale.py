"""Promise: sizes, bits and processes are what the chapter says: laws, bytes, gradients."""

import socket

import numpy as np
import pytest
import torch

from helpers.explorables import Precision
from helpers.language.training import evaluate
from helpers.language.transformer import Config, Transformer
from helpers.real_models import ddp_step, int8, scaling, sizes
from helpers.real_models.quantise import changed, clipped, matrices, quantise, rounded, stored_bytes

SMALL = Config(vocabulary=163, context=32, width=48, positions="rotary")


def test_a_law_is_found_again():
    n = np.array([100, 1000, 5000.0])
    assert scaling.fit(n, 1.5 + 3 * n**-0.4, 1.5) == pytest.approx((3, 0.4))
    with pytest.raises(ValueError, match="not above the floor"):
        scaling.fit(n, np.array([1.4, 2, 3]), 1.5)
    with pytest.raises(ValueError, match="at least two sizes"):
        scaling.fit([100, 100], np.array([2.0, 2.1]), 1.5)
    with pytest.raises(ValueError, match="at least three trainings, and there are 2"):
        scaling.forecast(n[:2], np.array([[2.0], [1.8]]), 1.5, 5000)


def test_an_interval_holds_what_it_promises():
    rng, n, inside = np.random.default_rng(0), np.array([100, 200, 400, 800, 1600]), 0
    for _ in range(300):
        losses = 1 + 4 * n[:, None] ** -0.5 * np.exp(0.1 * rng.normal(size=(5, 8)))
        low, middle, high = scaling.forecast(n, losses, 1, 3200)
        assert low < middle < high
        inside += low < 1 + 4 * 3200**-0.5 * np.exp(0.1 * rng.normal()) < high
    assert 0.91 < inside / 300 < 0.985


@pytest.mark.parametrize("constants", [scaling.PRINTED, scaling.REFIT])
def test_the_best_size_is_best(constants):
    n, d = scaling.best_size(1e21, constants)
    assert 6 * n * d == pytest.approx(1e21)
    others = [scaling.law(n * k, d / k, constants) for k in (0.5, 0.99, 1.01, 2)]
    assert scaling.law(n, d, constants) < min(others)


def test_what_was_recorded_is_what_training_gives():
    assert scaling.RECORDED["floor"] == round(sizes.FLOOR, 4)
    widths = scaling.RECORDED["widths"]
    assert widths == [*sizes.SIZES, sizes.SIXTH]
    assert scaling.RECORDED["parameters"] == [sizes.size_of(sizes.build(width)) for width in widths]
    threads = torch.get_num_threads()
    torch.set_num_threads(1)
    found = evaluate(sizes.trained(8, seed=6), sizes.NEW)
    torch.set_num_threads(threads)
    assert found == pytest.approx(scaling.RECORDED["losses"][0][6], abs=0.05)


def test_the_digits_that_were_rounded_away():
    kept = [round(float(x), digits) for x, digits in zip(scaling.MORE_DIGITS, (2, 1, 1, 2, 2), strict=True)]
    assert kept == [1.69, 406.4, 410.7, 0.34, 0.28]


def test_the_loss_behind_words_is_that_of_a_plain_loop():
    model = sizes.build(8)
    rows = sizes.NEW[: 600 * 33].reshape(600, 33)
    with torch.inference_mode():
        log_p = torch.log_softmax(model(torch.from_numpy(rows[:, :-1])), dim=-1).numpy()
    near, the = sizes.LANGUAGE.encode("near the")
    two, one, others = [], [], []
    for row, said in zip(rows, log_p, strict=True):
        for t in range(2, 33):
            surprise = -said[t - 1, row[t]]
            (one if row[t - 1] == the else others).append(surprise)
            if row[t - 2] == near and row[t - 1] == the:
                two.append(surprise)
    assert sizes.loss_after(model, "the") == pytest.approx((np.mean(one), np.mean(others)), rel=1e-4)
    assert sizes.loss_after(model, "near", "the")[0] == pytest.approx(np.mean(two), rel=1e-4)


@pytest.mark.parametrize("bits", range(1, 9))
@pytest.mark.parametrize("block", [None, 4, 16])
def test_rounding_moves_by_half_a_step_and_keeps_the_ends(bits, block):
    w = torch.randn(6, 16, generator=torch.Generator().manual_seed(bits), dtype=torch.float64)
    q, step, _ = quantise(w, bits, block)
    assert q.min() == 0 and q.max() == 2**bits - 1 and len(step) == 6 * 16 // (block or 16)
    wrong = (rounded(w, bits, block) - w).abs().reshape(len(step), -1)
    assert (wrong <= step / 2 + 1e-12).all()
    ends = [w.reshape(len(step), -1).amin(dim=1), w.reshape(len(step), -1).amax(dim=1)]
    after = rounded(w, bits, block).reshape(len(step), -1)
    assert torch.allclose(torch.stack([after.amin(dim=1), after.amax(dim=1)]), torch.stack(ends))


def test_eight_bits_are_those_of_torch():
    w = torch.randn(1, 64)
    _, step, low = quantise(w, 8)
    zero = int(torch.round(-low / step))
    theirs = torch.fake_quantize_per_tensor_affine(w, step.item(), zero, 0, 255)
    assert (rounded(w, 8) - theirs).abs().max() <= step.item()


def test_equal_weights_and_bad_input():
    assert torch.equal(rounded(torch.full((2, 4), 0.3), 3), torch.full((2, 4), 0.3))
    with pytest.raises(ValueError, match="does not divide into blocks of 5"):
        rounded(torch.ones(2, 16), 4, 5)
    for wrong in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="infinite or no number"):
            rounded(torch.tensor([[1.0, wrong]]), 4)
    with pytest.raises(ValueError, match="takes 1 to 8 bits"):
        rounded(torch.ones(2, 16), 9)
    assert stored_bytes(32, 4, 32) == 20  # Q4_1 of GGUF: 2 + 2 + 16 bytes
    assert clipped(torch.tensor([-3.0, 0.5, 3.0]), 1).tolist() == [-1, 0.5, 1]


def test_a_changed_model_is_another_one_and_its_tables_stay():
    model = Transformer(SMALL)
    other = changed(model, torch.zeros_like)
    assert all(not p.any() for p in matrices(other).values()) and all(
        p.any() for p in matrices(model).values()
    )
    assert torch.equal(other.embedding.weight, model.embedding.weight) and len(matrices(model)) == 8


@pytest.mark.parametrize("tied", [True, False])
def test_int8_is_close_with_the_product_and_without(tied):
    torch.manual_seed(0)
    model = Transformer(Config(vocabulary=163, context=32, width=64, positions="rotary", tied=tied))
    tokens = torch.randint(163, (2, 20))
    plain, fast = (int8.to_int8(model, product=which) for which in (False, int8.has_product()))
    assert int8.memory(plain) < int8.memory(model) * (0.3 if tied else 0.5)
    with torch.inference_mode():
        logits = model(tokens)
        for other in (plain, fast):
            assert (other(tokens) - logits).norm() < 0.03 * logits.norm()
    layer = torch.nn.Linear(32, 16)
    eight, x = int8.Int8Linear(layer.weight, layer.bias, product=False), torch.randn(5, 32)
    by_hand = x @ (eight.q.float() * eight.scale[:, None]).T + layer.bias
    assert torch.allclose(eight(x), by_hand, atol=1e-6) and eight.q.abs().max() == 127


def test_two_processes_find_the_gradient_of_one_or_not():
    one = ddp_step.alone()
    (even, ragged, weighted), speed = ddp_step.start(2, [(4, False), (2, False), (2, True)])
    assert torch.allclose(even, one, atol=1e-6) and torch.allclose(weighted, one, atol=1e-6) and speed > 0
    model, batch = ddp_step.model_and_batch()
    ddp_step.mean_loss(model, batch[2:]).backward()
    assert torch.allclose(ragged, (ddp_step.alone(2) + ddp_step.gradient(model)) / 2, atol=1e-6)
    assert (ragged - one).norm() > 0.1 * one.norm()


def test_a_port_that_is_taken_is_one_sentence():
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        with pytest.raises(ddp_step.NotStarted, match="is taken by another program") as error:
            ddp_step.start(port=other.getsockname()[1])
    assert "\n" not in str(error.value)
    with pytest.raises(ValueError, match="1 or 2 processes"):
        ddp_step.start(3)


def test_a_process_that_dies_or_hangs_is_one_sentence_and_leaves_no_file(monkeypatch, tmp_path):
    monkeypatch.setattr("tempfile.tempdir", str(tmp_path))
    with pytest.raises(ddp_step.NotStarted, match=r"^Process 1 died \(exit code 7\), so torchrun .*\.$"):
        ddp_step.start(dying=1)
    monkeypatch.setattr(ddp_step, "PATIENCE", 0.1)
    with pytest.raises(ddp_step.NotStarted, match="did not finish in 0.1 seconds"):
        ddp_step.start()
    assert list(tmp_path.glob("**/found.json")) == []


@pytest.mark.parametrize("block", ["16", "48"])
@pytest.mark.parametrize("bits", [1.0, 3.0, 8.0])
def test_the_explorable_counts_its_bytes_and_its_harm(bits, block):
    shown = Precision(bits=bits, block=block, outlier=4.0).numbers()
    assert shown["bytes"] == 48 * bits / 8 + 48 / int(block) * 4
    assert shown["outlier_error"] == pytest.approx(0) and shown["used"] <= shown["values"] == 2**bits
    calm = Precision(bits=bits, block=block, outlier=0.5).numbers()
    assert calm["others_error"] < shown["others_error"] and calm["step"] < shown["step"]
    assert Precision(bits=bits, block=block, limit=1.0).numbers()["outlier_error"] == pytest.approx(3)
