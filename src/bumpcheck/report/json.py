"""A result or an error as one JSON object."""

from __future__ import annotations

import msgspec

from bumpcheck.errors import AnswerError, BumpcheckError, RulePackError, visible
from bumpcheck.result import FORMAT, Result


def write(result: Result) -> str:
    """The result as indented JSON, with a newline at its end."""
    return indented(result.as_dict())


def write_error(error: BumpcheckError) -> str:
    """What was wrong, as one JSON object."""
    about: dict[str, object] = {"message": visible(str(error))}
    if isinstance(error, AnswerError):
        about |= {
            "question": error.question,
            "given": visible(error.given) if error.given is not None else None,
            "nearest": list(error.nearest),
        }
    elif isinstance(error, RulePackError):
        about["message"] = f"the rule pack does not load: {error.summary}"
        about["problems"] = [
            {
                "file": visible(problem.place.file),
                "line": problem.place.line,
                "column": problem.place.column,
                "message": problem.message,
                "hint": problem.hint,
            }
            for problem in error.problems
        ]
    return indented({"format": FORMAT, "error": about})


def indented(value: object) -> str:
    """Any value as indented JSON with a newline at its end, in ASCII: JSON in every encoding."""
    text = msgspec.json.format(msgspec.json.encode(value), indent=2).decode() + "\n"
    return text if text.isascii() else "".join(map(_escaped, text))


def _escaped(char: str) -> str:
    if char.isascii():
        return char
    units = char.encode("utf-16-be")
    return "".join(f"\\u{units[at]:02x}{units[at + 1]:02x}" for at in range(0, len(units), 2))
