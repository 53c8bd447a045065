"""Promise: what chapter 19 opens, changes and counts is what it says, and everything is put back."""

import numpy as np
import pytest
import torch

from helpers.language.small_language import small_language
from helpers.language.training import evaluate, fingerprint
from helpers.language.transformer import Config, Transformer
from helpers.reading.changes import mean_heads, patch, share, without
from helpers.reading.first_token import constants_instead, fit_constants, handed_over, hidden, spread
from helpers.reading.heads import head_table
from helpers.reading.induction import both_losses, looks_back, repeated, scores
from helpers.reading.inside import NAMES, lens, recorded, run
from helpers.reading.passages import PASSAGES
from helpers.reading.questions import agreement, chases, first_or_second, many_or_one
from helpers.reading.real_knob import added, losses
from helpers.reading.redundancy import flat_directions, jacobian, other_basis, unused
from helpers.reading.small_model import CONFIG, SEEDS, small_model
from helpers.reading.surgery import larger, measured, parameter, slope, turned


def tiny(seed=0, **more):
    """Return a small model with random parameters, in float64."""
    model = Transformer(Config(**dict(vocabulary=12, context=6, width=8, heads=2, hidden=10) | more)).double()
    draw = torch.Generator().manual_seed(seed)
    for p in model.parameters():
        p.data += 0.5 * torch.randn(p.shape, generator=draw, dtype=p.dtype)
    return model


def some_tokens(texts=3, n=6, seed=0):
    return torch.randint(0, 12, (texts, n), generator=torch.Generator().manual_seed(seed))


LLAMA = dict(positions="rotary", norm="rms", gated=True, activation="silu", biases=False, kv_heads=1)
KINDS = [{}, {"positions": "rotary"}, {"positions": "buckets"}, {"layers": 3}, LLAMA]


@pytest.mark.parametrize("kind", KINDS)
def test_the_pass_that_lets_us_in_is_the_models_own(kind):
    model, tokens = tiny(**kind), some_tokens()
    with torch.no_grad():
        assert torch.allclose(run(model, tokens), model(tokens), atol=1e-10)


@pytest.mark.parametrize("kind", [{}, LLAMA])
def test_every_name_is_handed_over_in_its_shape(kind):
    model, tokens = tiny(**kind), some_tokens()
    kept = recorded(model, tokens)
    assert {name for name, _ in kept} == set(NAMES)
    assert kept["weights", 1].shape == (3, 2, 6, 6) and kept["heads", 1].shape == (3, 2, 6, 4)
    assert torch.allclose(kept["weights", 0] @ kept["values", 0], kept["heads", 0])
    assert torch.allclose(kept["weights", 0].sum(dim=-1), torch.ones(3, 2, 6, dtype=torch.float64))
    both = kept["stream", 0] + kept["attention", 0] + kept["feed_forward", 0]
    assert torch.allclose(both, kept["stream", 1])


def test_a_pass_can_begin_in_the_middle():
    model, tokens = tiny(layers=3), some_tokens()
    middle = recorded(model, tokens, ["stream"])["stream", 2]
    assert torch.equal(run(model, tokens, start=2, x=middle), run(model, tokens))


def test_the_lens_behind_the_last_block_is_the_model():
    model, tokens = tiny(), some_tokens()
    kept = recorded(model, tokens, ["stream"])
    behind = lens(model, [kept["stream", i] for i in range(3)])
    assert behind.shape == (3, 3, 6, 12) and torch.allclose(behind[2], run(model, tokens))
    bare = model.output(kept["stream", 0]).detach()
    assert not torch.allclose(behind[0], bare)  # the norm goes first


@pytest.mark.parametrize("tokens", [some_tokens()[:, :0], some_tokens() + 12, -some_tokens() - 1])
def test_what_is_no_text_is_refused(tokens):
    with pytest.raises(ValueError, match="tokens"):
        run(tiny(), tokens)


