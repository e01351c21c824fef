"""Handles of one kind that some functions make in memory of the caller's, and others in memory of the library's."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct em_doc { unsigned flags; int count; int *numbers; char room[40]; } em_doc;
void em_init(em_doc *doc);
em_doc *em_new(int room);
int em_open(em_doc **doc);
void em_add(em_doc *doc, int number);
int em_count(const em_doc *doc);
int em_last(const em_doc *doc);
void em_end(em_doc *doc);
"""
SOURCE = """\
#include <stdlib.h>
#include "em.h"
enum { SOUND, NEAR, LEAKS, FREES_BOTH, FORGETS };
enum { OURS = 1 };
void em_init(em_doc *doc) { *doc = (em_doc){0}; }
em_doc *em_new(int room)
{
    em_doc *doc = malloc(sizeof *doc);
    if (!doc) return NULL;
    em_init(doc);
    doc->flags = OURS;
    if (VARIANT == NEAR) doc->numbers = malloc((size_t)(room + 1) * sizeof(int));
    return doc;
}
int em_open(em_doc **doc) { return (*doc = em_new(2)) == NULL ? -1 : 0; }
void em_add(em_doc *doc, int number)
{
    if (VARIANT == FORGETS && doc->flags & OURS && doc->count == 2) return;
    doc->numbers = realloc(doc->numbers, (size_t)(doc->count + 1) * sizeof(int));
    if (!doc->numbers) abort();
    doc->numbers[doc->count++] = number;
}
int em_count(const em_doc *doc) { return doc->count; }
int em_last(const em_doc *doc) { return doc->count ? doc->numbers[doc->count - 1] : -1; }
void em_end(em_doc *doc)
{
    free(doc->numbers);
    if (VARIANT == LEAKS ? 0 : VARIANT == FREES_BOTH ? doc->count > 1 : doc->flags & OURS) free(doc);
}
"""
CONTRACT = """\
abidance: 1
boundary: em
header: em.h
libraries: {c: {path: libem.so}}
handles:
  em_doc: {create: [em_init, em_new, em_open], destroy: em_end}
functions:
  em_init: {ensures: [em_count(doc) == 0]}
  em_new: {params: {room: {range: [0, 3]}}, returns: {handle: em_doc, nullable: true}}
  em_open: {returns: {status: {ok: [0], errors: {-1: no memory}}}}
  em_add:
    params: {number: {range: [0, 9]}}
    ensures: [em_count(doc) == old(em_count(doc)) + 1, em_last(doc) == number]
  em_count:
  em_last:
  em_end:
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "code"),
    [("FORGETS", "ABD321"), ("LEAKS", "ABD371"), full("FREES_BOTH", "ABD301")],
)
def test_what_is_wrong_of_one_kind_is_found(variant, code, codes_of_sequences):
    assert code in codes_of_sequences(
        "em", HEADER, SOURCE, CONTRACT, "em_doc", f"-DVARIANT={variant}", least=60
    )


@pytest.mark.slow
@pytest.mark.parametrize("variant", ["NEAR", full("SOUND")])
def test_each_is_ended_where_it_lies(variant, codes_of_sequences):
    """What is new lies where another was only if that was the caller's memory."""
    assert (
        codes_of_sequences("em", HEADER, SOURCE, CONTRACT, "em_doc", f"-DVARIANT={variant}", least=60) == []
    )


@pytest.mark.slow
def test_the_program_has_a_record_or_a_pointer(findings_of):
    found = findings_of(
        "em", HEADER, SOURCE, CONTRACT, "em_doc", ("lifecycle",), "-DVARIANT=FORGETS", least=60
    )
    lines = [line.split("//")[0].strip() for line in found[0].call.splitlines()]

    assert lines[0].startswith("em_doc *doc")
    assert lines[-1].startswith("em_add(doc, ")


def test_a_record_that_nobody_destroys_is_no_handle_by_the_way(written, tmp_path):
    """A function that leaves one is listed with those that create it, or the one that it leaves would be lost."""
    said = CONTRACT.replace("[em_init, ", "[").replace(
        "em_init: {", "em_init: {params: {doc: {out: em_doc}}, "
    )
    written("em", HEADER, SOURCE, said)
    contract = load_contract(tmp_path / "em.contract.yaml")

    with pytest.raises(
        UsageError, match="`em_init` leaves a `em_doc`, which is to be destroyed, and creates none"
    ):
        join(contract)
