"""The differences of `native_fixtures/seeded_pair` are found again, and nothing of the sound rewrite."""

from __future__ import annotations

import importlib.util
import shutil
from pathlib import Path

import pytest

EXPLANATION = Path(__file__).parents[2] / "docs" / "explanation"
NEEDED = 18


def board():
    """Return the program that measures and writes the page."""
    spec = importlib.util.spec_from_file_location("make_seeded_pair", EXPLANATION / "make_seeded_pair.py")
    made = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(made)
    return made


PROGRAM = board()
needs_both = pytest.mark.skipif(
    not (shutil.which("cargo") and shutil.which("cmake")), reason="needs cargo and cmake"
)


@pytest.mark.full
@needs_both
@pytest.mark.parametrize("name", PROGRAM.differences())
def test_a_difference_is_found_again(name, tmp_path):
    assert PROGRAM.measured(name, 1, tmp_path)["verdict"] == "differs"


@pytest.mark.full
@needs_both
def test_nothing_is_found_of_the_sound_rewrite(tmp_path):
    assert PROGRAM.measured(PROGRAM.SOUND, 1, tmp_path)["found"] == []


@pytest.mark.unit
def test_what_was_measured_is_on_the_page_and_enough_of_it_was_found():
    found = PROGRAM.kept()

    assert PROGRAM.PAGE.read_text() == PROGRAM.page(found), "make_seeded_pair.py --page writes it anew"
    assert found.keys() <= {PROGRAM.SOUND, *PROGRAM.differences()}
    whole = 0
    for seed in PROGRAM.SEEDS:
        verdicts = {name: runs[str(seed)]["verdict"] for name, runs in found.items() if str(seed) in runs}
        assert verdicts.pop(PROGRAM.SOUND, "") != "differs"
        missed = sum(each != "differs" for each in verdicts.values())
        assert missed <= len(PROGRAM.differences()) - NEEDED
        whole += len(verdicts) == len(PROGRAM.differences())
    assert whole