def test_a_patch_of_everything_is_the_other_answer():
    model, a, b = tiny(), some_tokens(seed=1), some_tokens(seed=2)
    kept = recorded(model, b)
    assert torch.equal(run(model, a, patch(kept, "stream", 0)), run(model, b))
    assert torch.equal(run(model, a, patch(kept, "stream", 2)), run(model, b))
    own = recorded(model, a)
    for name in NAMES:  # the control: a text into itself
        assert torch.equal(run(model, a, patch(own, name, 1)), run(model, a))


def test_a_patch_reaches_its_heads_and_places_and_no_others():
    model, a, b = tiny(), some_tokens(seed=1), some_tokens(seed=2)
    kept, own, seen = recorded(model, b), recorded(model, a), {}
    put = patch(kept, "heads", 0, heads=[1], places=[-1])

    def watch(name, block, value):
        seen[name, block] = put(name, block, value)
        return seen[name, block]

    run(model, a, watch)
    assert torch.equal(seen["heads", 0][:, 1, -1], kept["heads", 0][:, 1, -1])
    assert torch.equal(seen["heads", 0][:, 0], own["heads", 0][:, 0])
    assert torch.equal(seen["heads", 0][:, 1, :-1], own["heads", 0][:, 1, :-1])
    with pytest.raises(ValueError, match="Nothing was kept"):
        patch(kept, "heads", 7)


def test_a_head_is_taken_away_or_held():
    model, tokens = tiny(), some_tokens()
    kept = recorded(model, tokens)
    means, seen = mean_heads(kept, kept), {}
    assert torch.allclose(means[1], kept["heads", 1].mean(dim=0))
    for held, wanted in ((None, torch.zeros(6, 4)), (means, means[1][0])):
        off = without([(1, 0)], held)
        run(model, tokens, lambda n, i, v, off=off: keep(seen, n, i, off(n, i, v)))
        assert torch.allclose(seen["heads", 1][:, 0], wanted.double().expand(3, 6, 4))
        assert torch.equal(seen["heads", 1][:, 1], kept["heads", 1][:, 1])
        assert torch.equal(seen["heads", 0], kept["heads", 0])
        seen.clear()


def keep(seen, name, block, value):
    seen[name, block] = value
    return value


def test_a_share_is_nothing_all_and_the_way_between():
    assert share(-6, -6, 5) == 0 and share(-6, 5, 5) == 1 and share(0, 1, 4) == 0.25


@pytest.mark.parametrize("seed", range(SEEDS))
def test_the_small_models_are_good_ones(seed):
    language = small_language()
    new, _ = language.sample(3_000, np.random.default_rng(1))
    model = small_model(seed)
    assert sum(p.numel() for p in model.parameters()) == 64_464
    assert evaluate(model, new) < language.entropy() + 0.015
    assert all(torch.equal(p, p.half().float()) for p in model.parameters())


def test_there_is_no_fourth_training():
    with pytest.raises(ValueError, match="three trainings"):
        small_model(3)


def test_the_pairs_differ_in_one_word_and_are_sentences_of_the_language():
    language = small_language()
    for a, b in (agreement(), chases()):
        assert a.shape == b.shape and ((a != b).sum(dim=1) == 1).all() and len(a.unique(dim=0)) == len(a)
    assert language.decode(agreement()[1][0].numpy()) == ". the dogs near the barn"
    assert language.decode(chases()[0][0].numpy()) == ". the dog chases the cow , so the"


