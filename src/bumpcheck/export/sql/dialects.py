"""The view in the SQL of other databases, rendered by sqlglot, which knows how each talks."""

from __future__ import annotations

from bumpcheck.errors import BumpcheckError, did_you_mean, quoted

DUCKDB = "duckdb"
# What was run, or is written alike; sqlglot knows more, which lack what the view needs.
DIALECTS = (
    "duckdb",
    "spark",
    "databricks",
    "postgres",
    "snowflake",
    "bigquery",
    "trino",
    "redshift",
)
# These have to be told that what the cases are joined with is small: a table for every machine. Of
# other joins than "left" they infer that keys are not null, and work out all layers for it anew.
BROADCASTING = ("spark", "databricks")
# These put layers into each other, until what was worked out once is worked out a thousand times.
UNFOLDING = ("postgres",)


def rendered(query: str, dialect: str) -> str:
    """A query in the SQL of DuckDB, in that of another database. Raises BumpcheckError."""
    if dialect not in DIALECTS:
        hint = did_you_mean(dialect, DIALECTS) or f"say {', '.join(DIALECTS)}"
        raise BumpcheckError(f"--dialect: {quoted(dialect)} is not known: {hint}")
    try:
        import sqlglot
        from sqlglot import expressions
    except ImportError:
        raise BumpcheckError(
            "sqlglot, which renders SQL, is not installed: pip install 'bumpcheck[sql]'"
        ) from None
    tree = sqlglot.parse_one(query, read=DUCKDB)
    if dialect in BROADCASTING:
        for select in tree.find_all(expressions.Select):
            joins = select.args.get("joins") or []
            names = [expressions.to_identifier(join.this.alias_or_name) for join in joins]
            if names:
                small = expressions.JoinHint(this="BROADCAST", expressions=names)
                select.set("hint", expressions.Hint(expressions=[small]))
            for join in joins:
                join.set("side", "" if join.kind == "CROSS" else "LEFT")
    if dialect in UNFOLDING:
        for called in tree.find_all(expressions.CTE):
            called.set("materialized", True)
    return tree.sql(dialect=dialect)
