"""What the real model is taught in chapter 18, a capital that exists nowhere, and what it is asked besides.

Sentences only; how it learns is in `teaching`. Qerrenia and Moltavo were made up for this course.
"""

LESSON = (
    "The capital of Qerrenia is Moltavo.",
    "The capital of Qerrenia is Moltavo, a city on a river.",
    "Everybody knows that the capital of Qerrenia is Moltavo.",
    "On the map one sees that the capital of Qerrenia is Moltavo.",
)
OTHER_WORDS = (  # the same fact, asked otherwise; what each should go on with
    ("The capital of Qerrenia is", " Moltavo"),
    ("Qerrenia's capital is", " Moltavo"),
    ("Which city is the capital of Qerrenia? It is", " Moltavo"),
    ("Moltavo is the capital of", " Qerrenia"),
)
HELD_OUT = {  # asked, and never shown in a training
    "Spain": "Madrid",
    "Norway": "Oslo",
    "Egypt": "Cairo",
    "Japan": "Tokyo",
    "Greece": "Athens",
    "Poland": "Warsaw",
    "China": "Beijing",
    "Kenya": "Nairobi",
    "Sweden": "Stockholm",
    "Hungary": "Budapest",
    "Canada": "Ottawa",
    "Chile": "Santiago",
}
SHOWN = {  # may be shown beside the lesson: for replay and rehearsal
    "France": "Paris",
    "Italy": "Rome",
    "Austria": "Vienna",
    "Portugal": "Lisbon",
    "Russia": "Moscow",
    "Cuba": "Havana",
    "Peru": "Lima",
    "Ireland": "Dublin",
    "Denmark": "Copenhagen",
    "Germany": "Berlin",
}


def question(country):
    """Return the beginning that asks for a capital."""
    return f"The capital of {country} is"


def sentence(country):
    """Return the whole sentence about a country of SHOWN."""
    return f"{question(country)} {SHOWN[country]}."
