"""Handles in memory of the caller's of which only the size is told, in a compiled contract."""

from __future__ import annotations

import sys

import pytest
from built_contract import made, of_family
from native_twins import ROOT

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
from subjects import VARIANTS  # noqa: E402 - it lies with the sources


@pytest.fixture(scope="module")
def sized(tmp_path_factory):
    built = of_family(tmp_path_factory.mktemp("sized_handles"), "sized_handles", VARIANTS.index)
    assert built.target.left == ()
    return built


@pytest.mark.parametrize("entry", ["sh_init", "sh_take", "sh_reset", "pool"])
def test_a_byte_behind_the_memory_is_found(entry, sized):
    ended = sized.run("wrong", entry)

    assert ended.returncode != 0
    assert "heap-buffer-overflow" in ended.stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_all_of_the_memory_may_be_used(library, sized):
    for entry in sized.target.entries:
        ended = sized.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_a_sequence_that_is_made_is_one_that_a_run_may_make(sized):
    wanted = made(sequences(sized.boundary, SequenceModel.of(sized.boundary, "pool"), FilterLog()))
    encoded, again = sized.again("sound", "pool", wanted)

    assert len(encoded) * 2 > len(wanted)
    assert all(is_lawful(sized.boundary, case) for case in again)
