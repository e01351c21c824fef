"""Room that a library lends, in targets: it is written to its end, and filled before the call that takes it."""

from __future__ import annotations

import pytest
from built_contract import of_words

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.values import Derived
from abidance.cli.main import main
from abidance.native.shown_calls import read

HEADER = """
typedef struct sum sum;
sum *sum_new(void);
void *sum_room(sum *s, int flags, int size);
unsigned sum_take(sum *s, int has, int last);
unsigned sum_of(const sum *s);
void sum_end(sum *s);
void *sum_block(int size);
void sum_drop(void *block);
"""
CONTRACT = """
abidance: 1
boundary: lent
header: lent.h
libraries: {c: {path: liblent.so}}
handles:
  sum:
    type: sum
    create: sum_new
    destroy: sum_end
    states: {open: {}, closed: {}}
    transitions:
      sum_room: {from: open}
      sum_take: {from: open, to: {closed: last != 0, open: true}}
functions:
  sum_new: {returns: {handle: sum, nullable: true}}
  sum_room:
    params: {s: {handle: sum}, flags: {range: [2, 5]}, size: {range: [0, 64]}}
    returns: {to: bytes, capacity: size, filled: sum_take.has, nullable: true}
    rejects: [{when: {s: closed}, returns: null}]
  sum_take: {params: {s: {handle: sum}, has: {range: [0, 64]}, last: {one_of: [0, 1]}}}
  sum_of: {params: {s: {handle: sum}}}
  sum_end: {params: {s: {handle: sum}}}
  sum_block: {params: {size: {range: [0, 64]}}, returns: {to: bytes, capacity: size, free: sum_drop, nullable: true}}
laws:
  the_sum_of_all:
    given: {s: sum, text: {in: bytes, max: 40}}
    steps: ["a = sum_take(s, len(text), last=1, sum_room=text)"]
    ensures: ["a.result == sum(each for each in text)"]
  what_was_left_is_taken_again:
    given: {s: sum, text: {in: bytes, max: 20}}
    steps:
    - "a = sum_take(s, len(text), last=0, sum_room=text)"
    - "b = sum_take(s, last=0, sum_room=text + text) if a.result < 3000"
    ensures: ["b.result == 3 * a.result"]
  the_sum_is_the_same_in_pieces:
    given: {s: sum, text: {in: bytes, max: 40}}
    steps: ["a = sum_take(s, len(text), last=0, sum_room=text)", b = sum_of(s)]
    split: text
    same: [b.result]
"""
SOURCE = """
#include <stdlib.h>
#include "lent.h"
struct sum { unsigned char *room; int size, closed; unsigned sum; };
sum *sum_new(void) { return calloc(1, sizeof(sum)); }
void *sum_room(sum *s, int flags, int size)
{
    if (flags < 2 || flags > 5) abort();
    if (s->closed || NONE) return NULL;
    if (size > s->size || !s->room) {
        free(s->room);
        s->size = size;
        s->room = malloc((size_t)(size ? size : 1) ROOM);
    }
    return s->room;
}
unsigned sum_take(sum *s, int has, int last)
{
    for (int i = 0; i < has TAKEN; i++) s->sum += s->room[i];
    s->closed = last;
    AFTER
    return s->sum;
}
unsigned sum_of(const sum *s) { return s->sum; }
void sum_end(sum *s) { free(s->room); free(s); }
void *sum_block(int size) { return malloc((size_t)(size ? size : 1) BLOCK); }
void sum_drop(void *block) { free(block); }
"""
SOUND = {"NONE": "0", "ROOM": "", "TAKEN": "", "AFTER": "", "BLOCK": ""}
WRONG = {
    "sound": {},
    # More room than was asked for, and sometimes none.
    "near": {"NONE": "size == 9", "ROOM": "+ 100", "BLOCK": "+ 3", "AFTER": "if (s->room) s->room[0] = 0;"},
    "lends_too_little": {"ROOM": "- (size > 16)"},
    "gives_too_little": {"BLOCK": "- (size > 16)"},
    "loses_the_last": {"TAKEN": "- (has > 5)"},
    "forgets_what_it_had": {"AFTER": "if (s->sum > 999) s->sum -= 1;"},
    "counts_calls": {"AFTER": "if (has == 1) s->sum++;"},
}
LAWS = ("the_sum_of_all", "what_was_left_is_taken_again", "the_sum_is_the_same_in_pieces")
ENTRIES = ("sum_room", "sum_take", "sum_block", "sum", *LAWS)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("lent_room")
    return of_words(folder, "lent", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG[name]})


@pytest.mark.slow
def test_all_of_it_is_compiled(built):
    assert [str(each) for each in built.target.left] == []
    assert {*ENTRIES} <= {*built.target.entries}


@pytest.mark.parametrize(
    ("library", "entry", "finding"),
    [
        ("lends_too_little", "sum_room", "ABD322 sum_room"),
        ("lends_too_little", "sum", "ABD322 sum_room"),
        ("lends_too_little", "sum_take", "ABD322 sum_room"),
        ("gives_too_little", "sum_block", "ABD322 sum_block"),
        ("loses_the_last", LAWS[0], f"ABD376 {LAWS[0]}"),
        ("forgets_what_it_had", LAWS[1], f"ABD376 {LAWS[1]}"),
        ("counts_calls", LAWS[2], f"ABD379 {LAWS[2]}"),
    ],
)
def test_what_is_wrong_with_room_is_found(built, library, entry, finding):
    assert finding in built.run(library, entry).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_nothing_is_found_where_all_of_the_room_is_there(built, library):
    for entry in ENTRIES:
        ended = built.run(library, entry)

        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")


def test_what_room_is_filled_with_is_an_argument_of_the_case(built, tmp_path):
    (tmp_path / "input").write_bytes(bytes([0, 0xFF, 3, *b"abc", *range(60)]))
    shown = built.run("sound", LAWS[1], tmp_path / "input", ABIDANCE_SHOW="1").stdout

    case = read(built.boundary, LAWS[1], shown).case

    first, second = (case.steps[n].arguments for n in (1, 2))
    assert (first["sum_room"], first["has"]) == (b"abc", 3)
    assert isinstance(second["has"], (int, Derived))
    assert second["sum_room"] == b"abcabc"
    assert encode(built.boundary, case).plan


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "item", "code"),
    [
        ("loses_the_last", LAWS[0], "ABD376"),
        ("counts_calls", LAWS[2], "ABD379"),
        ("lends_too_little", "sum", "ABD322"),
    ],
)
def test_what_exploring_meets_is_a_finding(library, item, code, built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABIDANCE_EXPLORE", raising=False)
    source = built.with_library(library).with_name(f"{library}.c")
    command = f"$CC $CFLAGS -I. -shared -fPIC -o liblent.so {source} $LDFLAGS"
    artifact = f"{{command: [sh, -c, '{command}'], artifact: liblent.so}}"
    (tmp_path / "lent.h").write_text(HEADER)
    (tmp_path / "lent.contract.yaml").write_text(CONTRACT.replace("{path: liblent.so}", artifact))
    build = "asan" if code == "ABD322" else "release"

    words = ("--phase", "explore", "--function", item, "--build", build, "--format", "concise")
    assert main(["run", "lent.contract.yaml", "--seed", "1", *words]) == 1
    assert code in capsys.readouterr().out
