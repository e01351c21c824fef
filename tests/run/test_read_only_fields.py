"""Fields of a handle in the caller's memory that the library alone sets: they are read, and never set."""

from __future__ import annotations

import pytest


@pytest.mark.slow
def test_what_is_wrong_there_is_found(judge):
    found, reasons = judge(
        "read_only_fields", "ro_document", "wrong", seed=1, phases=("lifecycle",), examples=40
    )

    assert {each.diagnostic.code.id for each in found} == {"ABD321"}
    assert any("document.version.major" in each.diagnostic.message for each in found)
    assert reasons == []


@pytest.mark.full
@pytest.mark.parametrize("library", ["sound", "near"])
@pytest.mark.parametrize("function", ["ro_open", "ro_set", "ro_drop", "ro_document"])
def test_what_the_library_keeps_there_is_its_own(function, library, judge):
    assert judge("read_only_fields", function, library, seed=2, phases=("properties", "lifecycle")) == (
        [],
        [],
    )
