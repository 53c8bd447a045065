"""Errors whose sentence says all that a reader needs: a notebook shows it without a traceback."""


class Sentence(ValueError):
    """Something that a reader can mend, as one sentence."""

    def _render_traceback_(self):  # IPython asks an error how it wants to be shown
        return [str(self)]
