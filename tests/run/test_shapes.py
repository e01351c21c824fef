"""Sound functions that take and return every shape a header can have are left alone, on both builds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tiers import sample

CONTRACT = Path(__file__).with_name("shapes.contract.yaml").read_text()
FUNCTIONS = re.findall(r"^  (sh_\w+):", CONTRACT[CONTRACT.index("\nfunctions:") :], re.MULTILINE)
REFUSED = {"sh_variadic": "a variadic function"}
BUILDS = ("c", "asan")
CALLED = [name for name in FUNCTIONS if name not in REFUSED]


@pytest.mark.slow
@pytest.mark.parametrize("build", sample(BUILDS, keep=["c"]))
@pytest.mark.parametrize("function", sample(CALLED, keep=CALLED[::8]))
def test_sound_code_of_any_shape_is_left_alone(function, build, judge):
    found, reasons = judge.in_turn(BUILDS, "shapes", function, build)

    assert found == []
    assert reasons == []


@pytest.mark.slow
@pytest.mark.parametrize("function", REFUSED)
def test_what_cannot_be_called_is_refused_by_name(function, judge):
    found, reasons = judge("shapes", function, "c", phases=("properties",))

    assert found == []
    assert [reason.code.id for reason in reasons] == ["ABD204"]
    assert f"`{function}` cannot be called" in reasons[0].message
    assert REFUSED[function] in reasons[0].message
