"""`python -m helpers.real_models` brings the real model of Part IV onto this machine, once."""

import sys

from .fetch import BRINGING, Unfetched, fetch
from .smollm import command


class Line:
    """Shows texts: one in place of the other where somebody looks on, elsewhere only the first of a kind."""

    def __init__(self):
        self.live = sys.stdout.isatty() or "ipykernel" in sys.modules
        self.begun = False

    def __call__(self, text):
        under_way = text.startswith(BRINGING)
        if self.live:
            print(f"\r{text:<70}", end="" if under_way else "\n", flush=True)
        elif not (under_way and self.begun):
            print(f"{BRINGING} ..." if under_way else text, flush=True)
        self.begun = under_way


if __name__ == "__main__":
    try:
        fetch(Line())
    except Unfetched as stopped:
        sys.exit(str(stopped))
    except KeyboardInterrupt:
        print(f"\nStopped, and nothing half is kept. To bring it, type  {command()}  again.", file=sys.stderr)
        sys.exit(130)  # as a shell says it
