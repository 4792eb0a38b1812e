"""Templates and how they are filled in; what stands in them for good is theirs, the rest is text.

The only module that knows of jinja2. Autoescape is always on, and a name that is not there is an
error, never an empty place.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import cache
from importlib.resources import files

from jinja2 import Environment, FunctionLoader, StrictUndefined
from markupsafe import Markup

from bumpcheck.errors import visible

# Takes a text as it was said, and returns it as it must stand in a page.
Escape = Callable[[str], Markup]


def read(name: str) -> str:
    """A file beside this one, wherever the package is installed."""
    return files(__package__).joinpath(name).read_text(encoding="utf-8")


def filled(name: str, escape: Escape, **words: object) -> str:
    """A template filled in; everything but ready markup goes through `escape`, made visible."""
    return _environment(escape).get_template(name).render(**words)


@cache
def _environment(escape: Escape) -> Environment:
    def finalize(value: object) -> Markup:
        return value if isinstance(value, Markup) else escape(visible(str(value)))

    return Environment(
        loader=FunctionLoader(read),
        autoescape=True,
        undefined=StrictUndefined,
        finalize=finalize,
        trim_blocks=True,
        lstrip_blocks=True,
        keep_trailing_newline=True,
    )


def address(written: str) -> str:
    """A web address with everything spelled out that has no place in one."""
    # Readers turn percent signs back into letters: what does not show is spelled out before.
    return "".join(char if char in _IN_ADDRESS else _percent(char) for char in visible(written))


_IN_ADDRESS = frozenset(
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._~:/?#@!$&()*+,;=%"
)


def _percent(char: str) -> str:
    return "".join(f"%{byte:02X}" for byte in char.encode("utf-8"))
