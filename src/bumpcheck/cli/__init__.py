"""The command line: reads flags, calls the core, picks a writer."""

from __future__ import annotations

import gc
import io
import os
import signal
import sys
from pathlib import Path


def _open_streams() -> None:
    """Make the standard streams usable, whatever the process was started with."""
    if sys.stdin is None:
        sys.stdin = Path(os.devnull).open(encoding="utf-8")
    if sys.stderr is None:
        sys.stderr = Path(os.devnull).open("w", encoding="utf-8")
    if sys.stdout is None:
        print("bumpcheck: cannot write: standard output is closed", file=sys.stderr)
        sys.exit(2)
    # A letter that a terminal cannot show gets its code, and input that is no text is a wrong
    # answer like any other; neither is a traceback.
    for stream, errors in (
        (sys.stdin, "surrogateescape"),
        (sys.stdout, "backslashreplace"),
        (sys.stderr, "backslashreplace"),
    ):
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(errors=errors)


def main() -> None:
    """The console script; ends the process with an exit code of the contract."""
    # A check lasts a tenth of a second: collecting cycles in it costs more than it frees.
    gc.disable()
    if hasattr(signal, "SIGPIPE"):
        # `bumpcheck ... | head` ends as other Unix tools do, in silence.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    _open_streams()
    from .app import run

    code = run(sys.argv[1:])
    # The interpreter looks for cycles once more as it ends, which takes a fifth of the whole run;
    # what is frozen is not looked at.
    gc.freeze()
    sys.exit(code)
