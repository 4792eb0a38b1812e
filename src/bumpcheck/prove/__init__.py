"""Proofs over every set of answers, not a sample: exact, or told to be unfinished.

Everything is worked out on the coded form of a pack (see `coded`); each counterexample is then put
to the evaluator itself, which must agree.
"""

from .proving import prove
from .report import FAILED, PROVED, UNFINISHED, Proof, Report

__all__ = ["FAILED", "PROVED", "UNFINISHED", "Proof", "Report", "prove"]