def test_log_odds_by_hand():
    language = small_language()
    p = torch.full((1, 1, 163), 1e-9)
    p[0, 0, language.encode("run eat")] = 0.45
    p[0, 0, language.encode("runs")[0]] = 0.1
    assert many_or_one(p.log())[0] == pytest.approx(np.log(9), abs=1e-4)
    tokens = torch.from_numpy(language.encode(". the dog chases the cow , so the"))[None]
    p[0, 0, language.encode("dog cow")] = torch.tensor([0.2, 0.1])
    assert first_or_second(p.log(), tokens)[0] == pytest.approx(np.log(2), abs=1e-4)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_one_head_carries_the_number_and_another_only_looks(seed):
    model, (ones, manys) = small_model(seed), agreement()
    kept = recorded(model, manys)
    a, b = many_or_one(run(model, ones)), many_or_one(run(model, manys))
    assert a.max() < 0 < b.min()
    moved, looked = {}, {}
    for at in [(i, h) for i in (0, 1) for h in range(4)]:
        put = patch(kept, "heads", at[0], heads=[at[1]], places=[-1])
        moved[at] = share(a, many_or_one(run(model, ones, put)), b).mean().item()
        looked[at] = kept["weights", at[0]][:, at[1], -1, 2].mean().item()
    assert max(moved.values()) > 0.84 and sorted(moved.values())[-2] < 0.2
    assert max(looked[at] for at in moved if moved[at] < 0.01) > 0.42


def test_the_table_of_heads_is_the_loop():
    model, a, b = tiny(), some_tokens(seed=1), some_tokens(seed=2)
    answer = lambda logits: logits[:, -1, 3] - logits[:, -1, 4]  # noqa: E731
    table, kept = head_table(model, a, b, answer, 2), recorded(model, b)
    assert table.shape == (4, 2)
    put = patch(kept, "heads", 1, heads=[0], places=[-1])
    moved = share(answer(run(model, a)), answer(run(model, a, put)), answer(run(model, b))).mean()
    wanted = [kept["weights", 1][:, 0, -1, 2].mean().item(), moved.item()]
    assert table[2].tolist() == pytest.approx(wanted)


@pytest.mark.parametrize("seed", range(SEEDS))
def test_by_the_second_block_the_verb_stands_at_the_second_noun(seed):
    """The other mistake: the head that carries the answer does not look at the verb."""
    model, (chase, fear) = small_model(seed), chases()
    table = head_table(model, chase, fear, lambda z: first_or_second(z, chase), 3)
    looked, carries = table[4:][table[4:, 1].argmax()]
    assert carries > 0.46 and looked < 0.01
    kept = recorded(model, fear)
    a, b = (first_or_second(run(model, each), chase) for each in (chase, fear))
    moved = [
        share(a, first_or_second(run(model, chase, patch(kept, "stream", 1, places=[at])), chase), b).mean()
        for at in (3, 5)
    ]
    assert abs(moved[0]) < 0.01 and moved[1] > 0.47


def test_what_is_recorded_of_a_changed_run_is_changed():
    model, tokens = tiny(), some_tokens()
    off = without([(0, 1)])
    kept, plain = recorded(model, tokens, change=off), recorded(model, tokens)
    assert kept["heads", 0][:, 1].abs().max() == 0 and not torch.equal(kept["stream", 1], plain["stream", 1])


def test_larger_weights_are_found_by_hand():
    model = tiny(layers=1)
    found = larger(model, 2.0)
    matrices = {n: p for n, p in model.named_parameters() if p.dim() == 2 and n.startswith("blocks")}
    assert len(found) == sum(int((p.abs() > 2).sum()) for p in matrices.values())
    assert all(matrices[name][row, column].item() == value for name, row, column, value in found)
    assert larger(model, 1e9) == []


ADDRESSES = [
    ("nobody.weight", (0, 0)),
    ("embedding.weight", (163, 0)),
    ("embedding.weight", (0, -1)),
    ("embedding.weight", (0,)),
    ("norm.weight", (0, 0)),
    ("embedding.weight", (0, 0, 0)),
]


