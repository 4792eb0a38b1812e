"""bumpcheck: a small white bump described, a verdict with its reasons.

>>> import bumpcheck
>>> bumpcheck.check({"age": "5 days", "location": "nose", "colour": "white"}).outcome
'milia'
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from . import answers as _answers
from .engine import evaluate as _evaluate
from .errors import AnswerError, BumpcheckError, RulePackError
from .model import RulePack
from .pack import load, shipped
from .result import Result

if TYPE_CHECKING:
    from .interview import Interview

__all__ = [
    "AnswerError",
    "BumpcheckError",
    "Interview",
    "Result",
    "RulePack",
    "RulePackError",
    "check",
    "load",
]
__version__ = "0.1.0"


def __getattr__(name: str) -> object:
    """Whoever only checks a case does not pay for the interview."""
    if name == "Interview":
        from .interview import Interview

        return Interview
    raise AttributeError(f"module {__name__!r} has no attribute {name!r}")


def check(
    answers: Mapping[str, object],
    *,
    rules: RulePack | None = None,
    strict: bool = False,
    none_of_these: bool = False,
    explain: bool = False,
) -> Result:
    """The result for one case, by the shipped rules or another pack.

    `answers` maps question ids to a word, a number or a list of words, as in the JSON of answers;
    `strict`, `none_of_these` and `explain` are the options of the command line. Raises AnswerError
    for an answer that cannot be taken.
    """
    pack = shipped() if rules is None else rules
    given = _answers.parse(pack, answers)
    result = _evaluate(pack, given, strict=strict, none_of_these=none_of_these)
    if not explain:
        return result
    # The search takes longer to load than a check lasts.
    from .counterfactual import explained

    return explained(result, strict=strict, none_of_these=none_of_these)
