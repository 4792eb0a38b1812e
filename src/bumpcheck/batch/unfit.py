"""What an embedded database is not given."""


class Unfit(Exception):
    """The database is not there, or would not do this as everything else does; says why."""
