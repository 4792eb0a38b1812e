"""Compiled packs in the user's cache folder: rules only, never answers.

A kept pack is used only if it is the user's own file, unbroken, written by this very code for this
very content. Anything else is passed over in silence: a cache is never an error and never trusted.
It is data, decoded against the model's types; nothing in it is ever executed.
"""

from __future__ import annotations

import os
import stat
import sys
from contextlib import suppress
from pathlib import Path
from zlib import crc32

import msgspec

from bumpcheck.digest import sha256
from bumpcheck.model import RulePack

MAGIC = b"bumpcheck compiled pack\n"
MOST_BYTES = 16 * 1024 * 1024
MOST_KEPT = 16


def load(digest: str, folder: str) -> RulePack | None:
    """The compiled pack of that digest, as read from that folder, or None."""
    path = _path(digest, folder)
    if path is None:
        return None
    try:
        content = _read_own(path)
        if content is None:
            return None
        head, payload = content[: len(MAGIC) + 4], content[len(MAGIC) + 4 :]
        if head != MAGIC + _checksum(payload):
            return None
        pack = msgspec.msgpack.decode(payload, type=RulePack)
    except (OSError, ValueError, RecursionError):
        return None  # msgspec's errors are ValueErrors
    return pack if pack.digest == digest else None


def save(pack: RulePack, folder: str) -> None:
    """Keep a pack compiled from that folder; does nothing where that is not possible."""
    path = _path(pack.digest, folder)
    if path is None:
        return
    temporary = path.with_name(f"{path.name}.{os.getpid()}")
    # A folder whose name is no UTF-8 cannot be written down; it is compiled each time.
    with suppress(OSError, UnicodeEncodeError):
        payload = msgspec.msgpack.encode(pack)
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        try:
            own_only = os.O_WRONLY | os.O_CREAT | os.O_EXCL
            with open(os.open(temporary, own_only, 0o600), "wb") as file:
                file.write(MAGIC + _checksum(payload) + payload)
            os.replace(temporary, path)
        finally:
            temporary.unlink(missing_ok=True)
        _forget_old(path.parent)


def location() -> Path | None:
    """The user's cache folder for bumpcheck; None where the user has no home."""
    with suppress(RuntimeError):
        if sys.platform == "win32":
            base = os.environ.get("LOCALAPPDATA")
            return Path(base, "bumpcheck", "cache") if base else None
        if sys.platform == "darwin":
            return Path.home() / "Library" / "Caches" / "bumpcheck"
        base = os.environ.get("XDG_CACHE_HOME")
        # A relative path is to be ignored, says the XDG base directory specification.
        if base and os.path.isabs(base):
            return Path(base) / "bumpcheck"
        home = Path.home()
        # An empty or relative HOME is no home.
        return (
            home / ".cache" / "bumpcheck"
            if os.environ.get("HOME", "/") and home.is_absolute()
            else None
        )
    return None


def _path(digest: str, folder: str) -> Path | None:
    base = location()
    if base is None:
        return None
    # The folder counts because places name their files as they were given.
    key = f"{digest} {sys.version} {msgspec.__version__} {_code()} {folder}"
    return base / f"{sha256(key.encode('utf-8', 'surrogateescape')).hexdigest()[:32]}.pack"


def _code() -> str:
    """What tells this code from another version of it, installed or edited."""
    here = os.path.dirname(os.path.abspath(__file__))
    listed: list[str] = []
    for folder in (os.path.dirname(here), here):
        with suppress(OSError), os.scandir(folder) as entries:
            for entry in entries:
                if entry.name.endswith(".py"):
                    about = entry.stat()
                    listed.append(f"{entry.name}:{about.st_mtime_ns}:{about.st_size}")
    return " ".join(sorted(listed))


def _forget_old(base: Path) -> None:
    """Keep the latest packs only: whoever writes rules compiles a new one with every edit."""
    kept = sorted(base.glob("*.pack"), key=lambda file: file.stat().st_mtime, reverse=True)
    for old in kept[MOST_KEPT:]:
        old.unlink(missing_ok=True)


def _checksum(payload: bytes) -> bytes:
    """Tells a broken file; a file that was tampered with is told by its owner and mode."""
    return crc32(payload).to_bytes(4, "big")


def _read_own(path: Path) -> bytes | None:
    """The content of a regular file that only this user can have written."""
    descriptor = os.open(
        path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0)
    )
    with open(descriptor, "rb") as file:
        about = os.fstat(descriptor)
        if not stat.S_ISREG(about.st_mode) or about.st_size > MOST_BYTES:
            return None
        if hasattr(os, "getuid") and (about.st_uid != os.getuid() or about.st_mode & 0o022):
            return None
        return file.read(MOST_BYTES)
