"""The code that the lessons of Every Knob teach: one module per concept, imported by every notebook.

It knows nothing of notebooks, and nothing here imports torch unless a module needs it.
"""

__version__ = "0.1.0"
