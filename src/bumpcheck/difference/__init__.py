"""What two packs do otherwise: every set of answers that comes out differently, counted exactly.

Both packs are coded over one set of blocks (see `coded`), and what settles a result in either is
joined in one list (`turns`). Where little differs, all answers are swept question by question
(`sweep`). Where the evidence is touched, they are counted by parts that have nothing to do with one
another (`parted`, `counting`): what is earned, or could be, is written as limits on sums of points
(`shares`, `earning`, `limits`), and read off tables of them (`balances`, `grids`, `tally`). Cases
are then looked for near the rules that differ (`drawn`).
Changes are told by examples of few answers (`examples`, `groups`).
"""

from .comparing import Comparison
from .groups import Group, groups
from .revision import load_at
from .told import Difference, difference
from .turns import kind_of

__all__ = ["Comparison", "Difference", "Group", "difference", "groups", "kind_of", "load_at"]
