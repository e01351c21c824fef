"""Notes and mappings that cannot be read are no traceback; calls that never came back are counted."""

from __future__ import annotations

import struct

import pytest

from abidance.toolchain.source_coverage.gcc_flow import flow
from abidance.toolchain.source_coverage.gcc_notes import Arc, read_notes
from abidance.toolchain.source_coverage.llvm_mapping import evaluated, read_mapping, read_names
from abidance.toolchain.source_coverage.symbol_names import shown_name

pytestmark = pytest.mark.unit

ON_TREE = 1


@pytest.mark.parametrize(
    ("data", "words"),
    [
        (b"", "end too early"),
        (b"nonsense", "no notes of gcc's"),
        (struct.pack("=II", 0x67636E6F, int.from_bytes(b"A74*", "big")), "gcc 7, older than gcc 9"),
        (struct.pack("=II", 0x67636E6F, int.from_bytes(b"B22*", "big")) + b"\0" * 9, "end too early"),
    ],
)
def test_notes_that_are_not_understood_say_why(data, words):
    with pytest.raises(ValueError, match=words):
        read_notes(data)


def test_a_later_version_of_the_mapping_is_not_guessed_at():
    with pytest.raises(ValueError, match="version 9 of LLVM's coverage mapping is not known"):
        read_mapping(b"", struct.pack("<4I", 0, 0, 0, 8))
    with pytest.raises(ValueError, match="damaged"):
        read_names(b"\x80")


def test_expressions_that_go_round_in_circles_end():
    with pytest.raises(ValueError, match="circles"):
        evaluated((2, 0), [((2, 1), (1, 0)), ((2, 0), (1, 0))], {(0, 0): 0}, int, lambda *_: 0)


def test_deep_expressions_are_evaluated():
    chain = [((3, number + 1), (1, 0)) for number in range(5000)] + [((1, 0), (1, 0))]
    assert evaluated((3, 0), chain, {(0, 0): 0}, lambda _: 1, lambda _, left, right: left + right) == 5002


ARCS = [Arc(0, 2, ON_TREE), Arc(2, 3, 0), Arc(2, 4, 0), Arc(3, 4, ON_TREE), Arc(4, 1, ON_TREE)]


def test_arcs_without_a_counter_follow_from_the_others():
    assert flow(5, ARCS, (3, 4), {}) == ([7, 7, 7, 3, 7], [7, 3, 4, 3, 7])


def test_a_block_that_a_call_never_left_was_reached():
    """A loop without an end: what comes round again is counted, and that it was ever begun is not."""
    arcs = [Arc(0, 2, ON_TREE), Arc(2, 3, ON_TREE), Arc(3, 3, 0), Arc(2, 4, 0), Arc(4, 1, ON_TREE)]

    assert flow(5, arcs, (1000, 5), {})[0] == [5, 5, 5, 1000, 5]
    ran, taken = flow(5, arcs, (1000, 5), {3: 2})
    assert (ran, taken[1]) == ([7, 5, 7, 1002, 5], 2)


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("parse", "parse"),
        ("src/a.c:helper", "helper"),
        ("src/a.c;helper", "helper"),
        ("_RNvNtCs3Kf9_5hexes5parts3sum", "hexes::parts::sum"),
        ("_RNvMs_CsaB12_9rust_nameNtB4_5Route7matches", "rust_name::Route::matches"),
        ("_ZN12_GLOBAL__N_15twiceIiEET_S1_", "(anonymous)::twice"),
        ("_ZNK3box4sizeEv", "box::size"),
        ("_Z4helpRi", "help"),
        ("_ZL5alonei", "alone"),
        ("_ZN5hexes5parts3sum17h0123456789abcdefE", "hexes::parts::sum"),
    ],
)
def test_names_are_shown_as_they_are_written(name, shown):
    assert shown_name(name) == shown
