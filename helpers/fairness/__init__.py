"""Chapter 20: associations, planted and found, and what may be called fair.

It leaves out every figure about the world that has no source: the people of the examples are circles and squares.
"""