@pytest.mark.parametrize("name, place", ADDRESSES)
def test_an_address_outside_is_a_sentence_and_changes_nothing(name, place):
    model = small_model()
    before = fingerprint(model)
    for use in (lambda: parameter(model, name, place), lambda: turned(model, name, place, 1.0).__enter__()):
        with pytest.raises(ValueError, match=r"\.$"):
            use()
    assert fingerprint(model) == before


def test_a_turned_parameter_comes_back_whatever_happens():
    model = small_model()
    before = fingerprint(model)
    with turned(model, "embedding.weight", (3, 4), 9.0):
        assert model.embedding.weight[3, 4] == 9 and fingerprint(model) != before
    assert fingerprint(model) == before
    with pytest.raises(ZeroDivisionError), turned(model, "norm.bias", (0,), 9.0):
        _ = 1 / 0
    assert fingerprint(model) == before
    for value in (float("nan"), float("inf")):
        with pytest.raises(ValueError, match="number"), turned(model, "norm.bias", (0,), value):
            pass
    assert fingerprint(model) == before


def test_the_slope_is_what_a_small_step_measures():
    model, tokens = tiny(), some_tokens()

    def loss():
        return torch.nn.functional.cross_entropy(model(tokens)[:, :-1].mT, tokens[:, 1:])

    for name, place in [("embedding.weight", (1, 2)), ("blocks.1.feed_forward.up.bias", (3,))]:
        told = slope(model, name, place, loss)
        up, down = measured(model, name, place, (1e-5, -1e-5), loss)
        assert (up - down) / 2e-5 == pytest.approx(told, rel=1e-5) and told != 0
        assert all(p.grad is None for p in model.parameters())


RANKS = [
    dict(positions="rotary", base=3.0),
    dict(positions="learned"),
    dict(positions="learned", layers=1, hidden=5),
    dict(positions="rotary", base=3.0, heads=4, layers=1),
]


@pytest.mark.parametrize("kind", RANKS)
def test_the_directions_that_change_nothing_are_as_many_as_the_formula_says(kind):
    model = tiny(seed=1, context=5, **{"layers": 1} | kind)
    texts = some_tokens(30, 5)
    assert flat_directions(model, texts) == sum(unused(model.config).values())


def test_the_jacobian_is_the_slopes():
    model, tokens = tiny(layers=1), some_tokens(1, 2)
    table = jacobian(model, tokens)
    model(tokens)[0, 1, 5].backward()
    row = torch.cat([p.grad.flatten() for p in model.parameters()])
    assert torch.allclose(table[12 + 5], row)


def test_a_formula_for_another_kind_of_model_is_refused():
    for kind in (LLAMA, {"biases": False}, {"tied": False}, {"positions": "none"}):
        with pytest.raises(ValueError, match="formula"):
            unused(Config(vocabulary=12, context=6, width=8, heads=2, **kind))
    assert sum(unused(CONFIG).values()) == 2_884
    gpt2 = Config(vocabulary=50_257, context=1024, width=768, layers=12, heads=12)
    assert sum(unused(gpt2).values()) == 1_346_584


def test_another_basis_is_the_same_model():
    model, twin, tokens = tiny(), tiny(), some_tokens()
    matrix = torch.randn(4, 4, generator=torch.Generator().manual_seed(3), dtype=torch.float64)
    other_basis(twin, 1, 1, 7 * matrix)
    assert torch.allclose(run(model, tokens), run(twin, tokens), atol=1e-9)
    assert not torch.allclose(model.blocks[1].attention.out.weight, twin.blocks[1].attention.out.weight)
    for wrong in (torch.zeros(4, 4), torch.eye(3)):
        with pytest.raises(ValueError, match="inverse"):
            other_basis(twin, 0, 0, wrong)


