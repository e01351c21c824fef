"""Functions that only callbacks call, on what they are given, in a compiled contract: with numbers."""

from __future__ import annotations

import sys

import pytest
from built_contract import made, of_module
from native_twins import ROOT

from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences

sys.path.append(str(ROOT / "tests/run"))
import test_what_callbacks_pass_on as passes


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    return of_module(tmp_path_factory.mktemp("po"), "po", passes)


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "code"), [("SHORT", "AddressSanitizer"), ("LEAKS", "ABD371")])
def test_what_is_called_with_what_a_callback_is_given_is_judged(wrong, code, target):
    ended = target.run(wrong, "po_engine", 20_000, 1)

    assert ended.returncode != 0
    assert code in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("right", ["SOUND", "NEAR", "OVER"])
def test_a_sound_library_is_left_alone_and_one_that_is_wrong_about_texts(right, target):
    for entry in target.target.entries:
        ended = target.run(right, entry, 8_000, 1)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_calls_of_callbacks_become_bytes_and_the_same_again(target):
    drawn = made(sequences(target.boundary, SequenceModel.of(target.boundary, "po_engine"), FilterLog()), 60)
    given, again = target.again("SOUND", "po_engine", drawn)

    calling = [case for case in given if "po_result_int" in str(case)]
    assert len(calling) > 2
    assert again == given


def test_calls_with_texts_stay_with_run(target):
    assert target.target.entries == ("po_define", "po_run", "po_engine")
    assert [each.subject for each in target.target.left] == [
        "po_define",
        "po_define",
        "po_result_text",
        "po_result_bytes",
    ]
