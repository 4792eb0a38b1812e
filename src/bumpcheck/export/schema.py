"""JSON Schema for the files of a pack: an editor then completes them, and explains on hover.

Built from the pack's own questions, findings, outcomes, doors and sources: every answer is known,
and the question itself stands beside it. What only the loader can tell (a circle of
findings, a source that nobody cites) is left to the loader.
"""

from __future__ import annotations

from collections.abc import Iterable

from bumpcheck.model import (
    ADVICE_KINDS,
    KINDS,
    MEASURES,
    NOT_ASKED,
    REASONS,
    SOURCE_KINDS,
    UNKNOWN,
    URGENCIES,
    Question,
    RulePack,
    said_to,
)

DIALECT = "https://json-schema.org/draft/2020-12/schema"
BOUNDS = ("under", "at-most", "at-least", "over")

# A part of a schema: JSON.
Schema = dict[str, object]

TEXT: Schema = {"type": "string", "minLength": 1}
# What YAML takes for a number or a truth is text to the loader, as everything is.
SCALAR: Schema = {"type": ["string", "number", "boolean"]}
YES_NO: Schema = {"enum": ["yes", "no", True, False]}
WHOLE: Schema = {"type": ["integer", "string"]}
NUMBER: Schema = {"type": ["number", "string"]}
CONDITION: Schema = {"$ref": "#/$defs/condition"}


def schema(pack: RulePack) -> Schema:
    """The schema of one file of the pack; every section may stand in any file."""
    ids = _Ids(pack)
    return {
        "$schema": DIALECT,
        "title": f"Rule files of the pack {pack.id}",
        "description": pack.title,
        "type": "object",
        "additionalProperties": False,
        "properties": _sections(ids),
        "$defs": {
            "condition": {
                "description": "A mapping is `and`, a list is `or`.",
                "anyOf": [
                    {"type": "array", "minItems": 1, "items": CONDITION},
                    {"$ref": "#/$defs/all-of-these"},
                ],
            },
            "all-of-these": {
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": _condition_keys(pack, ids),
            },
            "source": {
                "description": "Each work, and the place in it.",
                "type": "object",
                "minProperties": 1,
                "additionalProperties": False,
                "properties": {
                    source.id: {"description": source.title, **_one_or_list(SCALAR)}
                    for source in pack.sources
                },
            },
        },
    }


class _Ids:
    """The ids of a pack, each kind as a schema of its own."""

    def __init__(self, pack: RulePack) -> None:
        self.findings = _enum(finding.id for finding in pack.findings)
        self.outcomes = _enum(outcome.id for outcome in pack.outcomes)
        self.reassuring = _enum(outcome.id for outcome in pack.reassuring)
        self.patterns = _enum(pattern.id for pattern in pack.patterns)
        self.flags = _enum(flag.id for flag in pack.red_flags)
        self.doors = _enum(pack.doors)
        self.questions = _enum(question.id for question in pack.questions)
        self.urgencies = _enum(URGENCIES)
        tags = {tag for line in pack.advice for tag in line.tags}
        self.advice = _enum([*(line.id for line in pack.advice), *sorted(tags)])
        self.words: Schema = {
            "anyOf": [
                TEXT,
                {
                    "type": "object",
                    "additionalProperties": False,
                    "required": [pack.persons[-1].id],
                    "properties": {person.id: TEXT for person in pack.persons},
                },
            ]
        }
        self.shows: Schema = {
            "type": "object",
            "additionalProperties": False,
            "properties": {row.id: {"description": row.text, **TEXT} for row in pack.aspects},
        }


def _enum(words: Iterable[str]) -> Schema:
    return {"enum": list(words)}


def _one_or_list(item: Schema) -> Schema:
    return {"anyOf": [item, {"type": "array", "minItems": 1, "items": item}]}


def _object(required: tuple[str, ...], **properties: Schema) -> Schema:
    """A mapping of exactly these keys; `_` stands for `-` in their names."""
    return {
        "type": "object",
        "additionalProperties": False,
        "required": list(required),
        "properties": {name.replace("_", "-"): part for name, part in properties.items()},
    }


def _list(item: Schema) -> Schema:
    return {"type": "array", "items": item}


# --- Conditions ---------------------------------------------------------------------------------


