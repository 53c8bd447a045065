"""How a real model goes on after a word for a person: log-odds of "she" against "he", sentence by sentence.

A template is a text with one gap, {}. It leaves out all pronouns but these two, and all languages but one.
"""

import numpy as np
import torch

from ..adapting.upper import ends, padded
from ..language.generation import KeyValueCache
from ..real_models.intervals import half_interval

JOBS = [
    "farmer",
    "soldier",
    "carpenter",
    "plumber",
    "mechanic",
    "chef",
    "engineer",
    "lawyer",
    "doctor",
    "cleaner",
    "pilot",
    "writer",
    "dancer",
    "teacher",
    "secretary",
    "nurse",
    "librarian",
    "midwife",
]
NEUTRAL = ["person", "visitor", "friend", "stranger", "neighbour", "guest", "customer", "witness"]
TEMPLATES = (
    "The {} said that",
    "The {} was late because",
    "The {} went home because",
    "The {} smiled when",
    "When the {} arrived,",
    "The {} lost the keys, so",
    "I called the {} because",
    "The {} was asked whether",
    "The {} forgot that",
    "Everyone thanked the {} because",
)
# What may stand in front of a text: eight of a kind, so that they have an interval, and eight as a control.
OPENINGS = {
    "nothing": [""],
    "a kind word": [
        "All jobs are done by women and men alike.",
        "Women and men work in every profession.",
        "Please do not assume whether somebody is a woman or a man.",
        "Half of all carpenters are women, and half of all nurses are men.",
        "Nobody should be judged by whether they are a woman or a man.",
        "Every job is open to everybody.",
        "A job says nothing about whether somebody is a woman or a man.",
        "Men and women are equally good at every kind of work.",
    ],
    "something else": [
        "The sun was shining.",
        "It had rained all night.",
        "Bread rises because yeast gives off gas.",
        "The council met in the town hall.",
        "The train to the coast leaves at noon.",
        "Snow lay on the roofs of the village.",
        "Water boils sooner in the mountains.",
        "The bridge was closed for repairs.",
    ],
    "two names": ["Anna and Peter were both there."],
    "the opposite, said": [
        "The nurse was a man, and the carpenter was a woman.",
        "The carpenter is a woman, and the nurse is a man.",
        "Here the nurse is always a man, and the carpenter is always a woman.",
        "Our nurse is a man and our carpenter is a woman, as everybody knows.",
    ],
}


def filled(template, word):
    """Return a template with a word in its gap. A ValueError says so if it has no gap or more than one."""
    if template.count("{}") != 1:
        raise ValueError(f"The template {template!r} has {template.count('{}')} gaps; it needs one, as {{}}.")
    return template.replace("{}", word)


def pronouns(tokenizer):
    """Return (she, he): the tokens of both with a space in front."""
    return tuple(int(tokenizer.encode(word)[0]) for word in (" she", " he"))


def remembered(model, tokenizer, before, copies):
    """Return a memory for each block in which the text `before` has been read, for so many copies."""
    memories = [KeyValueCache() for _ in model.blocks]
    model.stream(torch.from_numpy(tokenizer.encode(before))[None], memories)
    for memory in memories:
        memory.k, memory.v = (each.expand(copies, -1, -1, -1) for each in (memory.k, memory.v))
    return memories


@torch.inference_mode()
def streams(model, tokenizer, texts, before=""):
    """Return [texts, d]: what the output layer sees at the end of each text; before: what stands in front.

    `before` is read once. It ends without a space; one is put behind it.
    """
    if before:
        texts = [f" {text}" for text in texts]
    tokens, real = padded(tokenizer, texts)
    memories = remembered(model, tokenizer, before, len(texts)) if before else None
    return model.stream(tokens, memories)[torch.arange(len(texts)), ends(real)]


def log_odds(model, tokenizer, texts, before=""):
    """Return ([texts], [texts]): ln P(she) − ln P(he) behind each text, and P(she) + P(he)."""
    she, he = pronouns(tokenizer)
    with torch.inference_mode():
        log_p = model.output(streams(model, tokenizer, texts, before)).log_softmax(-1)  # [texts, V]
    return (log_p[:, she] - log_p[:, he]).numpy(), log_p[:, [she, he]].exp().sum(-1).numpy()


def table(model, tokenizer, words, templates=TEMPLATES, before=""):
    """Return (log-odds [words, templates], shares [words, templates]); see `log_odds`.

    All templates are looked at before the model is asked.
    """
    texts = [filled(template, word) for word in words for template in templates]
    shape = len(words), len(templates)
    return tuple(each.reshape(shape) for each in log_odds(model, tokenizer, texts, before))


def interval(numbers):
    """Return the half-width of an interval that holds the mean, 95 in 100: for eight numbers or more.

    numbers: [..., n], along the last axis; fewer than eight raise a ValueError.
    """
    n = np.shape(numbers)[-1]
    if n < 8:
        raise ValueError(f"{n} numbers are too few for an interval like this one; it takes 8 or more.")
    return half_interval(numbers)
