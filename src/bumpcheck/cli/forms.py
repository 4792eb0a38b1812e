"""How the rows of a file are written, by what is said or by the file's name."""

from __future__ import annotations

import codecs
import os

from msgspec import Struct

from bumpcheck.errors import BumpcheckError, did_you_mean, quoted

from .flags import one_of

CSV, JSONL, PARQUET, PACKED = "csv", "jsonl", "parquet", ".gz"
FORMS = (CSV, JSONL, PARQUET, CSV + PACKED, JSONL + PACKED)
ENDINGS = {"csv": CSV, "jsonl": JSONL, "ndjson": JSONL, "parquet": PARQUET}


class Form(Struct, frozen=True):
    """How rows are written: `csv` or `jsonl`, packed or not."""

    name: str
    packed: bool = False


def form_of(option: str, said: str | None, file: str, default: Form | None) -> Form:
    """The form of the rows in a file: as said, or by the end of its name."""
    if said is not None:
        name = one_of(option, said, FORMS)
        return Form(name.removesuffix(PACKED), name.endswith(PACKED))
    base = os.path.basename(file).lower()
    packed = base.endswith(PACKED)
    _, dot, ending = base.removesuffix(PACKED).rpartition(".")
    if ending in ENDINGS and dot:
        return Form(ENDINGS[ending], packed)
    # A device, a pipe or standard output has no ending that could tell.
    if default is not None and not dot and not packed:
        return default
    raise BumpcheckError(
        f"the name {quoted(file)} does not tell how its rows are written: "
        f"say {option} {CSV} or {option} {JSONL}"
    )


def encoding_of(name: str) -> str:
    """The encoding of that name, as Python calls it; raises BumpcheckError."""
    try:
        "".encode(name)  # an encoding of something else than text is refused here as well
        return codecs.lookup(name).name
    except (LookupError, ValueError):
        known = ("utf-8", "utf-16", "latin-1", "cp1252", "mac-roman")
        hint = did_you_mean(name, known) or f"say {', '.join(known)}"
        raise BumpcheckError(f"--encoding: there is no {quoted(name)}: {hint}") from None
