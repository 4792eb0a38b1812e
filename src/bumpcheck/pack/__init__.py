"""Rule packs: from a folder of YAML files to a `RulePack`."""

from __future__ import annotations

import os
import stat
from contextlib import suppress
from functools import lru_cache
from os import PathLike
from pathlib import Path

from msgspec import Struct

from bumpcheck.digest import sha256
from bumpcheck.errors import Place, Problem, RulePackError, quoted
from bumpcheck.model import RulePack

from . import cache

SHIPPED = "bumps"
CASES = "cases"
TRANSLATIONS = "translations"
MOST_FILES = 100
MOST_BYTES = 1024 * 1024


class PackFile(Struct, frozen=True):
    """One file of a pack: its name as shown in messages, and its bytes."""

    name: str
    content: bytes


def load(folder: str | PathLike[str], language: str | None = None) -> RulePack:
    """The pack in a folder; compiled once, and kept by its digest.

    `language` names a translation beside it, `de` for `translations/de.yaml`. Raises RulePackError
    with every error of the pack, each with its place.
    """
    name = os.fspath(folder)
    files = read_files(name)
    if language is not None:
        files = (*files, _translation(name, language))
    digest = _digest(files)
    pack = cache.load(digest, name)
    if pack is None:
        # Only here is PyYAML needed; a script's start-up must not pay for it.
        from .compile import compile_pack

        pack = compile_pack(name, files, digest)
        cache.save(pack, name)
    return pack


def load_with_invariants(folder: str, invariants: str) -> RulePack:
    """The pack in a folder with the invariants of another file besides; never kept.

    Raises RulePackError.
    """
    from .compile import compile_pack

    files = read_files(folder)
    return compile_pack(folder, files, _digest(files), [_read(invariants)])


@lru_cache(maxsize=1)
def shipped() -> RulePack:
    """The pack that comes with bumpcheck."""
    return load(shipped_folder())


def shipped_folder() -> str:
    """Where the shipped pack stands: in the installed package, or at the top of a checkout."""
    package = Path(__file__).parent.parent
    installed = package / "rules" / SHIPPED
    return str(installed if installed.is_dir() else package.parents[1] / "rules" / SHIPPED)


def languages(folder: str) -> tuple[str, ...]:
    """The languages beside a pack, in order of name."""
    beside = os.path.join(folder, TRANSLATIONS)
    with suppress(OSError, ValueError):
        return tuple(sorted(n[:-5] for n in os.listdir(beside) if n.endswith(".yaml")))
    return ()


def _translation(folder: str, language: str) -> PackFile:
    known = languages(folder)
    if language not in known:
        raise RulePackError(
            [
                Problem(
                    Place(os.path.join(folder, TRANSLATIONS), 1, 1),
                    f"there is no translation {quoted(language)}",
                    f"known: {', '.join(known)}" if known else "the pack has none",
                )
            ]
        )
    return _read(os.path.join(folder, TRANSLATIONS, f"{language}.yaml"))


def read_files(folder: str) -> tuple[PackFile, ...]:
    """The YAML files directly in a folder, in order of name; raises RulePackError."""
    try:
        with os.scandir(folder) as entries:
            names = sorted(
                entry.name for entry in entries if entry.name.endswith((".yaml", ".yml"))
            )
    except (OSError, ValueError) as error:  # a name with a NUL is a ValueError
        raise _unreadable(folder, error) from None
    if not names or len(names) > MOST_FILES:
        raise RulePackError(
            [
                Problem(
                    Place(folder, 1, 1),
                    f"{len(names) or 'no'} YAML files in this folder",
                    f"a rule pack is one folder with 1 to {MOST_FILES} of them",
                )
            ]
        )
    return tuple(_read(os.path.join(folder, name)) for name in names)


def _read(path: str) -> PackFile:
    try:
        # A pipe would be waited for; whatever is no file is told as such.
        if not stat.S_ISREG(os.stat(path).st_mode):
            raise OSError("not a file")
        with open(path, "rb") as file:
            # One byte more than is allowed, so that the reader can tell that there is more.
            return PackFile(path, file.read(MOST_BYTES + 1))
    except OSError as error:
        raise _unreadable(path, error) from None


def _unreadable(path: str, error: OSError | ValueError) -> RulePackError:
    return RulePackError(
        [Problem(Place(path, 1, 1), f"cannot be read: {getattr(error, 'strerror', None) or error}")]
    )


def _digest(files: tuple[PackFile, ...]) -> str:
    """SHA-256 over the names and contents of the files, whatever folder they stand in."""
    total = sha256()
    for file in files:
        name = os.path.basename(file.name).encode("utf-8", "surrogateescape")
        total.update(b"%d %s %d\n" % (len(name), name, len(file.content)))
        total.update(file.content)
    return f"sha256:{total.hexdigest()}"
