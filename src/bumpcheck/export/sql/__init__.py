"""A pack as one view of a database: coded answers in, the columns of a batch out.

`coding` is what the columns of the coded answers are; `bits` puts the terms of the rules into words
of bits, with a small table for each question that tells by code which terms it lets stand; `wide`
does so where a question takes too many answers for one table. `states`, `weighing` and `verdicts`
are the layers of the view, `view` joins them, and `dialects` renders them for a database.
"""

from .coding import Coding
from .view import View

__all__ = ["Coding", "View"]
