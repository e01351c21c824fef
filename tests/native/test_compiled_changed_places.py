"""Calls that exchange two handles, in compiled contracts: each is in the state in which the other one was."""

from __future__ import annotations

import sys

import pytest
from built_contract import of_texts
from native_twins import ROOT

sys.path.append(str(ROOT / "tests/run"))
import test_changed_places as places


@pytest.fixture(scope="module")
def target(tmp_path_factory):
    folder = tmp_path_factory.mktemp("places")
    texts = (places.HEADER, places.CONTRACT, places.SOURCE)
    return of_texts(folder, "sw", *texts, lambda wrong: (f"-DWRONG={wrong}",))


@pytest.mark.slow
@pytest.mark.parametrize("wrong", places.SAID)
def test_what_is_lost_is_found(wrong, target):
    told = target.run(str(wrong), "sw_note", 60_000, 1).stderr

    assert any(code in told for code in places.SAID[wrong])


@pytest.mark.slow
def test_a_sound_exchange_is_silent(target):
    ended = target.run("0", "sw_note", 20_000, 1)

    assert (ended.returncode, ended.stderr) == (0, "")
    assert not target.target.left
