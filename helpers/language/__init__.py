"""Part III, language: words as numbers, attention, positions, blocks, and a model that writes sentences.

From here on the code uses torch. Models that others trained come in the next part, `real_models`.
"""
