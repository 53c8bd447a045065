"""The code that the lessons of Every Knob teach, a folder for each part of the book.

one_neuron, learning, language, real_models: a part imports from itself and from earlier parts only, and torch
comes in with `language`. Beside them: figures, explorables, claims, and checks with their exercises. Nothing
here knows of a notebook.
"""

from . import extras

__version__ = "0.1.0"

extras.listen()
