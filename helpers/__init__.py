"""The code that the lessons of Every Knob teach, a folder for each part of the book.

one_neuron, learning, language, real_models: a part imports from itself and from earlier parts only, and torch
comes in with `language`. Beside them: figures, explorables, claims, and checks with their exercises. Nothing
here knows of a notebook, but for one thing: in one, an assertion that stops says what it compared.
"""

from . import assertions, extras

__version__ = "0.3.0"  # the one place; CITATION.cff and CHANGELOG.md repeat it, and a test compares

extras.listen()
assertions.tell()
