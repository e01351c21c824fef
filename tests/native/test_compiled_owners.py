"""Who holds a handle in a compiled contract: taken over, shared, lent, given back, outlived, or locked."""

from __future__ import annotations

import random
import sys

import pytest
from built_contract import made, of_family, of_texts
from native_twins import ROOT

from abidance.boundary.encode.lawful_cases import is_lawful
from abidance.generate.scope import FilterLog
from abidance.generate.sequence_model import SequenceModel
from abidance.generate.sequences import sequences
from abidance.native.shown_calls import read
from tiers import depth

RUN = ROOT / "tests/run"
sys.path.append(str(RUN))
from subjects import VARIANTS  # noqa: E402 - it lies with the sources

FOUND = {
    "handle_owners": {
        "ow_list": "double-free",
        "ow_box": "ABD37",  # by nobody (ABD371), or what a note in it has (ABD374) comes first
        "ow_note": "ABD374 ow_note_text",
        "ow_value": "use-after-free",
        "ow_node": "struct ow_node",
        "ow_bus": "struct ow_port",
    },
    "handle_parents": {"hp_place": "ABD322", "hp_cursor": "ABD322"},
    "borrowed_handles": {"bo_book": "use-after-free"},
    # They abort, and say nothing.
    "exclusive_handles": {"ex_store": "", "ex_walk": "", "ex_device": "", "ex_nest": ""},
}


@pytest.fixture(scope="module", params=FOUND)
def owners(request, tmp_path_factory):
    family = request.param
    built = of_family(tmp_path_factory.mktemp(family), family, VARIANTS.index)
    assert built.target.left == ()
    built.family = family
    return built


@pytest.mark.slow
def test_one_that_forgets_whose_they_are_is_found(owners):
    told = {entry: owners.run("wrong", entry, 60_000, 1) for entry in FOUND[owners.family]}

    assert {entry for entry, ended in told.items() if ended.returncode == 0} == set()
    assert {
        entry: ended.stderr[:400]
        for entry, ended in told.items()
        if FOUND[owners.family][entry] not in ended.stderr
    } == {}


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_one_that_keeps_account_is_left_alone(library, owners):
    for entry in owners.target.entries:
        ended = owners.run(library, entry, 5000, 2)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


@pytest.mark.slow
def test_a_sequence_that_is_made_is_one_that_a_run_may_make(owners):
    for handle in owners.boundary.handles:
        model = SequenceModel.of(owners.boundary, handle)
        wanted = made(sequences(owners.boundary, model, FilterLog()))
        encoded, again = owners.again("sound", handle, wanted)

        assert len(encoded) * 2 > len(wanted)
        assert all(is_lawful(owners.boundary, case) for case in again)
        assert sum(len(case.steps) > 2 for case in again) * 2 > len(again)


@pytest.mark.slow
def test_whatever_the_bytes_are_no_call_is_made_that_a_run_would_not_make(owners):
    source = random.Random(3)  # noqa: S311 - bytes to begin with
    files = [owners.folder / f"bytes{number}" for number in range(depth(250))]
    for file in files:
        file.write_bytes(
            bytes(source.choice((source.randrange(256), source.randrange(4))) for _ in range(160))
        )
    for handle in owners.boundary.handles:
        shown = owners.run("sound", handle, *files, ABIDANCE_SHOW="1").stdout
        found = [text for text in shown.split('{"begin"')[1:] if '"function"' in text]
        made_of = [read(owners.boundary, handle, '{"begin"' + text).case for text in found]

        assert len(made_of) > 0.8 * len(files)
        assert [case for case in made_of if not is_lawful(owners.boundary, case)] == []


BUILDER = """
typedef struct tb_text tb_text;
tb_text *tb_new(void);
int tb_add(tb_text *text, char letter);
char *tb_finish(tb_text *text);
"""
BUILT = """
#include "tb.h"
#include <stdlib.h>
#include <string.h>
struct tb_text { char *letters; size_t n; };
tb_text *tb_new(void) { return calloc(1, sizeof(tb_text)); }
int tb_add(tb_text *text, char letter)
{
    text->letters = realloc(text->letters, text->n + 2);
    text->letters[text->n++] = letter;
    text->letters[text->n] = 0;
    return 0;
}
char *tb_finish(tb_text *text)
{
    char *letters = LEAVES ? strdup("") : text->letters;
    free(text);
    return letters;
}
"""
FINISHED = """
abidance: 1
boundary: tb
header: tb.h
libraries: {c: {path: libtb.so}}
handles:
  tb_text: {create: tb_new, destroy: tb_finish}
functions:
  tb_new:
  tb_add: {params: {letter: {range: [97, 122]}}, returns: {status: {ok: [0]}}}
  tb_finish: {returns: {to: string, owner: caller, free: free, nullable: true}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("leaves", "words"), [(0, ""), (1, "ABD371")])
def test_what_the_end_of_a_handle_returns_is_freed(leaves, words, tmp_path):
    built = of_texts(tmp_path, "tb", BUILDER, FINISHED, BUILT, lambda _: (f"-DLEAVES={leaves}",))
    for entry in ("tb_add", "tb_text"):
        ended = built.run("any", entry)
        assert (ended.returncode != 0, words in ended.stderr) == (bool(words), True)
