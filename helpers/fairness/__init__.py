"""Chapter 20: associations, planted and found, and what may be called fair.

It leaves out every figure about the world that has no source: people in examples are circles and squares.
"""
