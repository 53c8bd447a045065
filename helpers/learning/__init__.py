"""Part II, learning: what a loss says, how its gradient reaches each knob, and what descent makes of it.

The models are still small enough to draw. What they learn from, in the next part `language`, is text.
"""
