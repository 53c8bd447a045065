"""The exercises as data: a module for each chapter, which declares solutions, inputs and usual mistakes.

How an answer is judged is not here; that is the engine, one folder up.
"""
