"""A library that is given an allocator uses no more than it asked for, and gives all of it back."""

from __future__ import annotations

import re

import pytest
from families import SOUND, found_in, spared_in

from abidance.cli.main import main
from tiers import full

CRASH, ASAN, PAST, MISUSED, LEFT = "ABD301", "ABD303", "ABD311", "ABD377", "ABD378"
DEFECTS = {
    "po_list_new": (LEFT, LEFT),
    "po_list_add": (PAST, PAST),
    "po_list_drop": (MISUSED, MISUSED),
    "po_list_trim": (MISUSED, MISUSED),
    "po_list_weigh": (CRASH, ASAN),
    "po_text_append": (LEFT, LEFT),
    "po_sort": (MISUSED, MISUSED),
    "po_zeros": (MISUSED, MISUSED),
    "po_two": (MISUSED, MISUSED),
}
SILENT = ("po_list_free", "po_text_new", "po_text_free")


@pytest.mark.parametrize(("function", "build", "code"), found_in(DEFECTS))
def test_what_an_allocator_must_not_be_used_for_is_found(function, build, code, judge):
    found, reasons = judge("allocators", function, build, seed=1)

    assert code in [finding.diagnostic.code.id for finding in found]
    assert found[0].repeats[0] == found[0].repeats[1]
    assert reasons == []


@pytest.mark.parametrize(("function", "build"), spared_in(DEFECTS, *SILENT))
def test_an_allocator_that_is_used_as_malloc_is_no_finding(function, build, judge):
    assert judge.in_turn(SOUND, "allocators", function, build) == ([], [])


@pytest.mark.full
@pytest.mark.parametrize("build", ["sound", "near_asan"])
@pytest.mark.parametrize("handle", ["po_list", "po_text"])
def test_everything_comes_back_from_sequences(handle, build, judge):
    assert judge("allocators", handle, build, seed=3, phases=("lifecycle",)) == ([], [])


@pytest.mark.full
def test_an_old_pointer_is_found_from_sequences(judge):
    found, _ = judge("allocators", "po_text", "wrong", seed=1, phases=("lifecycle",))

    words = "`po_text_append` wrote past the end of memory from `resize` of `po_text_new`"
    assert words in [finding.diagnostic.message for finding in found]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("function", "words"),
    [
        ("po_list_new", "`po_list_new` returned without freeing 1 block from `memory.alloc`"),
        (
            "po_list_add",
            "`po_list_add` wrote 1 byte past the end of memory from `memory.alloc` of `po_list_new`",
        ),
        (
            "po_list_drop",
            "`po_list_drop` passed a block from `memory.alloc` of `po_list_new` to the C library's `free`",
        ),
        (
            "po_list_trim",
            "`po_list_trim` passed a block that was freed before to `memory.free` of `po_list_new`",
        ),
        full("po_sort", "`po_sort` passed a pointer 4 bytes into a block to `release`"),
        full("po_zeros", "`po_zeros` passed memory from no allocator to `release`"),
        full("po_two", "`po_two` passed a block of another allocator to `other.free`"),
    ],
)
def test_a_finding_names_the_callback(function, words, judge):
    found, _ = judge("allocators", function, "wrong", seed=1)

    assert words in [finding.diagnostic.message for finding in found]


@pytest.mark.slow
@pytest.mark.parametrize("build", ["sound", full("sound_asan")])
def test_more_blocks_than_can_be_watched_are_not_judged(build, judge):
    found, (reason,) = judge("allocators", "po_hoard", build, seed=1, examples=6)

    assert found == []
    assert reason.message.endswith("requested more blocks of its allocator at a time than can be watched")


@pytest.mark.slow
def test_memory_runs_out_where_that_is_lawful(judge):
    (found,), _ = judge("allocators", "po_list_new", "wrong", seed=1)

    alloc, free, *call = found.call.splitlines()
    assert alloc == (
        "static void *alloc(void *pool, unsigned int items, unsigned int size) { static const int there[] = {1, 0}; "
        "static int n; return there[n < 1 ? n++ : 1] ? malloc(items * size) : NULL; }"
    )
    assert free == "static void free1(void *pool, void *address) { free(address); }"
    assert call[0].startswith("const po_memory memory = {.alloc = alloc, .free = free1, ")
    assert call[-1].startswith("po_list_new(&memory, 1);")


@pytest.mark.parametrize("function", [full("po_list_weigh"), full("po_list_trim")])
def test_the_emitted_program_has_an_allocator(function, built, tmp_path, monkeypatch, capsys, execute):
    monkeypatch.chdir(tmp_path)
    options = ["--library", "wrong_asan", "--function", function, "--seed", "1"]
    main(["run", str(built / "allocators.contract.yaml"), *options])
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]

    main(["replay", case, "--emit", "c", "--output", "case.c"])

    assert execute("allocators_wrong_asan", "-fsanitize=address") == 1
    assert execute("allocators_sound_asan", "-fsanitize=address") == 0


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ("allocates: size", "`allocates` needs a function that returns a pointer"),
        ("frees: addres", "did you mean `address`?"),
        ("zeroed: true", "`zeroed` has no meaning without `allocates`"),
    ],
)
def test_what_is_no_allocator_is_told(said, words, built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    text = (built / "allocators.contract.yaml").read_text().replace("header: ", f"header: {built}/")
    contract = tmp_path / "allocators.contract.yaml"
    contract.write_text(text.replace("callback: {frees: address}", f"callback: {{{said}}}"))

    assert main(["check", str(contract)]) == 2
    told = capsys.readouterr()
    assert words in told.out + told.err


FREED_HEADER = """\
#include <stddef.h>
typedef struct { void *(*get)(size_t size); void (*give)(void *block); } fr_memory;
typedef struct fr_pot fr_pot;
fr_pot *fr_new(void);
fr_pot *fr_new_with(const fr_memory *memory);
void fr_free(fr_pot *pot);
"""
FREED_SOURCE = """\
#include "fr.h"
#include <stdlib.h>
struct fr_pot { const fr_memory *memory; void *lid; };
static const fr_memory usual = {malloc, free};
fr_pot *fr_new_with(const fr_memory *memory)
{
    fr_pot *pot = memory->get(sizeof *pot);
    pot->memory = memory;
    pot->lid = memory->get(8);
    return pot;
}
fr_pot *fr_new(void) { return fr_new_with(&usual); }
void fr_free(fr_pot *pot)
{
    const fr_memory *memory = pot->memory;
    if (KEPT)
        memory->give(pot->lid);
    memory->give(pot);
}
"""
FREED_CONTRACT = """\
abidance: 1
boundary: fr
header: fr.h
libraries: {c: {path: libfr.so}}
types:
  fr_memory: {fields: {get: {callback: {allocates: size}}, give: {callback: {frees: block}}}}
handles:
  fr_pot: {create: fr_new, destroy: fr_free}
functions:
  fr_new:
  fr_new_with:
    params: {memory: {in: fr_memory, lifetime: handle(fr_pot)}}
    returns: {handle: fr_pot, free: fr_free}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("kept", "codes"), [(1, set()), (0, {"ABD378"})])
def test_what_a_handle_that_is_only_freed_took_comes_back(kept, codes, codes_of):
    """It is no function that creates one for other calls: what it returns is freed by a call of its own."""
    asked = ("fr", FREED_HEADER, FREED_SOURCE, FREED_CONTRACT, "fr_new_with", ("properties",))

    assert {*codes_of(*asked, f"-DKEPT={kept}")} == codes
