"""Explorables: widgets that stay alive in a static page.

Each is a Python class here and a view of the same name in JavaScript beside it. In Jupyter they are ordinary
widgets; in the book they need no kernel and no network.
"""

from .attention import Attending
from .backprop import Backprop
from .bits import Bits
from .block import TransformerBlock
from .boundary import Boundary
from .capacity import Capacity
from .census import Census
from .descent import Descent
from .embedding_map import EmbeddingMap
from .fairness import Fairness
from .learning import Learning
from .lora import LowRank
from .loss_surface import LossSurface
from .masks import Masks
from .network import Network
from .neuron import Neuron
from .positions import Positions
from .precision import Precision
from .sampler import Sampler
from .search import Search
from .surgery import Surgery
from .zoom import Zoom

__all__ = [
    "Attending",
    "Backprop",
    "Bits",
    "Boundary",
    "Capacity",
    "Census",
    "Descent",
    "EmbeddingMap",
    "Fairness",
    "Learning",
    "LossSurface",
    "LowRank",
    "Masks",
    "Network",
    "Neuron",
    "Positions",
    "Precision",
    "Sampler",
    "Search",
    "Surgery",
    "TransformerBlock",
    "Zoom",
]
