"""The figures of the chapters: a module for each chapter, a `draw_` function for each figure.

Colours come from `style`; the book swaps them for those of its themes.
"""
