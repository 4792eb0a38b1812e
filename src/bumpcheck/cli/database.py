"""A file of cases by an embedded database, where there is one and the file is large enough."""

from __future__ import annotations

import os
from collections.abc import Callable
from importlib.util import find_spec

from bumpcheck.batch.names import Names
from bumpcheck.batch.streams import STANDARD, UTF_8
from bumpcheck.batch.summary import Tally
from bumpcheck.batch.unfit import Unfit
from bumpcheck.model import RulePack

from .files import whole_by_name

__all__ = ["Plan", "Unfit", "judged_by_database"]

CSV, PARQUET = "csv", "parquet"
# To prepare the database takes as long as a file of so many bytes takes without it.
WORTH_IT = 16 << 20


class Plan:
    """A file to read and one to write, and their forms; `done` of `size` is how far it is."""

    def __init__(
        self, file: str, read_as: str, output: str, write_as: str, packed: bool, encoding: str
    ) -> None:
        self.file = file
        self.read_as = read_as
        self.output = output
        self.write_as = write_as
        self.packed = packed
        self.encoding = encoding
        self.done, self.size = 0, 0

    @property
    def needs_database(self) -> bool:
        """Whether nothing else can do it."""
        return PARQUET in (self.read_as, self.write_as)

    @property
    def gains(self) -> bool:
        """Whether the database is there, and can and should be taken."""
        return self.is_possible and find_spec("duckdb") is not None and self._is_large

    @property
    def is_possible(self) -> bool:
        """Whether both files and their forms are such as a database takes."""
        named = STANDARD not in (self.file, self.output)
        forms = {self.read_as, self.write_as} <= {CSV, PARQUET} and self.encoding == UTF_8
        return named and forms and (os.path.isfile(self.output) or not os.path.exists(self.output))

    @property
    def _is_large(self) -> bool:
        return os.path.isfile(self.file) and os.path.getsize(self.file) >= WORTH_IT


def judged_by_database(
    pack: RulePack,
    plan: Plan,
    names: Names,
    tick: Callable[[int], None],
    *,
    strict: bool,
    none_of_these: bool,
) -> tuple[Tally, tuple[str, ...]]:
    """Judge every row of a file; what they came to, and what to tell of its columns. Raises Unfit.

    The output is there once it is whole.
    """
    if not plan.is_possible:
        raise Unfit("it takes CSV in UTF-8 or Parquet, from a file and to a file")
    from bumpcheck.batch import forms
    from bumpcheck.batch.engine import Engine

    with Engine(pack, strict=strict, none_of_these=none_of_these) as engine:
        if plan.read_as == CSV:
            told = forms.csv(plan.file, names)
        else:
            told = forms.parquet(plan.file, names, engine)
        rows = forms.rows(told, plan.write_as, len(names.ours), packed=plan.packed)
        plan.size = told.count

        def show(part: float) -> None:
            plan.done = int(part * told.count)
            tick(plan.done)

        with whole_by_name(plan.output) as out:
            return engine.judge(rows, out, show), told.layout.hints
