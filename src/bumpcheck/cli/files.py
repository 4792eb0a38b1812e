"""Answer files in, results out; both hostile until shown otherwise."""

from __future__ import annotations

import os
import sys
from contextlib import suppress
from pathlib import Path

from bumpcheck.errors import FileError, RulePackError, quoted
from bumpcheck.pack import MOST_BYTES

STANDARD_INPUT = "-"
NOT_ASKED = ("", "~", "null")


class _NotJson(FileError):
    """Text that looks like JSON and is none."""


def read_answers(file: str) -> dict[str, object]:
    """The answers in a JSON or YAML file, or on standard input for `-`; raises FileError."""
    name = "standard input" if file == STANDARD_INPUT else file
    try:
        if file == STANDARD_INPUT:
            content = sys.stdin.buffer.read(MOST_BYTES + 1)
        else:
            with open(file, "rb") as opened:
                content = opened.read(MOST_BYTES + 1)
    except OSError as error:
        raise FileError(f"cannot read {quoted(name)}: {error.strerror or error}") from None
    if len(content) > MOST_BYTES:
        raise FileError(f"{quoted(name)} is larger than {MOST_BYTES // 1024} KiB")
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise FileError(f"{quoted(name)} is not UTF-8 text") from None
    if not text.strip():
        raise FileError(f"{quoted(name)} is empty: write answers as JSON or YAML, or {{}}")
    if not text.lstrip().startswith(("{", "[")):
        return _yaml(content, name)
    try:
        return _json(text, name)
    except _NotJson as error:
        # `{age: 34}` is YAML; what is neither is told as JSON, which it looks like.
        with suppress(FileError):
            return _yaml(content, name)
        raise FileError(str(error)) from None


def _json(text: str, name: str) -> dict[str, object]:
    import json

    def once(pairs: list[tuple[str, object]]) -> dict[str, object]:
        found: dict[str, object] = {}
        for key, value in pairs:
            if key in found:
                raise FileError(f"{quoted(name)} has the key {quoted(key)} twice")
            found[key] = value
        return found

    try:
        # Numbers stay as written, however long; NaN and Infinity are refused as words are.
        loaded = json.loads(
            text, object_pairs_hook=once, parse_int=str, parse_float=str, parse_constant=str
        )
    except json.JSONDecodeError as error:
        where = f"line {error.lineno}, column {error.colno}"
        raise _NotJson(f"{quoted(name)} is not JSON: {error.msg} at {where}") from None
    except RecursionError:
        raise FileError(f"{quoted(name)} is nested too deep") from None
    if not isinstance(loaded, dict):
        raise FileError(f"{quoted(name)} must hold one object of answers")
    return loaded


def _yaml(content: bytes, name: str) -> dict[str, object]:
    from bumpcheck.cases import raw_answers
    from bumpcheck.pack.fields import Problems
    from bumpcheck.pack.tree import read

    problems = Problems()
    file = read(name, content, problems.found)
    problems.know(file)
    answers = raw_answers(file.root, problems) if file.root is not None else {}
    if problems.found:
        raise FileError(str(RulePackError(problems.found).problems[0]).splitlines()[0])
    return {id: None if said in NOT_ASKED else said for id, said in answers.items()}


def write_whole(file: str, content: str) -> None:
    """Write a file whole or not at all, readable only by its owner; raises FileError.

    A pipe or a device is written to as it is.
    """
    if not file:
        raise FileError(f"cannot write {quoted(file)}: a file needs a name")
    try:
        if os.path.exists(file) and not os.path.isfile(file):
            with open(file, "wb") as special:
                special.write(content.encode("utf-8"))
        else:
            # A link stays a link: what it points at is written.
            _replace(Path(os.path.realpath(file)), content.encode("utf-8"))
    except (OSError, ValueError) as error:  # a name that cannot be is a ValueError
        said = getattr(error, "strerror", None) or error
        raise FileError(f"cannot write {quoted(file)}: {said}") from None


def _replace(target: Path, content: bytes) -> None:
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb") as opened:
            opened.write(content)
            opened.flush()
            os.fsync(opened.fileno())
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
