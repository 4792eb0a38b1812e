"""What two packs do otherwise: every set of answers that comes out differently, exactly.

Both packs are coded over one set of blocks (see `coded`), and where their rules differ their
results are compared as diagrams.
"""

from .comparing import Compared, Kind, Unfinished, compare
from .groups import Group, differ, groups
from .revision import load_at
from .told import Difference, Open, difference

__all__ = [
    "Compared",
    "Difference",
    "Group",
    "Kind",
    "Open",
    "Unfinished",
    "compare",
    "differ",
    "difference",
    "groups",
    "load_at",
]
