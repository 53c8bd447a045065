"""Four short texts of different kinds, on which one and the same model is tried again and again.

They were written for this course, so no model has read them in its training. What they leave out: languages
other than English, and anything longer than a real model's memory is good for.
"""

TEXTS = {
    "explained": """Bread rises because yeast eats sugar and gives off gas. The dough traps the gas in small \
bubbles, and in the heat of the oven these grow before the crust sets. If the oven is too cold, the \
gas escapes; if it is too hot, the outside is done while the inside is still wet.""",
    "told": """When Miriam came down to the harbour that morning, the boat was gone. Only the rope lay on \
the stones, cut through, and beside it her brother's lamp, still warm. She looked across the water, but the \
fog had not lifted, and nobody answered when she called.""",
    "spoken": """"You have an appointment?" asked the man behind the desk. "No," said Peter, "but the doctor \
knows me." "Everybody says that." "My name is Vogel. Tell her it is about the letter." The man sighed, \
picked up the telephone, and turned his chair to the wall.""",
    "code": '''def longest_word(text):
    """Return the longest word of a text, the first of them if several are equally long."""
    best = ""
    for word in text.split():
        if len(word) > len(best):
            best = word
    return best
''',
}
