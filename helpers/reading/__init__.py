"""Part V, chapter 19: a model laid open while it computes, what is taken out of it, and what is put in.

It leaves out training; nothing here changes a model for good.
"""
