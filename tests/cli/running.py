"""How the tests of the command line run it: in this process, in another one, on a terminal."""

from __future__ import annotations

import json
import os
import re
import subprocess
import sys
import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol

import bumpcheck

HERE = Path(__file__).parent
PROJECT = HERE.parents[1]
LAMP = str(HERE / "packs" / "lamp")
KETTLE = str(HERE.parent / "packs" / "kettle")
# Other processes run the same code as this one.
CODE = str(Path(bumpcheck.__file__).parents[1])
BUMPCHECK = (sys.executable, "-m", "bumpcheck")

# Every command there is now that takes `--rules`, and the least it needs beside it.
COMMANDS = (
    ("check",),
    ("ask",),
    ("demo",),
    ("questions",),
    ("compare",),
    ("export", "texts"),
    ("rules", "check"),
    ("rules", "test"),
)

# What colours a terminal's text, and what does anything but style it.
COLOUR = re.compile(r"\x1b\[(?:[0-9;]*;)?(?:3[0-8]|4[0-8]|9[0-7]|10[0-7])(?:;[0-9;]*)?m")
STYLE = re.compile(r"\x1b\[[0-9;]*m")


@dataclass(frozen=True)
class Ran:
    """What one command line came to."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> dict[str, Any]:
        """Standard output, which must be one JSON object."""
        return _object(self.out)

    @property
    def error(self) -> dict[str, Any]:
        """The error on standard error, which must be one JSON object."""
        told = _object(self.err)
        assert list(told) == ["format", "error"]
        assert told["format"] == "bumpcheck/1"
        error = told["error"]
        assert isinstance(error, dict)
        return error


class Bump(Protocol):
    """Runs one command line in this process."""

    def __call__(self, *arguments: str, stdin: bytes = b"") -> Ran: ...


def environment(cache: Path, **more: str) -> dict[str, str]:
    """A clean environment for another process; nothing of the user's own leaks in."""
    return {
        "PATH": os.environ["PATH"],
        "HOME": str(cache),
        "PYTHONPATH": CODE,
        "XDG_CACHE_HOME": str(cache),
        "LC_ALL": "C.UTF-8",
        **more,
    }


def process(
    *arguments: str,
    env: Mapping[str, str],
    stdin: bytes = b"",
    shell: str = "",
    cwd: Path | None = None,
) -> Ran:
    """Run one command line in a process of its own; `shell` is what follows it, as `| head -1`."""
    command = [*BUMPCHECK, *arguments]
    if shell:
        # "$@" keeps the arguments as they are; the exit code is bumpcheck's own.
        command = ["bash", "-c", f'"$@" {shell}; exit "${{PIPESTATUS[0]}}"', "-", *command]
    ran = subprocess.run(
        command, input=stdin, capture_output=True, env=dict(env), timeout=30, cwd=cwd, check=False
    )
    return Ran(ran.returncode, ran.stdout.decode(), ran.stderr.decode())


def is_one_line(text: str) -> bool:
    """Whether a message is one line, and no traceback."""
    return text.endswith("\n") and text.count("\n") == 1 and "Traceback" not in text


def unseen(text: str) -> set[str]:
    """The characters of a text that act on a terminal instead of being shown."""
    return {
        char
        for char in text
        if unicodedata.category(char) in ("Cc", "Cf", "Cs", "Co", "Zl", "Zp") and char != "\n"
    }


def too_long(text: str, width: int = 80) -> list[str]:
    """The lines that are wider than the screen, but for bare addresses."""
    lines = (STYLE.sub("", line).rstrip("\r") for line in text.split("\n"))
    return [
        line for line in lines if len(line) > width and not re.fullmatch(r"\s*https?://\S+", line)
    ]


def _object(text: str) -> dict[str, Any]:
    value = json.loads(text)
    assert isinstance(value, dict)
    return value
