"""Which outcomes and urgencies other answers to some questions can reach, exactly.

The answers to a question are cut into what the alarms, conflicts and evidence can tell apart, as in
the coded form. They are followed question by question, those to a question of several answers level
by level: after each step only the terms count that can still stand, and answers that leave the same
ones are followed as one, the simplest of them. A term that nothing can take away any more makes all
terms of lesser weight of no account, so that little is left to tell apart.
"""

from .case import Case, End, GivenUp
from .decisive import Decisive

__all__ = ["Case", "Decisive", "End", "GivenUp"]
