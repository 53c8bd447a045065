"""Build the book: execute what changed, put the pages together, say which page to open.

Usage: python tools/book.py [--force]. With --force nothing made earlier is believed: every notebook is
executed and every page is made again. Exits with 1 when a notebook fails, a page is missing or Sphinx warns,
and with 130 at Ctrl-C.
"""

import os
import signal
import sys

STOPPED = 130  # what a shell says of a command that Ctrl-C ended
done = {}  # {notebook: whether its outputs are there}, as far as that is known


class Stopped(BaseException):
    """Somebody pressed Ctrl-C. No KeyboardInterrupt, because Sphinx catches those."""


def stop(*_):
    """Say how things stand, and let the kernels be ended. A second Ctrl-C does not wait for that."""
    signal.signal(signal.SIGINT, lambda *_: os._exit(STOPPED))
    stands = f"{sum(done.values())} of {len(done)} notebooks are done; the" if done else "The"
    os.write(2, f"Stopped. {stands} next `make book` goes on from there.\n".encode())
    raise Stopped


def main(force=False):
    """Build what needs to be built; return the exit status."""
    if signal.getsignal(signal.SIGINT) is signal.default_int_handler:  # else our parent wants it ignored
        signal.signal(signal.SIGINT, stop)
    try:
        from build_book import build  # under the handler: to import takes a moment

        return build(force, done)
    except Stopped:
        return STOPPED


if __name__ == "__main__":
    status = main(force="--force" in sys.argv[1:])
    sys.stdout.flush()
    sys.stderr.flush()
    os._exit(status)  # taking apart what Sphinx holds would take half a second more
