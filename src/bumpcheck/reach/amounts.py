"""Amounts to try out: natural ones of every class that the rules can tell apart."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from math import ceil, floor

from bumpcheck.coded import Amount
from bumpcheck.coded.samples import sayable
from bumpcheck.quantities import DIGITS, UNITS, Quantity, parse, parse_answer


@lru_cache(maxsize=64)
def natural(block: Amount) -> tuple[tuple[int, tuple[Quantity, ...]], ...]:
    """Every cell of a quantity with amounts as people say them; those of bands come first."""
    question = block.question
    bands = [parse_answer(band.value, question) for band in question.bands]
    first: dict[int, int] = {}
    amounts: dict[int, tuple[Quantity, ...]] = {}
    for cell in range(block.arity - 2):
        low, high = block.cells[cell]
        inside = [at for at, band in enumerate(bands) if low <= band.amount < high]
        first[cell] = inside[0] if inside else len(bands)
        plain = [parse_answer(words, question) for words in sayable(block, cell)]
        by_amount: dict[float, Quantity] = {}
        for said in (*(bands[at] for at in inside), *plain):
            by_amount.setdefault(said.amount, said)
        amounts[cell] = tuple(by_amount.values())
    order = sorted(amounts, key=lambda cell: (first[cell], cell))
    return tuple((cell, amounts[cell]) for cell in order)


def shared(one: Amount, other: Amount, cell: int) -> tuple[Quantity, ...]:
    """Two amounts of a cell that can be said of both, so that either can be less, or more."""
    amounts = dict(natural(one))[cell]
    of_other = {it.amount for it in dict(natural(other)).get(cell, ())}
    return tuple([it for it in amounts if it.amount in of_other][:2])


def around(
    block: Amount, cell: int, natural: Sequence[Quantity], other: Quantity
) -> Iterator[Quantity]:
    """Within a cell: as much as the other amount, and what is plain and less, or more."""
    low, high = block.cells[cell]
    at_most = block.question.at_most
    if not low <= other.amount < high:
        return
    if other.amount <= at_most:
        yield other
    amounts = [*natural, *_near(block, other.amount, (low, min(high, at_most)))]
    yield from [it for it in amounts if low <= it.amount < other.amount][:1]
    yield from [it for it in amounts if other.amount < it.amount < high][:1]


def _near(block: Amount, amount: float, ends: Iterable[float]) -> Iterator[Quantity]:
    """Amounts just beside another one, in the largest units first; then halfway to `ends`."""
    measure = block.question.measure
    assert measure is not None  # a quantity has one
    units = UNITS[measure]
    beside = [
        f"{number} {unit}"
        for unit, size in reversed(units.items())
        for number in (ceil(amount / size) - 1, floor(amount / size) + 1)
        if number > 0
    ]
    whole = next(unit for unit, size in units.items() if size == 1)
    halfway = [f"{(amount + end) / 2:.{DIGITS}f} {whole}" for end in ends]
    for words in (*beside, *halfway):
        said = parse(words, measure)
        if said.amount <= block.question.at_most:
            yield said
