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


def rendered(query: str, dialect: str) -> str:
    """A query in the SQL of DuckDB, in that of another database. Raises BumpcheckError."""
    if dialect not in DIALECTS:
        hint = did_you_mean(dialect, DIALECTS) or f"say {', '.join(DIALECTS)}"
        raise BumpcheckError(f"--dialect: {quoted(dialect)} is not known: {hint}")
    try:
        import sqlglot
    except ImportError:
        raise BumpcheckError(
            "sqlglot, which renders SQL, is not installed: pip install 'bumpcheck[sql]'"
        ) from None
    (made,) = sqlglot.transpile(query, read=DUCKDB, write=dialect)
    return made
