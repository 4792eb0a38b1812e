"""The terms of the rules as bits of words, and small tables that tell which of them stand.

Each rule has a bit, at the same place in every word that tells something of it; a rule of several
terms has its bit in several words, which are joined by "or". A table for each question says, by
code, which terms that answer lets stand; those that all questions let stand, by "and", hold.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cached_property
from math import prod

from msgspec import Struct

from bumpcheck.coded import CodedPack, Several
from bumpcheck.coded.diagrams import TRUE
from bumpcheck.coded.terms import Term

from .wide import Ask, Asking

# The bits of a word: all but the sign of a whole number of 64 bits.
WORD = 63
# A word of fewer terms than this is not worth it: they are tested one rule at a time.
FEWEST = 10
# A question of more bits than this has a table for each so many of them.
WIDE, PIECE = 9, 5
# Tables are multiplied into one of no more rows than this: one look does for several questions.
ROWS = 512


class Table(Struct, frozen=True):
    """A small table: `key` is what its first column, `n`, is found by."""

    name: str
    key: str
    columns: tuple[str, ...]
    rows: tuple[tuple[int, ...], ...]


class Product(Struct, frozen=True):
    """Tables multiplied into one: each row of one with each of the others, joined by `operator`."""

    name: str
    tables: tuple[Table, ...]
    operator: str

    @property
    def size(self) -> int:
        return prod(len(table.rows) for table in self.tables)

    @property
    def columns(self) -> tuple[str, ...]:
        return tuple(dict.fromkeys(column for it in self.tables for column in it.columns[1:]))

    @property
    def key(self) -> str:
        return self._number([f"({table.key})" for table in self.tables])

    @property
    def query(self) -> str:
        """The product as SQL over its tables."""
        made = [f"{self._number([f'{table.name}.n' for table in self.tables])} AS n"]
        for column in self.columns:
            those = [f"{it.name}.{column}" for it in self.tables if column in it.columns]
            made.append(f"{f' {self.operator} '.join(those)} AS {column}")
        names = " CROSS JOIN ".join(table.name for table in self.tables)
        return f"SELECT {', '.join(made)} FROM {names}"

    def _number(self, digits: Sequence[str]) -> str:
        """The row of these rows: each table is a digit."""
        parts: list[str] = []
        factor = 1
        for digit, table in zip(digits, self.tables, strict=True):
            parts.append(f"{digit} * {factor}" if factor > 1 else digit)
            factor *= len(table.rows)
        return " + ".join(parts)


class Sheet:
    """The words of a pack. `slots` fills them; once all are filled, `words` and `tables` read."""

    def __init__(self, form: CodedPack) -> None:
        self._form = form
        self._wide = {
            place: Asking(form.diagrams, block)
            for place, block in enumerate(form.blocks)
            if isinstance(block, Several) and block.depth > WIDE
        }
        self._words: list[list[Term | None]] = []
        # The word that takes the terms of rules that have too many.
        self._spare: int | None = None
        # What is asked of wide questions, each once; terms have its number.
        self._asks: dict[Ask, int] = {}

    # --- Filling ---------------------------------------------------------------------------------

    def slots(self, rules: Sequence[Sequence[Term]]) -> tuple[str, ...]:
        """Words with a bit for each rule, set where one of its terms holds, as SQL."""
        found = [[made for term in terms for made in self._apart(term)] for terms in rules]
        return tuple([self._slots(found[at : at + WORD]) for at in range(0, len(found), WORD)])

    def _slots(self, rules: list[list[Term]]) -> str:
        words: list[str] = []
        depth = 0
        while not words or sum(len(terms) > depth for terms in rules) >= FEWEST:
            layer = [terms[depth] if len(terms) > depth else None for terms in rules]
            words.append(f"w{self._add(layer)}")
            depth += 1
        for slot, terms in enumerate(rules):
            words += [
                f"CASE WHEN {test} THEN {1 << slot} ELSE 0 END"
                for test in self._tests(terms[depth:])
            ]
        return f"({' | '.join(words)})"

    def _add(self, terms: list[Term | None]) -> int:
        self._words.append(terms)
        return len(self._words) - 1

    def _tests(self, terms: list[Term]) -> Iterator[str]:
        """Whether one of these holds, as SQL; a test for each word that they come to stand in."""
        while terms:
            if self._spare is None or len(self._words[self._spare]) == WORD:
                self._spare = self._add([])
            word = self._words[self._spare]
            start = len(word)
            word += terms[: WORD - start]
            terms = terms[WORD - start :]
            yield f"(w{self._spare} & {(1 << len(word)) - (1 << start)}) <> 0"

    def _apart(self, term: Term) -> list[Term]:
        """A term as several, each of which asks a wide question one thing only.

        There a term has the number of an `Ask` in place of a diagram.
        """
        made = [term]
        for place, asking in self._wide.items():
            if place in term:
                numbers = [
                    self._asks.setdefault(ask, len(self._asks)) for ask in asking.asks(term[place])
                ]
                made = [{**one, place: number} for one in made for number in numbers]
        return made

    # --- Reading ---------------------------------------------------------------------------------

    def words(self) -> Iterator[str]:
        """Each word as SQL over the products: its terms that hold."""
        for number, terms in enumerate(self._words):
            used = sum(1 << at for at, term in enumerate(terms) if term is not None)
            asked = {place for term in terms if term is not None for place in term}
            column = f"w{number}"
            parts = [f"{it.name}.{column}" for it in self.products if column in it.columns]
            parts = parts or [str(used)]
            for place in sorted(asked & self._wide.keys()):
                parts += self._pieced(place, number)
            yield f"({' & '.join(parts)})"

    def _pieced(self, place: int, number: int) -> Iterator[str]:
        names = [it.name for it in self.products if it.name.startswith(f"p{place}_")]
        for at in range(self._most_some(place, number)):
            yield f"({' | '.join(f'{name}.s{at}_{number}' for name in names)})"
        if any(ask.none for ask in self._asked(place, number).values()):
            yield f"~({' | '.join(f'{name}.n_{number}' for name in names)})"

    @cached_property
    def tables(self) -> tuple[Table, ...]:
        """A table for each question that is read, or several."""
        return tuple(self._tables())

    @cached_property
    def products(self) -> tuple[Product, ...]:
        """What the words are read from: the tables, few at a time."""
        narrow = sorted(
            (it for it in self.tables if it.name.startswith("m")), key=lambda it: -len(it.rows)
        )
        made: list[Product] = []
        while narrow:
            taken = [narrow.pop(0)]
            for table in tuple(narrow):
                if prod(len(it.rows) for it in [*taken, table]) <= ROWS:
                    taken.append(table)
                    narrow.remove(table)
            made.append(Product(f"g{len(made)}", tuple(taken), "&"))
        for place in self._wide:
            pieces = [it for it in self.tables if it.name.startswith(f"t{place}_")]
            made += [
                Product(f"p{place}_{at}", tuple(pieces[at : at + 2]), "|")
                for at in range(0, len(pieces), 2)
            ]
        return tuple(made)

    def _tables(self) -> Iterator[Table]:
        for place in range(len(self._form.blocks) + len(self._form.relations)):
            numbers = [
                number
                for number, terms in enumerate(self._words)
                if any(term is not None and place in term for term in terms)
            ]
            if not numbers:
                continue
            if place in self._wide:
                yield from self._piece_tables(place, numbers)
            else:
                yield self._table(place, numbers)

    def _table(self, place: int, numbers: list[int]) -> Table:
        columns = [self._column(place, number) for number in numbers]
        return Table(
            name=f"m{place}",
            key=f"k{place}",
            columns=("n", *(f"w{number}" for number in numbers)),
            rows=tuple(zip(range(len(columns[0])), *columns, strict=True)),
        )

    def _column(self, place: int, number: int) -> list[int]:
        """For each code of a question, the terms of a word that it lets stand."""
        asking: dict[int, int] = {}
        used = 0
        for at, term in enumerate(self._words[number]):
            if term is not None:
                used |= 1 << at
                asked = term.get(place, TRUE)
                asking[asked] = asking.get(asked, 0) | 1 << at
        walked = self._form.diagrams.walked
        return [
            used & ~sum(bits for asked, bits in asking.items() if walked(asked, way) != TRUE)
            for way in self._ways(place)
        ]

    def _ways(self, place: int) -> Iterator[dict[int, int]]:
        """The child to take at each level, for each code."""
        blocks = self._form.blocks
        if place >= len(blocks):
            level = self._form.relations[place - len(blocks)].level
            yield from ({level: child} for child in range(3))
            return
        block = blocks[place]
        codes = 1 << block.depth if isinstance(block, Several) else block.arity
        for code in range(codes):
            yield dict(enumerate(block.way(code), block.first))

    # --- Wide questions --------------------------------------------------------------------------

    def _asked(self, place: int, number: int) -> dict[int, Ask]:
        """What the terms of a word ask of a wide question, by their bits."""
        asks = list(self._asks)
        return {
            at: asks[term[place]]
            for at, term in enumerate(self._words[number])
            if term is not None and place in term
        }

    def _most_some(self, place: int, number: int) -> int:
        return max(len(ask.some) for ask in self._asked(place, number).values())

    def _pieces(self, place: int) -> range:
        """Where each piece of a wide question begins."""
        return range(0, self._wide[place].depth + 1, PIECE)

    def _piece_tables(self, place: int, numbers: list[int]) -> Iterator[Table]:
        nothing = self._wide[place].nothing
        bits = f"CASE k{place} WHEN 0 THEN {nothing} ELSE k{place} END"
        for piece, start in enumerate(self._pieces(place)):
            columns: dict[str, list[int]] = {}
            for number in numbers:
                asked = self._asked(place, number)
                for at in range(self._most_some(place, number)):
                    # What asks no such thing holds, and is put down in the first piece.
                    columns[f"s{at}_{number}"] = [
                        self._standing(number, asked, given << start, at, first=not piece)
                        for given in range(1 << PIECE)
                    ]
                if any(ask.none for ask in asked.values()):
                    columns[f"n_{number}"] = [
                        sum(1 << bit for bit, ask in asked.items() if ask.none & given << start)
                        for given in range(1 << PIECE)
                    ]
            yield Table(
                name=f"t{place}_{piece}",
                key=f"(({bits}) >> {start}) & {(1 << PIECE) - 1}",
                columns=("n", *columns),
                rows=tuple(zip(range(1 << PIECE), *columns.values(), strict=True)),
            )

    def _standing(
        self, number: int, asked: dict[int, Ask], given: int, at: int, *, first: bool
    ) -> int:
        standing = 0
        for bit, term in enumerate(self._words[number]):
            some = asked[bit].some if bit in asked else ()
            if term is not None and (some[at] & given if at < len(some) else first):
                standing |= 1 << bit
        return standing
