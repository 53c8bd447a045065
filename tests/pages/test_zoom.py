"""Promise: the zoom counts the parameters and the biases of the models that it names, to scale."""

import math

import pytest
import torch

from helpers.explorables import Zoom
from helpers.explorables.zoom import STOPS, dots
from helpers.language.transformer import Config, Transformer
from helpers.real_models.census import biases, parameters
from helpers.real_models.parameter_types import published

ROOM = {name: (count, added) for name, _, count, added, _ in STOPS}


@pytest.mark.parametrize(
    ("name", "sizes"),
    [("one neuron", [1, 1]), ("a tiny network", [2, 2, 1]), ("two hidden layers", [2, 16, 16, 1])],
)
def test_small_networks_are_counted(name, sizes):
    layers = [torch.nn.Linear(n, m) for n, m in zip(sizes, sizes[1:], strict=False)]
    named = [each for layer in layers for each in layer.named_parameters()]
    assert ROOM[name] == counted(named)


def counted(named):
    """Return how many numbers [(name, tensor)] hold, and how many of these are biases."""
    return sum(p.numel() for _, p in named), sum(p.numel() for name, p in named if name.endswith("bias"))


def test_the_language_model_is_counted():
    model = Transformer(Config(vocabulary=163, context=32, width=48, positions="rotary"))
    assert ROOM["a language model of our own"] == counted(list(model.named_parameters()))


def test_real_models_are_those_of_the_census():
    assert ROOM["GPT-2 small"] == (parameters("GPT-2 small"), biases("GPT-2 small"))
    shapes = published("SmolLM2-135M")
    sizes = {name: math.prod(shape) for name, shape in shapes.items()}
    added = sum(size for name, size in sizes.items() if name.endswith("bias"))
    assert ROOM["a real model on your disk"] == (sum(sizes.values()), added)


def test_a_half_dot_is_a_dot():
    assert [dots(count, 10) for count in (4, 5, 14, 15)] == [0, 1, 1, 2]
    shown = Zoom(zoom=4.0).numbers()
    assert (shown["dots"], shown["bias_dots"]) == (12_444, 10)


def test_the_stops_are_pages_of_the_book(visit):
    with visit("chapters/welcome") as at:
        place = at.page.locator(".explorable[data-explorable=zoom]")
        for i, (name, page, count, _, _) in enumerate(STOPS):
            place.get_by_role("slider").fill(str(i))
            link = place.get_by_role("link", name=name)
            assert link.get_attribute("href") == f"{page}.html"
            assert place.locator("[data-name=parameters]").inner_text() == f"{count:,}"
            assert at.page.request.get(link.evaluate("(a) => a.href")).ok
