"""Header and binary of every native fixture agree, but for the one that is about their disagreement."""

from __future__ import annotations

from pathlib import Path

import pytest
from binaries import binary_facts, level, library, run, rust_library

from abidance.abi.reconcile import reconcile
from abidance.abi.witnesses import WitnessSubject
from abidance.abi.witnesses.header import read as read_header_facts

TOP = Path(__file__).parents[2]
SOUND = TOP / "examples/01-request-guard"
HEADER = SOUND / "include/request_guard.h"
TWINS = sorted(path.parent for path in (TOP / "native_fixtures/request_guard").glob("*/*/fixture.toml"))
DRIFTED = "rust_field_order_drifted"


@pytest.fixture(scope="module")
def declared():
    return read_header_facts(WitnessSubject(header=HEADER, include_dirs=(HEADER.parent,)))


def source_of(twin, folder):
    """Return the twin's source text."""
    sound = SOUND / ("c/request_guard.c" if twin.parent.name == "c" else "rust/src/lib.rs")
    patch = twin / "change.patch"
    if not patch.exists():
        return sound.read_text()
    written = folder / f"twin{sound.suffix}"
    run(
        "cmake",
        f"-DSOURCE={sound}",
        f"-DPATCH={patch}",
        f"-DOUTPUT={written}",
        "-P",
        str(TOP / "native_fixtures/cmake/apply_patch.cmake"),
    )
    return written.read_text()


@pytest.mark.full
@pytest.mark.parametrize("twin", TWINS, ids=lambda path: path.name)
def test_header_and_binary_agree(declared, twin, tmp_path):
    source = source_of(twin, tmp_path)
    if twin.parent.name == "c":
        built = [
            library(tmp_path, source, f"-I{HEADER.parent}", flag, name=f"{flag}.so")
            for flag in ("-O0", "-O2")
        ]
    else:
        built = [rust_library(tmp_path, source, "-Cpanic=abort", "-Copt-level=0")]
    for path in built:
        facts = binary_facts(path)
        found = [each.code.name for each in reconcile(declared, facts) if each.code.severity != "note"]

        assert level(facts) == "LAYOUTS"
        assert set(found) == ({"record-layout-differs"} if twin.name == DRIFTED else set())
