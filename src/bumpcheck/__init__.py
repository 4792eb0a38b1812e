"""bumpcheck: a small white bump described, a verdict with its reasons.

>>> import bumpcheck
>>> bumpcheck.check({"age": "5 days", "location": "nose", "colour": "white"}).outcome
'milia'
"""

from __future__ import annotations

from collections.abc import Mapping

from . import answers as _answers
from .engine import evaluate as _evaluate
from .errors import AnswerError, BumpcheckError, RulePackError
from .model import RulePack
from .pack import load, shipped
from .result import Result

__all__ = [
    "AnswerError",
    "BumpcheckError",
    "Result",
    "RulePack",
    "RulePackError",
    "check",
    "load",
]
__version__ = "0.1.0"


def check(
    answers: Mapping[str, object],
    *,
    rules: RulePack | None = None,
    strict: bool = False,
    none_of_these: bool = False,
) -> Result:
    """The result for one case, by the shipped rules or another pack.

    `answers` maps question ids to a word, a number or a list of words, as in the JSON of answers;
    `strict` and `none_of_these` are the options of the command line. Raises AnswerError for an
    answer that cannot be taken.
    """
    pack = shipped() if rules is None else rules
    given = _answers.parse(pack, answers)
    return _evaluate(pack, given, strict=strict, none_of_these=none_of_these)
