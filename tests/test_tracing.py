"""A test that asks for it is not traced, in one process and in several."""

from __future__ import annotations

import pytest
from coverage import Coverage

from .tracing import untraced


@pytest.mark.no_cover
def test_nobody_measures_a_test_that_is_marked_so() -> None:
    assert Coverage.current() is None


def test_who_measured_before_measures_again() -> None:
    before = Coverage.current()
    with untraced():
        assert Coverage.current() is None
    assert Coverage.current() is before