def test_induction_looks_behind_the_last_occurrence():
    tokens = repeated(5, 2, 0, 12)
    assert tokens.shape == (2, 10) and torch.equal(tokens[:, :5], tokens[:, 5:])
    model = tiny(context=10)
    kept = recorded(model, tokens, ["weights"])
    by_hand = np.mean([kept["weights", 1][t, 0, 5 + k, k + 1].item() for t in range(2) for k in range(5)])
    assert scores(model, tokens)[1, 0].item() == pytest.approx(by_hand)
    first, second = both_losses(model, tokens)
    z = torch.nn.functional.cross_entropy(
        run(model, tokens[:, :-1]).transpose(1, 2), tokens[:, 1:], reduction="none"
    )
    assert torch.allclose(first, z[:, :4].mean(dim=1)) and torch.allclose(second, z[:, 4:].mean(dim=1))


def test_looking_back_by_hand():
    w = torch.tensor([[1.0, 0, 0], [0.3, 0.7, 0], [0.2, 0.5, 0.3]])[None, None]
    assert looks_back(w, 1).item() == pytest.approx(0.4) and looks_back(w, 2).item() == pytest.approx(0.2)
    with pytest.raises(ValueError, match="3 tokens"):
        looks_back(w, 3)


def test_its_own_constants_replace_what_one_text_hands_over_on_average():
    model, tokens = tiny(), some_tokens()
    kept = recorded(model, tokens, ["weights", "values"])
    constants = fit_constants(model, tokens, [1])
    assert torch.allclose(constants[1], handed_over(kept, 1).mean(dim=(0, 2)))
    own = recorded(model, tokens, ["heads"])
    seen = {}
    change = constants_instead(constants)
    run(model, tokens, lambda n, i, v: keep(seen, n, i, change(n, i, v)))
    assert torch.allclose(seen["heads", 1][:, :, 0], own["heads", 1][:, :, 0])
    moved = seen["heads", 1][:, :, 1:] - own["heads", 1][:, :, 1:]
    assert torch.allclose(moved.mean(dim=(0, 2)), torch.zeros(2, 4, dtype=torch.float64), atol=1e-9)
    with pytest.raises(ValueError, match="hands nothing over"):
        fit_constants(model, tokens[:, :1], [1])


def test_a_hidden_first_token_gets_nothing_and_the_others_all():
    model, tokens, seen = tiny(), some_tokens(), {}
    change = hidden([1])
    run(model, tokens, lambda n, i, v: keep(seen, n, i, change(n, i, v)))
    assert seen["weights", 1][:, :, 1:, 0].abs().max() == 0
    assert torch.allclose(seen["weights", 1].sum(dim=-1), torch.ones(3, 2, 6, dtype=torch.float64))
    assert seen["weights", 0][:, :, 1:, 0].min() > 0


def test_a_constant_reaches_one_number_of_one_token():
    model, tokens = tiny(), some_tokens()
    kept, seen = recorded(model, tokens), {}
    change = added(100.0, row=3, block=0)
    run(model, tokens, lambda n, i, v: keep(seen, n, i, change(n, i, v)))
    moved = seen["stream", 1] - kept["stream", 1]
    assert moved[:, 0, 3].tolist() == pytest.approx([100.0] * 3) and moved.abs().sum() == pytest.approx(300)


def test_a_text_too_short_to_measure_on_is_refused():
    with pytest.raises(ValueError, match="too short"):
        losses(tiny(), some_tokens()[:, :1])
    whole = losses(tiny(), some_tokens())
    z = tiny()(some_tokens()[:, :-1]).detach()
    by_hand = torch.nn.functional.cross_entropy(z[1], some_tokens()[1, 1:])
    assert whole.shape == (3,) and whole[1].item() == pytest.approx(by_hand.item())


def test_an_interval_by_hand():
    mean, half = spread([1.0, 3.0] * 6)
    assert mean == 2 and half == pytest.approx(2.201 * np.std([1.0, 3.0] * 6, ddof=1) / 12**0.5, rel=1e-4)


def test_no_passage_stands_twice():
    assert len(PASSAGES) == 12 and len(set(PASSAGES.values())) == 12
