"""Defects behind values that ctypes cannot pass are found, and sound code beside them is left alone, on both builds."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

CONTRACT = Path(__file__).with_name("byvalue.contract.yaml").read_text()
FUNCTIONS = re.findall(r"^  (bv_\w+|BV_\w+):", CONTRACT[CONTRACT.index("\nfunctions:") :], re.MULTILINE)
CODES = {"bv_first": "ABD312"}


@pytest.mark.parametrize("library", ["sound", "near", "sound_asan", "near_asan"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_sound_code_is_left_alone(function, library, judge):
    found, reasons = judge("byvalue", function, library, seed=3)

    assert found == []
    assert reasons == []


@pytest.mark.parametrize("library", ["wrong", "wrong_asan"])
@pytest.mark.parametrize("function", FUNCTIONS)
def test_a_defect_is_found(function, library, judge):
    found, reasons = judge("byvalue", function, library, seed=3)

    assert reasons == []
    assert {finding.diagnostic.code.id for finding in found} == {CODES.get(function, "ABD321")}