def _condition_keys(pack: RulePack, ids: _Ids) -> dict[str, Schema]:
    several: Schema = {"type": "array", "minItems": 1, "items": CONDITION}
    return {
        **{question.id: _asked(question, pack) for question in pack.questions},
        "finding": {"description": "What was worked out.", **_one_or_list(ids.findings)},
        "any": {"description": "One of these at least.", **several},
        "all": {"description": "All of these.", **several},
        "not": CONDITION,
        "unless": CONDITION,
    }


def _asked(question: Question, pack: RulePack) -> Schema:
    """What a rule may ask of a question: its answers, or bounds of a quantity."""
    everybody = pack.persons[-1].id
    named: list[Schema] = [
        {"const": answer.id, "description": said_to(everybody, answer.text)}
        for answer in question.answers
    ]
    named += [
        {"const": UNKNOWN, "description": "The person could not say."},
        {"const": NOT_ASKED, "description": "It was not asked; in an invariant alone."},
    ]
    if question.measure is not None:
        alike = [q.id for q in pack.questions if q.measure == question.measure and q != question]
        named.append(
            _object(
                (),
                **{bound.replace("-", "_"): SCALAR for bound in BOUNDS},
                longer_than=_enum(alike),
            )
        )
    return {"description": said_to(everybody, question.ask), **_one_or_list({"anyOf": named})}


# --- Sections -----------------------------------------------------------------------------------


def _sections(ids: _Ids) -> dict[str, Schema]:
    rule: dict[str, Schema] = {"id": TEXT, "when": CONDITION, "unless": CONDITION}
    cited: dict[str, Schema] = {
        **rule,
        "because": ids.words,
        "source": {"$ref": "#/$defs/source"},
    }
    reasons = ("id", "because", "source")
    alarm: dict[str, Schema] = {**cited, "text": ids.words, "door": ids.doors}
    sections: dict[str, Schema] = {
        "pack": _pack(ids),
        "questions": _list(_question(ids)),
        "findings": _list(_object(("id", "when", "text"), **rule, text=TEXT)),
        "red-flags": _list(
            _object(
                (*reasons, "when", "text", "door", "urgency", "if-unknown"),
                **alarm,
                urgency=_enum(URGENCIES[2:]),
                if_unknown=_enum([*URGENCIES[1:], "list"]),
                unknown_door=ids.doors,
                repeats=ids.questions,
            )
        ),
        "referral-signs": _list(_object((*reasons, "when", "text", "door"), **alarm)),
        "conflicts": _list(_object(("id", "when", "because"), **rule, because=ids.words)),
        "evidence": _list(
            _object(
                (*reasons, "when"),
                **cited,
                points={
                    "type": "object",
                    "propertyNames": ids.reassuring,
                    "additionalProperties": WHOLE,
                },
                excludes=_one_or_list(ids.reassuring),
                confirms=_one_or_list(ids.reassuring),
                shows=ids.shows,
            )
        ),
        "patterns": _list(
            _object(
                (*reasons, "outcome", "rank", "name", "term"),
                **cited,
                outcome=ids.outcomes,
                rank=WHOLE,
                name=TEXT,
                term=TEXT,
                door=ids.doors,
                shows=ids.shows,
            )
        ),
        "look-alikes": _list(
            _object(
                (*reasons, "when", "name"),
                **cited,
                name=TEXT,
                supported_by=_list(CONDITION),
                opposed_by=_list(CONDITION),
            )
        ),
        "advice": _list(_advice(cited, reasons, ids)),
        "invariants": _list(_invariant(ids)),
        "sources": _list(
            _object(
                ("id", "title", "kind"),
                id=TEXT,
                title=TEXT,
                address={"type": "string", "format": "uri"},
                kind=_enum(SOURCE_KINDS),
                read=SCALAR,
                copy=YES_NO,
            )
        ),
        "faq": _list(
            _object(
                ("id", "ask", "answer", "source"),
                id=TEXT,
                ask=TEXT,
                answer=TEXT,
                source={"$ref": "#/$defs/source"},
            )
        ),
        "compare": _list(_object(("id", "text"), id=TEXT, text=TEXT)),
        "drawing": _object(
            ("question", "width", "height", "places"),
            question=ids.questions,
            width=NUMBER,
            height=NUMBER,
            lines=_one_or_list(TEXT),
            places={
                "type": "object",
                "additionalProperties": _list(
                    {"type": "array", "minItems": 2, "maxItems": 2, "items": NUMBER}
                ),
            },
        ),
        "texts": {"type": "object", "additionalProperties": TEXT},
        "unnoticed": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [TEXT, {"type": "object", "additionalProperties": TEXT}]
            },
        },
        "coverage": {
            "type": "object",
            "additionalProperties": {
                "anyOf": [
                    {"const": "cited"},
                    _object(("by",), by=_one_or_list(TEXT)),
                    _object(("left-out",), left_out=TEXT),
                ]
            },
        },
        "translation": {"type": "object", "additionalProperties": ids.words},
    }
    return sections


