"""The command line: reads flags, calls the core, picks a writer."""

from __future__ import annotations

import gc
import signal
import sys


def main() -> None:
    """The console script; ends the process with an exit code of the contract."""
    # A check lasts a tenth of a second: collecting cycles in it costs more than it frees.
    gc.disable()
    if hasattr(signal, "SIGPIPE"):
        # `bumpcheck ... | head` ends as other Unix tools do, in silence.
        signal.signal(signal.SIGPIPE, signal.SIG_DFL)
    for stream in (sys.stdout, sys.stderr):
        # A terminal that cannot show a letter gets its code, never a traceback.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")
    from .app import run

    code = run(sys.argv[1:])
    # The interpreter looks for cycles once more as it ends, which takes a fifth of the whole run;
    # what is frozen is not looked at.
    gc.freeze()
    sys.exit(code)
