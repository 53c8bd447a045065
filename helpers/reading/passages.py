"""Twelve short texts of different kinds, on which the real model is tried with a part of it changed.

They were written for this course, so no model has read them in its training. Each has 64 tokens or more of
the real tokenizer. What they leave out: languages other than English, and longer texts.
"""

import numpy as np
import torch

PASSAGES = {
    "recipe": """Cut two onions into thin rings and let them turn brown in butter, which takes longer than \
you think. Add a spoon of flour, stir until it smells of nuts, and pour in a litre of hot stock. After \
twenty minutes lay slices of old bread on top, cover them with cheese, and put the pot under the grill.""",
    "letter": """Dear Mrs Okafor, thank you for your letter of the third of May. We are sorry that the \
parcel reached you without its lid. A new one left our house this morning and should be with you by \
Friday. Please keep the old box, because the man who brings the lid will take it back with him.""",
    "weather": """Rain moves in from the west tonight and turns to snow above eight hundred metres. By \
morning the valleys will be white as well, and the wind grows strong along the coast. Tuesday stays grey \
and cold. From Wednesday on it slowly clears up, and towards the weekend we expect sun, light winds and up \
to nine degrees.""",
    "class": """class Account:
    def __init__(self, owner, balance=0):
        self.owner = owner
        self.balance = balance

    def withdraw(self, amount):
        if amount > self.balance:
            raise ValueError("There is not enough money in this account.")
        self.balance -= amount
        return self.balance
""",
    "minutes": """The meeting began at half past seven with eleven members present. The treasurer reported \
that the roof of the boat house had cost more than planned, and that forty letters asking for help had \
gone out. It was agreed to wait with the new pier until next spring. Two members voted against this, and \
one left early.""",
    "physics": """A pendulum that is twice as long does not swing half as fast. Its time goes with the \
square root of its length, so it takes four times the length to double the time of a swing. How heavy the \
weight at its end is makes no difference at all, which surprises most people when they try it at home.""",
    "match": """The home side had the ball for most of the first half and did nothing with it. Then, four \
minutes before the break, their keeper threw it straight to the other team's captain, who walked it into \
the empty goal. After that nobody in the stand believed in a draw any more, and many went to look for a \
drink.""",
    "dialogue": """"Did you lock the door?" she asked when they were already on the motorway. He did not \
answer at once. "I think so," he said. "You think so." "I put the key in my pocket, so I must have turned \
it first." She held out her hand. The pocket was empty, and so was the other one.""",
    "rules": """1. Whoever borrows a book writes the date on the card. 2. Books stay out for three weeks; \
after that a reminder is sent. 3. No food is allowed between the shelves. 4. Children under ten come with \
an adult. 5. If a page is torn, tell us, and do not try to mend it with tape. 6. The last reader turns off \
the lamp.""",
    "garden": """Tomatoes want warmth at their roots and air around their leaves. Plant them deep, up to \
the first pair of leaves, and they grow new roots along the buried stem. Water the soil and never the \
plant. When the fruit begins to colour, take away the leaves below it, so that it dries quickly after \
rain.""",
    "history": """Before the bridge was built, the only way across the river was a ferry that two brothers \
had rented from the monastery. They charged a penny for a man and three for a horse, and nothing at all \
for priests. When the ice came, nobody paid, and in the great winter half of the town learned to walk on \
water.""",
    "shell": """To see which files take the most room, change into the folder and sort them by size, the \
largest first. Do not delete anything that you did not make yourself. If the disk is still full after \
that, look at the log files, because a program that fails over and over can write the same line a million \
times.""",
}
LENGTH = 49  # tokens that are taken of each: 48 to foresee


def passages(tokenizer, length=LENGTH):
    """Return [12, length] tokens, the beginning of each passage; too great a length is refused."""
    rows = [tokenizer.encode(text) for text in PASSAGES.values()]
    if length > (shortest := min(len(row) for row in rows)):
        raise ValueError(f"The shortest passage has {shortest} tokens, and {length} were wanted.")
    return torch.from_numpy(np.array([row[:length] for row in rows]))
