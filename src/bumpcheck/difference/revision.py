"""A pack as it was at an earlier revision of its folder."""

from __future__ import annotations

import io
import os
import subprocess
import tarfile
import tempfile

from msgspec import structs

from bumpcheck.errors import BumpcheckError, Problem, RulePackError, quoted
from bumpcheck.model import RulePack
from bumpcheck.pack import load


def load_at(folder: str, revision: str) -> RulePack:
    """The pack that stood in a folder at a revision.

    Raises BumpcheckError where there is none, and RulePackError where it does not load.
    """
    if not os.path.isdir(folder):
        raise BumpcheckError(f"{quoted(folder)} is no folder")
    commit = _git(
        folder,
        f"{quoted(revision)} is no revision of {quoted(folder)}",
        ["rev-parse", "--verify", "--quiet", "--end-of-options", f"{revision}^{{commit}}"],
    ).decode("ascii")
    # In a folder, git archives that folder alone, with names from there.
    missing = f"there was no {quoted(folder)} at {quoted(revision)}"
    archived = _git(folder, missing, ["archive", "--format=tar", commit.strip()])
    with tempfile.TemporaryDirectory() as scratch:
        with tarfile.open(fileobj=io.BytesIO(archived)) as archive:
            archive.extractall(scratch, filter="data")
        if not os.listdir(scratch):
            raise BumpcheckError(missing)
        try:
            return load(scratch)
        except RulePackError as error:
            raise RulePackError(
                [_placed(problem, scratch, f"{revision}:{folder}") for problem in error.problems]
            ) from None


def _placed(problem: Problem, scratch: str, shown: str) -> Problem:
    """A problem at the place where the file stands in git."""
    file = problem.place.file.replace(scratch, shown, 1)
    return structs.replace(problem, place=structs.replace(problem.place, file=file))


def _git(folder: str, otherwise: str, arguments: list[str]) -> bytes:
    """What git says; a clear line where it fails."""
    try:
        done = subprocess.run(  # noqa: S603  # no shell, and what is named cannot be an option
            ["git", "-C", folder, *arguments],  # noqa: S607  # the git that the person uses
            capture_output=True,
            check=False,
        )
    except (OSError, ValueError):
        raise BumpcheckError("git cannot be run: --rev needs it") from None
    if done.returncode:
        raise BumpcheckError(otherwise)
    return done.stdout
