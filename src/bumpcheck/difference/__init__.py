"""What two packs do otherwise: every set of answers that comes out differently, counted exactly.

Both packs are coded over one set of blocks (see `coded`), what settles a result in either is joined
in one list (`turns`), and all answers are swept question by question (`sweep`).
Where that would take too long, it is bounded what may come out otherwise, and sets of answers are
drawn from it (`drawn`).
"""

from .comparing import Comparison
from .groups import Group, groups
from .revision import load_at
from .told import Difference, difference
from .turns import kind_of

__all__ = ["Comparison", "Difference", "Group", "difference", "groups", "kind_of", "load_at"]
