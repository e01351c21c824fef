"""Lengths that another function tells: an interposer calls nothing that the program does not call."""

from __future__ import annotations

from pathlib import Path

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.trace.interposer import interposer

CONTRACT = Path(__file__).parents[1] / "run" / "asked_lengths.contract.yaml"


def test_nobody_is_asked_while_a_program_runs():
    boundary = join(load_contract(CONTRACT))

    made = interposer(boundary, ["al_text", "al_bytes"], ("libasked_lengths.so",))

    assert "abidance_called" not in made.source
    assert [each.reason for each in made.left] == ["`al_bytes` is not called by anybody but the program"]
