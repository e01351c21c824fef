"""Handles and memory of which a flag says whose they are, and how long they are lent, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_family
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
from subjects import VARIANTS

FOUND = {
    "fo_list_put": "ABD371",
    "fo_list": "ABD371",
    "fo_slip": "AddressSanitizer",
    "fo_box": "AddressSanitizer",
    "fo_sheet": "use-after-poison",
    "fo_sheet_sum": "use-after-poison",
}


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_family(tmp_path_factory.mktemp("flag_owners"), "flag_owners", VARIANTS.index)


@pytest.mark.parametrize("entry", FOUND)
def test_one_that_does_not_heed_the_flag_is_found(entry, target):
    ended = target.run("wrong", entry, 8_000, 1)

    assert ended.returncode != 0
    assert FOUND[entry] in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_one_that_does_is_left_alone(library, target):
    for entry in target.target.entries:
        ended = target.run(library, entry, 6_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


def test_memory_that_is_taken_over_by_a_flag_stays_with_run(target):
    assert [each.subject for each in target.target.left] == ["fo_box_label"]
