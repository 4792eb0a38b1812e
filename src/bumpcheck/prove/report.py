"""What came of the proofs."""

from __future__ import annotations

from typing import Literal

from msgspec import Struct

from bumpcheck.errors import Place

State = Literal["proved", "failed", "unfinished"]
PROVED: State = "proved"
FAILED: State = "failed"
UNFINISHED: State = "unfinished"

Raw = dict[str, object]


class Proof(Struct, frozen=True):
    """One thing proved, or not, of every case.

    `property` is its number in the contract, `kind` and `about` what it is proved of. Where it
    failed, `case` is a small counterexample, if there can be one: raw answers, accepted as input.
    Of what must come out for somebody, it is one for whom it does. What is `unfinished` is not
    proved. A `note` beside what is proved says that it says little.
    """

    property: int
    kind: str
    about: str
    state: State
    place: Place | None = None
    case: Raw | None = None
    note: str | None = None


class Report(Struct, frozen=True):
    """Every proof of a pack; `space` is how many raw answer sets they speak for.

    A question counts there as not asked, as unknown, and with each of its answers; one that takes
    several with every set of them, with and without `unknown`; a quantity with one amount from
    every interval that no rule cuts.
    """

    proofs: tuple[Proof, ...]
    space: int

    @property
    def failures(self) -> tuple[Proof, ...]:
        """What failed or is unfinished."""
        return tuple(proof for proof in self.proofs if proof.state != PROVED)
