"""Numbers in memory that a call returned a pointer to: what the contract, or C, allows there holds as anywhere else."""

from __future__ import annotations

import pytest
from behind_results import CONTRACT, FOUND, HEADER, SOURCE


@pytest.mark.slow
@pytest.mark.parametrize("wrong", FOUND)
def test_one_that_is_outside_is_found(wrong, findings_of):
    function, place = FOUND[wrong]
    (found,) = findings_of(
        "nb", HEADER, SOURCE, CONTRACT, function, ("properties",), f"-DWRONG={wrong}", least=40
    )

    assert (found.diagnostic.code.id, found.diagnostic.place) == ("ABD322", f"{function}:{place}")


@pytest.mark.slow
@pytest.mark.parametrize("function", ["nb_of", "nb_steps", "nb_find"])
def test_others_are_left_alone(function, codes_of):
    assert (
        codes_of("nb", HEADER, SOURCE, CONTRACT, function, ("properties",), "-DWRONG=NOTHING", least=40) == []
    )


@pytest.mark.slow
def test_the_field_and_its_limit_are_shown(findings_of):
    (found,) = findings_of("nb", HEADER, SOURCE, CONTRACT, "nb_of", ("properties",), "-DWRONG=BITS", least=40)

    assert found.diagnostic.message == "`nb_of` left 33 in `result.bits`, not from 1 to 32"
    lines = [
        label.span.path.read_text().splitlines()[label.span.line - 1] for label in found.diagnostic.labels
    ]
    assert lines == ["      bits: {range: [1, 32]}", "    int bits;"]
