"""Answer files in, results out; both hostile until shown otherwise."""

from __future__ import annotations

import io
import os
import sys
import threading
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager, suppress
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO

from bumpcheck.errors import FileError, RulePackError, quoted
from bumpcheck.pack import MOST_BYTES

if TYPE_CHECKING:
    from _typeshed import ReadableBuffer

STANDARD_INPUT = "-"
NOT_ASKED = ("", "~", "null")
# Of a large file so many bytes go to the disk while others are written.
MOST_UNSYNCED = 1 << 26


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
    """Write a file whole or not at all, readable only by its owner; raises FileError."""
    with whole(file) as out:
        out.write(content.encode("utf-8"))


@contextmanager
def whole(file: str) -> Iterator[BinaryIO]:
    """A file to write to that is there once all of it is, readable only by its owner.

    A pipe or a device is written to as it is. Raises FileError.
    """
    if not file:
        raise FileError(f"cannot write {quoted(file)}: a file needs a name")
    with ExitStack() as keep:
        try:
            if os.path.exists(file) and not os.path.isfile(file):
                out = keep.enter_context(_special(file))
            else:
                # A link stays a link: what it points at is written.
                out = keep.enter_context(_replacing(Path(os.path.realpath(file))))
        except (OSError, ValueError) as error:  # a name that cannot be is a ValueError
            raise _unwritable(file, error) from None
        try:
            yield out
            keep.close()
        except OSError as error:
            raise _unwritable(file, error) from None


@contextmanager
def _special(file: str) -> Iterator[BinaryIO]:
    with _closed_at_last(open(file, "wb")) as opened:
        yield opened


@contextmanager
def _replacing(target: Path) -> Iterator[BinaryIO]:
    """A file that takes the place of `target` at last."""
    temporary = target.with_name(f".{target.name}.{os.getpid()}")
    try:
        nameless = _nameless(target.parent)
        synced = _opened(nameless, temporary)
        with _closed_at_last(io.BufferedWriter(synced)) as opened:
            yield opened
            opened.flush()
            synced.sync()
            if nameless is not None:
                _name(nameless, temporary)
        os.replace(temporary, target)
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)


class _Synced(io.FileIO):
    """A file of which much gets to the disk while more is written, so that little is left."""

    _unsynced = 0
    _syncing: threading.Thread | None = None
    _error: OSError | None = None

    def write(self, content: ReadableBuffer, /) -> int:
        written = super().write(content)
        self._unsynced += written
        if self._unsynced >= MOST_UNSYNCED and not (self._syncing and self._syncing.is_alive()):
            self._unsynced = 0
            self._syncing = threading.Thread(target=self._sync)
            self._syncing.start()
        return written

    def _sync(self) -> None:
        try:
            os.fsync(self.fileno())
        except OSError as error:
            # The system tells it only once.
            self._error = error

    def sync(self) -> None:
        """Wait until all is on the disk. Raises OSError, also for what did not get there before."""
        self._settle()
        if self._error is not None:
            raise self._error
        os.fsync(self.fileno())

    def close(self) -> None:
        self._settle()
        super().close()

    def _settle(self) -> None:
        if self._syncing is not None:
            self._syncing.join()


def _opened(nameless: int | None, name: Path) -> _Synced:
    if nameless is not None:
        return _Synced(nameless, "wb")
    return _Synced(str(name), "xb", opener=_for_its_owner)


def _for_its_owner(file: str, flags: int) -> int:
    return os.open(file, flags, 0o600)


def _nameless(folder: Path) -> int | None:
    """A new file that goes with its process, however that ends; None where there is no such thing.

    A run that is killed outright leaves nothing behind.
    """
    if not hasattr(os, "O_TMPFILE"):
        return None
    try:
        descriptor = os.open(folder, os.O_WRONLY | os.O_TMPFILE, 0o600)
    except OSError:
        return None
    # It can be given a name later only by way of this one.
    if os.path.exists(_by_descriptor(descriptor)):
        return descriptor
    os.close(descriptor)
    return None


def _name(descriptor: int, name: Path) -> None:
    """Give a file without a name one."""
    name.unlink(missing_ok=True)
    # Named with a folder, the system follows the link that leads to the file itself.
    folder = os.open(name.parent, os.O_PATH)
    try:
        os.link(_by_descriptor(descriptor), name, src_dir_fd=folder)
    finally:
        os.close(folder)


def _by_descriptor(descriptor: int) -> str:
    return f"/proc/self/fd/{descriptor}"


@contextmanager
def _closed_at_last(out: BinaryIO) -> Iterator[BinaryIO]:
    """Close what was opened; after an error, what is left to be written is let go."""
    try:
        yield out
    except BaseException:
        with suppress(OSError):
            out.close()
        raise
    out.close()


def _unwritable(file: str, error: OSError | ValueError) -> FileError:
    said = getattr(error, "strerror", None) or error
    return FileError(f"cannot write {quoted(file)}: {said}")
