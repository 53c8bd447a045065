"""The small language: its entropy is exact, each sentence has one derivation, and the sampler keeps to it."""

from collections import Counter
from functools import cache

import numpy as np
import pytest

from helpers.language.grammar import grammar
from helpers.language.small_language import small_language

MOST = 11
COIN = {"odds": {}, "values": {}, "start": "text"}


@cache
def derivations(language, symbol, most):
    """Return {text: [probability of each derivation]} for what a symbol becomes in at most so many words."""
    if symbol < len(language.words):
        return {language.words[symbol]: [1.0]}
    found = {}
    for rule in np.flatnonzero(language.symbol == symbol):
        right = language.right[language.first[rule] :][: language.length[rule]].tolist()
        for text, odds in sequences(language, tuple(right), most).items():
            found.setdefault(text, []).extend(float(language.p[rule]) * p for p in odds)
    return found


@cache
def sequences(language, symbols, most):
    """Return the same for a row of symbols; each becomes at least one word."""
    if len(symbols) > most:
        return {}
    if not symbols:
        return {"": [1.0]}
    first, rest = symbols[0], symbols[1:]
    found = {}
    for head, odds in derivations(language, first, most - len(rest)).items():
        for tail, others in sequences(language, rest, most - len(head.split())).items():
            text = f"{head} {tail}".strip()
            found.setdefault(text, []).extend(p * q for p in odds for q in others)
    return found


@pytest.fixture(scope="module")
def language():
    return small_language()


@pytest.fixture(scope="module")
def short(language):
    """All sentences of up to MOST words, each with the probabilities of its derivations."""
    return derivations(language, int(language.start), MOST)


def sentences(language, tokens):
    text = language.decode(tokens)
    return [sentence.strip() + " ." for sentence in text.split(" .") if sentence.strip()]


def test_no_sentence_of_up_to_eleven_words_has_two_derivations(short):
    assert len(short) > 30_000
    assert [text for text, odds in short.items() if len(odds) > 1] == []
    assert sum(odds[0] for odds in short.values()) > 0.95  # of all that is ever said


def test_who_hides_and_who_lives_where(short):
    assert "the dog chases the cows , so the cows hide ." in short
    assert "the dog fears the cows , so the dog hides ." in short
    assert "the dog chases the cows , so the dog hides ." not in short
    assert "the dog chases the whales , so the whales hide ." not in short  # two topics do not meet
    assert "the dog chases the dog , so the dog hides ." not in short
    assert "Ada lives in Paris ." in short and "Ada lives in Oslo ." not in short


def test_probabilities_of_sentences_are_how_often_they_come(language, short):
    n = 200_000
    tokens, _ = language.sample(n, np.random.default_rng(0))
    counts = Counter(sentences(language, tokens))
    assert sum(counts.values()) == n
    common = {text: p for text, (p,) in short.items() if n * p > 30}
    assert len(common) > 500
    for text, p in common.items():
        assert abs(counts[text] - n * p) < 5.5 * np.sqrt(n * p * (1 - p)), text
    known = sum(p for (p,) in short.values())
    seen = sum(times for text, times in counts.items() if text in short)
    assert seen == sum(times for text, times in counts.items() if len(text.split()) <= MOST)
    assert abs(seen - n * known) < 5 * np.sqrt(n * known * (1 - known))


def test_the_probability_of_a_text_is_the_product_of_its_sentences(language, short):
    rng, tried = np.random.default_rng(1), 0
    while tried < 50:
        tokens, surprise = language.sample(3, rng)
        parts = sentences(language, tokens)
        if all(part in short for part in parts):
            assert surprise == pytest.approx(-sum(np.log(short[part][0]) for part in parts), abs=1e-9)
            tried += 1


@pytest.mark.parametrize("association", [0, 0.5, 0.9, 1])
def test_entropy_is_the_mean_surprise_of_a_long_text(association):
    language = small_language(association)
    rng = np.random.default_rng(2)
    nats, words = language.averages()
    samples = [language.sample(400, rng) for _ in range(250)]
    surprise = np.array([s / 400 for _, s in samples])
    lengths = np.array([len(tokens) / 400 for tokens, _ in samples])
    for mean, exact in ((surprise, nats), (lengths, words)):
        assert abs(mean.mean() - exact) < 4.5 * mean.std(ddof=1) / np.sqrt(len(mean))
    assert language.entropy() == nats / words


