"""A pack in other people's formats."""