def _pack(ids: _Ids) -> Schema:
    outcome = _object(
        ("id",),
        id=TEXT,
        reassures=YES_NO,
        at_least=WHOLE,
        lead=WHOLE,
        door=TEXT,
        shows=ids.shows,
        source={"$ref": "#/$defs/source"},
    )
    return _object(
        ("id", "version", "title", "intended-use", "outcomes", "doors", "default-doors"),
        id=TEXT,
        version=SCALAR,
        title=TEXT,
        intended_use=TEXT,
        reviewed=_object(("by", "on", "until"), by=TEXT, on=SCALAR, until=SCALAR),
        wording=_object(
            ("grade", "hardest"),
            grade=WHOLE,
            hardest=WHOLE,
            promises=_one_or_list(TEXT),
            harms=_one_or_list(TEXT),
        ),
        outcomes=_list(outcome),
        doors=_list(TEXT),
        default_doors=_list(_object(("door",), door=TEXT, when=CONDITION, unless=CONDITION)),
        persons=_list(_object(("id",), id=TEXT, when=CONDITION, unless=CONDITION)),
    )


def _question(ids: _Ids) -> Schema:
    answer = _object(
        ("id", "text"),
        id=SCALAR,
        text=ids.words,
        clause=ids.words,
        aliases=_one_or_list(SCALAR),
        covers=_one_or_list(TEXT),
        group=TEXT,
        ask_when=CONDITION,
    )
    return _object(
        ("id", "group", "ask", "why", "kind"),
        id=TEXT,
        kind=_enum(KINDS),
        group=TEXT,
        ask=ids.words,
        why=ids.words,
        help=ids.words,
        clause=ids.words,
        aliases=_one_or_list(TEXT),
        calm=SCALAR,
        listed=_object(("as",), **{"as": SCALAR, "when": CONDITION}),
        fixed=YES_NO,
        ask_when=CONDITION,
        answers=_list(answer),
        measure=_enum(MEASURES),
        bare=TEXT,
        bare_at_least=WHOLE,
        at_most=SCALAR,
        bands=_list(_object(("text", "value"), text=TEXT, value=SCALAR, ask_when=CONDITION)),
    )


def _advice(cited: dict[str, Schema], reasons: tuple[str, ...], ids: _Ids) -> Schema:
    of_result: dict[str, Schema] = {
        "outcome": ids.outcomes,
        "pattern": ids.patterns,
        "urgency": ids.urgencies,
        "door": ids.doors,
        "reason": _enum(REASONS),
        "red-flag": ids.flags,
    }
    line = _object(
        (*reasons, "rank"),
        **cited,
        **dict.fromkeys(ADVICE_KINDS, ids.words),
        rank=WHOLE,
        tags=_one_or_list(TEXT),
        topic=TEXT,
        shows=ids.shows,
    )
    properties = line["properties"]
    assert isinstance(properties, dict)  # made so just above
    properties["for"] = _keyed(of_result)
    return {**line, "oneOf": [{"required": [kind]} for kind in ADVICE_KINDS]}


def _invariant(ids: _Ids) -> Schema:
    required = _keyed(
        {
            "outcome": ids.outcomes,
            "urgency": ids.urgencies,
            "disposition": ids.doors,
            "pattern": ids.patterns,
            "red-flag": ids.flags,
            "advice": ids.advice,
        }
    )
    verbs = ("always", "never", "some")
    whole = _object(
        ("id",),
        id=TEXT,
        hazard=TEXT,
        because=TEXT,
        when=CONDITION,
        **dict.fromkeys(verbs, required),
    )
    return {**whole, "oneOf": [{"required": [verb]} for verb in verbs]}


def _keyed(parts: dict[str, Schema]) -> Schema:
    """What is said of a result: every key one word or several; an urgency also a lower bound."""
    properties = {key: _one_or_list(part) for key, part in parts.items()}
    bound = _object(("at-least",), at_least=parts["urgency"])
    properties["urgency"] = {"anyOf": [properties["urgency"], bound]}
    return {"type": "object", "additionalProperties": False, "properties": properties}