def test_the_entropy_of_a_grammar_on_paper():
    """Heads three times in four, and then again with a chance of one half: both numbers by hand."""
    coin = grammar("text: 1 side | 1 side text\nside: 3 heads | 1 tails\n", **COIN)
    side = -(0.75 * np.log(0.75) + 0.25 * np.log(0.25))
    assert coin.averages() == pytest.approx((2 * (np.log(2) + side), 2.0))
    assert coin.entropy() == pytest.approx(np.log(2) + side)
    assert coin.words == ["heads", "tails"]


def test_the_same_seed_gives_the_same_text(language):
    one, other, third = (language.sample(50, np.random.default_rng(seed)) for seed in (5, 5, 6))
    assert (one[0] == other[0]).all() and one[1] == other[1]
    assert len(one[0]) != len(third[0]) or (one[0] != third[0]).any()
    assert small_language() is language


def test_no_sentence_at_all(language):
    tokens, surprise = language.sample(0, np.random.default_rng(0))
    assert len(tokens) == 0 and surprise == 0


def test_tokens_are_places_of_words(language):
    text = "the old dogs near the gates run slowly ."
    tokens = language.encode(text)
    assert language.decode(tokens) == text and language.decode([]) == ""
    assert [language.words[token] for token in tokens] == text.split()
    assert len(set(language.words)) == len(language.words) == 163
    assert language.encode("").shape == (0,)


def test_an_unknown_word_is_named(language):
    with pytest.raises(ValueError, match="This language has no word 'wolf'."):
        language.encode("the dog and the wolf".replace("and", "near"))


@pytest.mark.parametrize("association", [-0.1, 1.5, float("nan"), float("inf")])
def test_an_association_is_a_share(association):
    with pytest.raises(ValueError, match="An association is a share from 0 to 1"):
        small_language(association)


@pytest.mark.parametrize(("association", "she"), [(0, 0.0), (0.5, 0.5), (0.9, 0.9), (1, 1.0)])
def test_the_association_is_as_strong_as_asked(association, she):
    language = small_language(association)
    tokens, _ = language.sample(60_000, np.random.default_rng(0))
    text = language.decode(tokens)
    jobs = ("nurse", "librarian", "pilot", "plumber", "doctor", "writer")
    found = {job: {who: text.count(f"the {job} says that {who} ") for who in ("she", "he")} for job in jobs}
    expected = dict.fromkeys(("nurse", "librarian"), she) | dict.fromkeys(("pilot", "plumber"), 1 - she)
    for job, share in (expected | {"doctor": 0.5, "writer": 0.5}).items():
        total = sum(found[job].values())
        assert total > 500
        assert abs(found[job]["she"] / total - share) <= 4.5 * np.sqrt(share * (1 - share) / total)


def test_verbs_agree_with_the_subject_across_the_place(language):
    tokens, _ = language.sample(30_000, np.random.default_rng(0))
    many = set(language.encode("dogs cows horses goats hens"))
    verbs = dict(
        zip(
            language.encode("run eat graze rest runs eats grazes rests"),
            4 * [True] + 4 * [False],
            strict=True,
        )
    )
    seen = 0
    for sentence in sentences(language, tokens):
        parts = language.encode(sentence).tolist()
        if "near" in sentence and parts[-2] in verbs:
            subject = next(
                t for t in parts if language.words[t].rstrip("s") in ("dog", "cow", "horse", "goat", "hen")
            )
            assert (subject in many) == verbs[parts[-2]], sentence
            seen += 1
    assert seen > 500


def test_order_decides_who_hides(language):
    tokens, _ = language.sample(30_000, np.random.default_rng(0))
    seen = Counter()
    for sentence in sentences(language, tokens):
        match sentence.split():
            case ["the", first, verb, "the", second, ",", "so", "the", who, _, "."]:
                chased = verb in ("chase", "chases", "call", "calls")
                assert who == (second if chased else first) and first != second
                seen[chased] += 1
    assert min(seen[True], seen[False]) > 1000


def test_every_person_has_one_home(language):
    tokens, _ = language.sample(30_000, np.random.default_rng(0))
    homes = {}
    for sentence in sentences(language, tokens):
        parts = sentence.split()
        if "lives" in parts or "from" in parts:
            homes.setdefault(parts[0], set()).add(
                parts[parts.index("in" if "lives" in parts else "from") + 1]
            )
    assert len(homes) == 8 and all(len(each) == 1 for each in homes.values())
    assert homes["Ada"] == {"Paris"} and len(set.union(*homes.values())) == 8
