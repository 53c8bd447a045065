"""Part I, one neuron: a weighted sum and a bias, what an activation adds, and a network of nine parameters.

Everything is set by hand here. How parameters are found is the next part, `learning`.
"""
