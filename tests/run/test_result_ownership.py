"""Memory that is handed over is given back as the contract says; what stays on the heap call after call is found."""

from __future__ import annotations

import pytest
from families import SOUND, found_in, spared_in

pytestmark = pytest.mark.full

LEAK, CRASH, ASAN, FREED = "ABD371", "ABD301", "ABD303", "ABD372"
DEFECTS = {
    "ow_upper": (LEAK, LEAK),
    "ow_join": (CRASH, ASAN),
    "ow_trim": (CRASH, ASAN),
    "ow_digits": (LEAK, LEAK),
    "ow_path": (LEAK, LEAK),
    "ow_sum": (LEAK, LEAK),
    "ow_check": (LEAK, LEAK),
    "ow_remember": (LEAK, LEAK),
    "ow_eat": (FREED, ASAN),
    "ow_list_free": (LEAK, LEAK),
    "ow_bag_put": (LEAK, LEAK),  # what it took over is not released with it
    "ow_bag_items": (LEAK, LEAK),  # what releases an element leaves a part of it
    "ow_words": (CRASH, ASAN),  # an element of the caller's array is freed twice
    "ow_halves": (LEAK, LEAK),  # a failed call leaves one that nobody frees
}
ALWAYS = ("ow_words", "ow_halves")
SILENT = ("ow_bag_free", "ow_bits", "ow_hex", "ow_name", "ow_list_new", "ow_list_add")


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS))
def test_memory_that_has_no_owner_is_found(function, build, code, judge):
    found, reasons = judge("result_ownership", function, build, seed=1)

    assert [finding.diagnostic.code.id for finding in found] == [code]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.parametrize("function", ALWAYS)
def test_elements_of_the_callers_own_array_are_freed_one_by_one(function, judge):
    found, reasons = judge("result_ownership", function, "wrong", seed=1, phases=("properties",))

    # What is freed twice may end the process in more than one place of the allocator.
    assert {finding.diagnostic.code.id for finding in found} == {DEFECTS[function][0]}
    assert reasons == []
    if function == "ow_words":
        assert "for (size_t i = 0; i < made; i++) free(words[i]);" in found[0].call


@pytest.mark.slow
@pytest.mark.native
@pytest.mark.parametrize("function", ALWAYS)
def test_elements_that_are_freed_once_are_no_finding(function, judge):
    assert judge("result_ownership", function, "near", seed=1, phases=("properties",)) == ([], [])


def test_what_a_call_leaves_that_returns_the_callers_own_buffer_is_found(judge):
    """Under AddressSanitizer the buffer lies elsewhere each time, and might be memory that is handed over."""
    (found,), reasons = judge("result_ownership", "ow_hex", "wrong", seed=1)

    assert found.diagnostic.code.id == LEAK
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, *SILENT))
def test_memory_that_has_an_owner_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "result_ownership", function, build) == ([], [])


def test_what_a_destructor_is_to_have_released_each_is_counted(judge):
    found, reasons = judge("result_ownership", "ow_bag_free", "wrong", seed=1)

    assert [finding.diagnostic.code.id for finding in found] == ["ABD321", LEAK]
    assert "`len(release.calls) == old(bag.held)` does not hold" in found[0].diagnostic.message
    assert reasons == []


def test_a_leak_names_the_line_that_asked_for_the_memory(judge):
    (found,), _ = judge("result_ownership", "ow_check", "wrong", seed=1)

    lines = [
        label.span.line for label in found.diagnostic.labels if label.span.path.name == "result_ownership.c"
    ]
    source = (judge.folder / "result_ownership.c").read_text().splitlines()
    assert [source[line - 1].strip() for line in lines] == ["uint8_t *volatile copy = malloc(n + 1);"]


def test_the_call_that_frees_stands_in_the_finding(judge):
    (found,), _ = judge("result_ownership", "ow_join", "wrong", seed=1)

    made, freed = found.call.splitlines()[-2:]
    assert made.startswith("char *made = ow_join(")
    assert freed == "ow_free(made);        // crashes"
