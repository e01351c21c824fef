"""Callbacks in records that laws look at: of a step, behind a pointer there, and of a handle that keeps them."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_texts
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_laws_with_records_of_handlers as records
import test_tables_of_callbacks_in_laws as tables

LAWS = {
    "kept": (tables, tables.KEPT, "tb", "each_word_is_told", "VARIANT", ("0", "1"), "2"),
    "behind": (tables, tables.BEHIND, "tb", "each_word_is_told_at_once", "VARIANT", ("0", "1"), "2"),
    "records": (records, records.CONTRACT, "rd", "each_word_is_told", "LOST", ("-1",), "1"),
}


@pytest.fixture(scope="module", params=LAWS)
def law(request, tmp_path_factory):
    module, contract, name, entry, macro, sound, wrong = LAWS[request.param]
    flags = lambda value: (f"-D{macro}={value}", "-w")  # noqa: E731
    folder = tmp_path_factory.mktemp(request.param)
    return of_texts(folder, name, module.HEADER, contract, module.SOURCE, flags), entry, sound, wrong


@pytest.mark.slow
def test_one_that_is_not_called_is_found(law):
    target, entry, _, wrong = law
    ended = target.run(wrong, entry, 400_000, 1)  # few texts have two words

    assert ended.returncode != 0
    assert "ABD376" in ended.stderr


@pytest.mark.slow
def test_sound_ones_are_left_alone(law):
    target, entry, sound, _ = law
    for each in sound:
        ended = target.run(each, entry, 8_000, 1)
        assert (ended.returncode, ended.stderr) == (0, "")


def test_nothing_is_left_to_run(law):
    assert not law[0].target.left
