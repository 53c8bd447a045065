"""The code that the lessons of Every Knob teach: one module per concept, imported by every notebook.

It knows nothing of notebooks. Only the models of Part III import torch: attention, positions, transformer and
what builds on them.
"""

__version__ = "0.1.0"
