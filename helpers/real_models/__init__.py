"""Part IV, real models: GPT-2 and its relatives, what their weights and biases are, and how many.

What can be counted from a model's sizes needs no torch; opening one does.
"""
