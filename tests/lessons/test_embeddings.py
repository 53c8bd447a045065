"""Embeddings: lookups, cosines and the bigram model, against torch and against counting."""

import make_embedding_map
import numpy as np
import pytest
import torch

from helpers.explorables import embedding_map
from helpers.language.embeddings import bigram, cosine, nearest, next_logits, one_hot, train_bigram
from helpers.learning.autograd import softmax_cross_entropy
from helpers.learning.markov import count_pairs, entropy, sample


@pytest.fixture
def rng():
    return np.random.default_rng(0)


def test_lookup_is_a_product_with_one_hot_rows(rng):
    table, tokens = rng.normal(size=(7, 3)), rng.integers(0, 7, size=(4, 5))
    assert (one_hot(tokens, 7) @ table == table[tokens]).all()
    assert (one_hot(tokens, 7) == torch.nn.functional.one_hot(torch.tensor(tokens), 7).numpy()).all()


def test_cosine_is_that_of_torch(rng):
    a, b = rng.normal(size=(2, 6, 5))
    expected = torch.nn.functional.cosine_similarity(torch.tensor(a), torch.tensor(b), dim=-1)
    assert np.allclose(cosine(a, b), expected.numpy(), atol=1e-14)
    assert np.allclose(cosine(3 * a, 0.1 * b), cosine(a, b))
    assert np.allclose(cosine(a, -2 * a), -1)


def test_nearest_is_sorted_and_leaves_the_token_out(rng):
    table = rng.normal(size=(9, 4))
    order = nearest(table, 2, 8)
    assert sorted([2, *order]) == list(range(9))
    assert (np.diff(cosine(table[order], table[2])) <= 0).all()


def test_cosines_of_random_rows_have_a_spread_of_one_over_the_root_of_d(rng):
    for d in (4, 64, 512):
        near = cosine(*rng.normal(size=(2, 4000, d)))
        assert abs(near.mean()) < 4 / np.sqrt(4000 * d)
        assert near.std() * np.sqrt(d) == pytest.approx(1, abs=0.05)


def test_bigram_model_and_its_gradients_are_those_of_torch(rng):
    parameters = bigram(6, 3, rng)
    here, following = rng.integers(0, 6, size=(2, 20))
    loss = softmax_cross_entropy(next_logits(here, *parameters), following)
    loss.backward()
    E, W, b = (torch.tensor(p.data, requires_grad=True) for p in parameters)
    logits = torch.nn.functional.linear(torch.nn.functional.embedding(torch.tensor(here), E), W, b)
    theirs = torch.nn.functional.cross_entropy(logits, torch.tensor(following))
    theirs.backward()
    assert float(loss.data) == pytest.approx(theirs.item(), abs=1e-12)
    for ours, other in zip(parameters, (E, W, b), strict=True):
        assert np.allclose(ours.grad, other.grad.numpy(), atol=1e-12)


def test_training_comes_near_what_counting_gives_and_not_below(rng):
    P = rng.dirichlet(np.full(6, 0.5), size=6)
    text = sample(P, 20_000, rng)
    counts = count_pairs(text, 6)
    floor = (counts.sum(axis=1) / counts.sum()) @ entropy(counts / counts.sum(axis=1, keepdims=True))
    parameters = bigram(6, 6, rng)
    train_bigram(text, parameters, (rng.integers(len(text) - 1, size=512) for _ in range(600)))
    loss = float(softmax_cross_entropy(next_logits(text[:-1], *parameters), text[1:]).data)
    assert floor <= loss < floor + 0.02


def test_training_returns_the_loss_of_each_step_and_moves_only_looked_up_rows_of_the_first_table(rng):
    parameters = bigram(5, 2, rng)
    before = [p.data.copy() for p in parameters]
    losses = train_bigram(np.array([0, 1, 0, 1, 0]), parameters, [np.array([0, 1]), np.array([2])])
    moved = np.abs(parameters[0].data - before[0]).sum(axis=1) > 0
    assert len(losses) == 2 and moved.tolist() == [True, True, False, False, False]
    assert (np.abs(parameters[1].data - before[1]).sum(axis=1) > 0).all()


def test_the_map_holds_what_its_script_makes():
    """The losses to four decimals, and the rows to a step of rounding: sums may run in another order."""
    tables, losses = make_embedding_map.snapshots()
    assert np.abs(np.array(losses) - embedding_map.TRAINED["losses"]).max() < 2e-4
    shown = embedding_map.EmbeddingMap()
    for made, held in zip(tables, shown.tables, strict=True):
        assert np.abs(make_embedding_map.rounded(made) - embedding_map.rows(held)).max() <= 1
    assert shown.words == make_embedding_map.WORDS and shown.steps == make_embedding_map.STEPS
