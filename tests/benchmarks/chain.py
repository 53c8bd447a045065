"""How the cost of an operation grows with the graph: chains of 10⁴ to 10⁶ operations, forward, back, freed.

A process of its own: Python's garbage collector walks everything that is alive, and what torch keeps alive
would be counted against our graphs.
"""

import json
import time
from statistics import median

from helpers.learning.autograd import Tensor


def microseconds(operations):
    """Return the microseconds for each operation of a chain: made, gone back through, and taken apart."""
    begin = time.perf_counter()
    x = z = Tensor(1.0)
    for _ in range(operations // 2):
        z = z * 1.0000001 + 1e-7
    z.backward()
    assert x.grad > 1
    del z
    return 1e6 * (time.perf_counter() - begin) / operations


if __name__ == "__main__":
    rounds = {10**4: 15, 10**5: 5, 10**6: 3}
    print(json.dumps([median(microseconds(n) for _ in range(k)) for n, k in rounds.items()]))
