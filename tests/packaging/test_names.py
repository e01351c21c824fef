"""Names of the source: a reader who knows the field finds the place, and one name means one thing."""

from __future__ import annotations

import inspect
from pathlib import Path

import pytest

from abidance.checks import CHECKS

PACKAGE = Path(__file__).parents[2] / "harness" / "abidance"


@pytest.mark.parametrize("check", CHECKS, ids=lambda check: check.name)
def test_a_check_is_named_after_its_rule_and_stands_in_a_file_of_that_name(check):
    words = check.name.split("-")
    assert type(check).__name__ == "".join(word.capitalize() for word in words)
    file = Path(inspect.getfile(type(check)))
    assert (file.stem, PACKAGE / "checks" in file.parents) == ("_".join(words), True)
