"""Three definitions of a fair choice, on a table of counts: who was chosen, who was found, who was right.

tp: chosen and qualified, fp: chosen and not, fn: qualified and passed over, tn: neither.
It leaves out definitions about single people, and all that no count can show.
"""

from math import nan


def rates(tp, fp, fn, tn):
    """Return (base, chosen, found, right) of a group; a share of nobody is nan.

    base: the share that is qualified. chosen: the share that is chosen. found: of the qualified, the share
    that is chosen. right: of the chosen, the share that is qualified.

    >>> rates(40, 10, 10, 40)
    (0.5, 0.5, 0.8, 0.8)
    """

    def share(part, whole):
        return part / whole if whole else nan

    everybody = tp + fp + fn + tn
    base, chosen = share(tp + fn, everybody), share(tp + fp, everybody)
    return base, chosen, share(tp, tp + fn), share(tp, tp + fp)


def right_share(base, chosen, found):
    """Return the share of the chosen who are qualified: it follows from the three others.

    >>> right_share(0.5, 0.5, 0.8)
    0.8
    """
    return found * base / chosen


def wrong_share(base, found, right):
    """Return the share of the unqualified who are chosen: it follows from the three others, too.

    base and right lie between 0 and 1.
    """
    return found * base / (1 - base) * (1 - right) / right
