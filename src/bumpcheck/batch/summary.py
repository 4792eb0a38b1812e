"""How many rows came to what: counted while they pass, told once they have."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from bumpcheck.errors import visible
from bumpcheck.model import URGENCIES, RulePack
from bumpcheck.result import FORMAT

from .cells import Cell

SHORTEST_BAR, LONGEST_BAR = 5, 40
MINUTE, HOUR = 60, 3600


class Tally:
    """The count of rows by outcome and urgency, and of those that were refused.

    `first` is the number of the first row that was refused, and why.
    """

    def __init__(self) -> None:
        self.counts: Counter[tuple[Cell, Cell]] = Counter()
        self.refused = 0
        self.first: tuple[int, str] | None = None

    def count(
        self, outcomes: Sequence[Cell], urgencies: Sequence[Cell], wrong: Mapping[int, str]
    ) -> None:
        """Count the next rows; those that are wrong, by their place among these, have neither."""
        counts = Counter(zip(outcomes, urgencies, strict=True))
        counts.pop((None, None), None)
        self.add(counts, wrong)

    def add(self, counts: Mapping[tuple[Cell, Cell], int], wrong: Mapping[int, str]) -> None:
        """Add the next rows, counted by outcome and urgency, and those that are wrong."""
        if wrong and self.first is None:
            first = min(wrong)
            self.first = (self.rows + first + 1, wrong[first])
        self.refused += len(wrong)
        self.counts.update(counts)

    @property
    def rows(self) -> int:
        """All of them."""
        return sum(self.counts.values()) + self.refused

    def outcome(self, id: str) -> int:
        """How many rows have this outcome."""
        return sum(count for (outcome, _), count in self.counts.items() if outcome == id)

    def urgency(self, urgency: str) -> int:
        """How many rows have this urgency."""
        return sum(count for (_, urgent), count in self.counts.items() if urgent == urgency)


def as_json(pack: RulePack, tally: Tally, warnings: Sequence[str]) -> dict[str, object]:
    """The summary as one JSON object."""
    first = tally.first
    return {
        "format": FORMAT,
        "rows": tally.rows,
        "refused": tally.refused,
        "first_refused": {"row": first[0], "error": first[1]} if first else None,
        "outcomes": {outcome.id: tally.outcome(outcome.id) for outcome in pack.outcomes},
        "urgencies": {urgency: tally.urgency(urgency) for urgency in URGENCIES},
        "warnings": list(warnings),
    }


def as_text(
    pack: RulePack, tally: Tally, seconds: float, *, width: int, mark: str
) -> Iterator[str]:
    """The summary as a table with bars of this mark, in lines of this width."""
    rows = tally.rows
    speed = f", {rows / seconds:,.0f} a second" if rows and seconds >= 0.1 else ""
    yield f"{_counted(rows)} in {told(seconds)}{speed}"
    groups: list[list[tuple[str, int]]] = [
        [(outcome.id, tally.outcome(outcome.id)) for outcome in pack.outcomes],
        [(urgency, tally.urgency(urgency)) for urgency in URGENCIES],
        [("refused", tally.refused)],
    ]
    names = max(len(name) for group in groups for name, _ in group)
    numbers = max(len(f"{rows:,}"), 1)
    room = min(LONGEST_BAR, width - names - numbers - len("    >100%  "))
    for group in groups:
        yield ""
        for name, count in group:
            line = f"  {name:<{names}} {count:>{numbers},} {_percent(count, rows):>5}"
            long = round(room * count / rows) if rows else 0
            # What is there at all is seen; where there is no room for bars, the numbers say it.
            bar = mark * max(long, 1) if count and room >= SHORTEST_BAR else ""
            yield f"{line}  {bar}".rstrip()
    if tally.first is not None:
        number, message = tally.first
        yield ""
        yield f"The first refused is row {number:,}: {visible(message)}"


def progress(rows: int, seconds: float, done: int, size: int | None) -> str:
    """How far a run is, and how long it still takes where the size of the input is known."""
    line = f"{_counted(rows)}, {rows / max(seconds, 1e-9):,.0f} a second"
    if size and 0 < done <= size:
        left = seconds * (size - done) / done
        line += f", {done * 100 // size}%, {told(left)} left"
    return line


def told(seconds: float) -> str:
    """A time as people say it."""
    if seconds < 10:
        return f"{seconds:.1f} s"
    if seconds < MINUTE:
        return f"{seconds:.0f} s"
    if seconds < HOUR:
        return f"{seconds // MINUTE:.0f} min {seconds % MINUTE:.0f} s"
    return f"{seconds // HOUR:.0f} h {seconds % HOUR // MINUTE:.0f} min"


def _counted(rows: int) -> str:
    return f"{rows:,} {'row' if rows == 1 else 'rows'}"


def _percent(count: int, rows: int) -> str:
    """A share; what is there at all is never told as 0%, nor what is not all as 100%."""
    if not count:
        return "0%"
    share = count / rows * 100
    if share < 1:
        return "<1%"
    return ">99%" if 99 < share < 100 else f"{share:.0f}%"
