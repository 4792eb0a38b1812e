"""A result for people and programs: one small writer a format."""
