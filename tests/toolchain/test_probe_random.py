"""What the probe says of random declarations, held against the debug information of the same compiler."""

from __future__ import annotations

import os
import shutil

import pytest
from hypothesis import given, settings

from abidance.header import read_header
from abidance.ir.naming import c_names
from abidance.ir.types import RecordRef
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest, probe_layouts
from declarations.c_strategies import BATCH, EVERYTHING, batches, top_records
from declarations.c_text import render
from declarations.dwarf_layouts import layouts as dwarf_layouts
from declarations.dwarf_layouts import probed_members
from tiers import depth, sample

# Twenty times as many for a long run: ABIDANCE_TIMES=20 pytest tests/toolchain/test_probe_random.py
MANY = settings(BATCH, max_examples=depth(25) * int(os.environ.get("ABIDANCE_TIMES", "1")))
ELSEWHERE = {
    "i386-linux-gnu": EVERYTHING.ilp32(),
    "aarch64-linux-gnu": EVERYTHING,
    "armv7-linux-gnueabihf": EVERYTHING.ilp32(),
    "powerpc64-linux-gnu": EVERYTHING,
    "riscv64-linux-gnu": EVERYTHING,
}


def agree(types, compiler, folder):
    """Assert that the probe finds every record and lays each out as the debug information does."""
    source = render(types)
    header = folder / "random.h"
    header.write_text(source.text, encoding="utf-8")
    declarations = read_header(header, compiler=compiler)
    wanted = ProbeRequest(types=tuple(map(RecordRef, declarations.records)))
    layouts = probe_layouts(declarations, wanted, header=header, compiler=compiler)

    assert layouts.failed == {}
    assert layouts.records.keys() == declarations.records.keys()
    names = {key: name for key, name in c_names(declarations).items() if key in layouts.records}
    assert set(source.names.values()) & set(names.values())
    dwarf = dwarf_layouts(source.text, list(names.values()), compiler)
    for key, name in names.items():
        size, places = dwarf[name]
        assert layouts.records[key].size == size, name
        assert told(probed_members(layouts, declarations, key), compiler) == told(places, compiler), name


def told(places, compiler):
    """Return the places without what clang's debug information does not have.

    It tells of a bit-field as wide as its type what it tells of other members: the first byte.
    """
    if compiler.family == "gcc":
        return places
    return {
        name: (first - first % 8 if width in {8, 16, 32, 64} else first, width)
        for name, (first, width) in places.items()
    }


@pytest.mark.full
@pytest.mark.parametrize("family", ["gcc", "clang"])
@MANY
@given(types=batches(top_records()))
def test_random_records_are_laid_out_as_debug_information_has_them(family, types, tmp_path_factory):
    if not shutil.which(family):
        pytest.skip(f"{family} is not installed")
    agree(types, find_compiler(family), tmp_path_factory.mktemp("random"))


@pytest.mark.slow
@pytest.mark.parametrize("target", sample(ELSEWHERE, keep=("i386-linux-gnu", "powerpc64-linux-gnu")))
def test_random_records_of_other_machines_are_laid_out_as_debug_information_has_them(target, tmp_path):
    if not shutil.which("clang"):
        pytest.skip("clang is not installed")
    compiler = find_compiler(f"clang --target={target}")

    @settings(MANY, max_examples=max(1, MANY.max_examples // 5))
    @given(types=batches(top_records(ELSEWHERE[target])))
    def all_agree(types):
        agree(types, compiler, tmp_path)

    all_agree()
