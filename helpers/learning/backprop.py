"""The nine gradients of the 2-2-1 network by hand, for one example and the squared gap as the loss.

It leaves out every other network: `autograd` finds the gradients of any formula.
"""


def relu_slope(z):
    """Return the slope of ReLU at z: 1 above zero and 0 elsewhere. At zero it is agreed on, in torch too.

    >>> relu_slope(-3.0)
    0.0
    """
    return 1.0 * (z > 0)


def nine_gradients(x1, x2, w31, w32, h1, h2, slope1, slope2, y, target):
    """Return how fast the loss (y - target)² rises with each parameter, as a dict of nine numbers.

    h1, h2, y: what the forward pass of `two_two_one` gave. slope1, slope2: of the activation, at z1 and z2.

    >>> nine_gradients(x1=2, x2=-1, w31=0.5, w32=-1, h1=2, h2=0.5, slope1=1, slope2=1, y=2.5, target=1)["w31"]
    6.0
    """
    dy = 2 * (y - target)
    dz1 = dy * w31 * slope1  # through h1, then through its activation
    dz2 = dy * w32 * slope2
    unit1 = {"w11": dz1 * x1, "w12": dz1 * x2, "b1": dz1}
    unit2 = {"w21": dz2 * x1, "w22": dz2 * x2, "b2": dz2}
    output = {"w31": dy * h1, "w32": dy * h2, "b3": dy}
    return unit1 | unit2 | output
