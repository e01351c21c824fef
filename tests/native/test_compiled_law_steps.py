"""What steps of compiled laws are given: fields of handles and records, windows that go on, NULL, the same twice."""

from __future__ import annotations

import pytest
from built_contract import of_words

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.values import Derived, Earlier
from abidance.cli.main import main
from abidance.native.shown_calls import read

HEADER = """
#include <stddef.h>
typedef struct {
    const unsigned char *next_in; unsigned avail_in;
    unsigned char *next_out; unsigned avail_out;
    unsigned long total; void *own;
} stream;
int stream_begin(stream *s);
int stream_mask(stream *s);
void stream_end(stream *s);
typedef struct { const unsigned char *from; size_t size, pos; } source;
size_t source_sum(source *s, unsigned *sum);
typedef struct { int left, right; const char *name; } pair;
int pair_turn(pair *p);
typedef struct box box;
box *box_new(const char *label);
int box_like(const box *one, const box *other);
int box_is_named(const box *b);
const char *box_label(const box *b);
box *box_behind(box *b);
void box_end(box *b);
"""
CONTRACT = """
abidance: 1
boundary: law_steps
header: steps.h
libraries: {c: {path: libsteps.so}}
types:
  stream:
    fields:
      next_in: {to: bytes, length: avail_in, window: true}
      avail_in: {range: [0, 64]}
      next_out: {to: bytes, capacity: avail_out, window: true}
      avail_out: {range: [0, 64]}
  source: {fields: {from: {to: bytes, length: size, window: pos}, size: {range: [0, 40]}}}
  pair: {fields: {left: {range: [0, 100]}, right: {range: [0, 100]}, name: {to: string, max: 9, nullable: true}}}
handles:
  masking: {type: stream, create: stream_begin, destroy: stream_end}
  box: {type: box, create: box_new, destroy: box_end}
functions:
  stream_begin: {params: {s: {handle: masking}}, returns: {status: {ok: [0]}}}
  stream_mask: {params: {s: {handle: masking}}}
  stream_end: {params: {s: {handle: masking}}}
  source_sum: {params: {s: {inout: source}, sum: {out: unsigned}}}
  pair_turn: {params: {p: {inout: pair}}}
  box_new:
    params: {label: {in: string, max: 4, nullable: true}}
    returns: {handle: box, nullable: true}
  box_like: {params: {one: {handle: box}, other: {handle: box}}}
  box_is_named: {params: {b: {handle: box}}}
  box_label: {params: {b: {handle: box}}, returns: {to: string, nullable: true}}
  box_behind: {returns: {handle: box, nullable: true, owner: callee, lifetime: handle(b)}}
  box_end: {params: {b: {handle: box}}}
laws:
  what_is_masked_twice_is_as_it_was:
    given: {one: masking, other: masking, text: {in: bytes, max: 40}}
    steps:
    - a = stream_mask(one, s.next_in=text, s.avail_out=64)
    - b = stream_mask(other, s.next_in=a.s.next_out, s.avail_out=64)
    ensures: [b.s.next_out == text, a.s.avail_in == 0 and a.s.avail_out == 64 - len(text)]
  what_finds_no_room_comes_with_the_next_call:
    given: {text: {in: bytes, max: 30}, room: {in: unsigned, range: [0, 30]}}
    steps:
    - m = stream_begin()
    - a = stream_mask(m.s, s.next_in=text, s.avail_out=room)
    - b = stream_mask(m.s, s.avail_out=64)
    - n = stream_begin()
    - c = stream_mask(n.s, s.next_in=a.s.next_out + b.s.next_out, s.avail_out=64)
    ensures: [len(a.s.next_out) == min(room, len(text)), c.s.next_out == text, b.s.total == len(text)]
  what_is_summed_is_the_sum:
    given: {text: {in: bytes, max: 40}}
    steps: [a = source_sum(s.from=text)]
    ensures: [a.result == len(text) and a.s.pos == len(text), "a.sum == sum(c for c in text)"]
  what_is_turned_is_turned:
    given: {n: {in: int, range: [0, 100]}}
    steps: ["a = pair_turn(p.left=n, p.right=7, p.name=null if n < 50 else \\"far\\")"]
    ensures: [a.p.left == 7 and a.p.right == n, "a.result == (0 if n < 50 else 3)"]
  each_is_like_itself:
    given: {b: box}
    steps: [a = box_like(b, b)]
    ensures: [a.result == 1]
  a_label_is_kept:
    given: {text: {in: string, max: 3}}
    steps:
    - b = box_new(text)
    - a = box_label(b.result)
    ensures: [a.result == text]
  none_is_no_name:
    given: {n: {in: int, range: [0, 1]}}
    steps:
    - b = box_new(null if n == 0 else "12345")
    - a = box_is_named(b.result)
    ensures: [a.result == n]
  many_are_told_apart:
    given: {}
    steps:
    - a = box_new("a")
    - b = box_new("b")
    - c = box_new("c")
    - d = box_new("d")
    - e = box_new("e")
    - f = box_new("f")
    - g = box_like(f.result, e.result)
    ensures: [g.result == 0]
  the_one_behind_is_the_same_each_time:
    given: {}
    steps:
    - a = box_new("a")
    - b = box_new("b")
    - x = box_behind(a.result)
    - y = box_behind(a.result)
    - z = box_behind(b.result)
    ensures: [x.result == y.result and x.result != z.result, x.result != a.result, x.result != null]
  what_is_left_on_a_condition_is_taken_on_it:
    given: {m: masking, text: {in: bytes, max: 30}, n: {in: int, range: [0, 1]}}
    steps:
    - a = stream_mask(m, s.next_in=text, s.avail_out=10) if n == 1
    - b = stream_mask(m, s.avail_out=64) if n == 1
    ensures: ["implies(n == 1, len(a.s.next_out) + len(b.s.next_out) == len(text))"]
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "steps.h"
int stream_begin(stream *s) { s->total = 0; s->own = NULL; return 0; }
int stream_mask(stream *s)
{
    unsigned n = s->avail_in < s->avail_out ? s->avail_in : s->avail_out;
    for (unsigned i = 0; i < n; i++) s->next_out[i] = s->next_in[i] ^ KEY;
    s->next_in += n, s->avail_in -= n, s->next_out += n, s->avail_out -= n, s->total += n TOTAL;
    LOST
    return 0;
}
void stream_end(stream *s) { (void)s; }
size_t source_sum(source *s, unsigned *sum)
{
    size_t from = s->pos;
    for (*sum = 0; s->pos < s->size; s->pos++) *sum += s->from[s->pos] SUM;
    return s->pos - from;
}
int pair_turn(pair *p)
{
    int left = p->left;
    p->left = p->right TURNED, p->right = left;
    return p->name ? (int)strlen(p->name) : 0;
}
struct box { char *label; box *behind; };

box *box_new(const char *label)
{
    if (label && label[0] == '#') return NULL;
    box *made = calloc(1, sizeof(box));
    if (label) strcpy(made->label = malloc(strlen(label) + 1), label);
    return made;
}
int box_like(const box *one, const box *other)
{
    if (!one->label || !other->label) return one == other;
    return LIKE !strcmp(one->label, other->label);
}
int box_is_named(const box *b) { return b->label NAMED; }
const char *box_label(const box *b) { return b->label; }
box *box_behind(box *b)
{
    if (!b->behind) b->behind = BEHIND, b->behind->behind = b->behind;
    return b->behind;
}
void box_end(box *b) { if (b->behind && b->behind != b) free(b->behind); free(b->label); free(b); }
"""
SOUND = {
    "KEY": "0x55",
    "TOTAL": "",
    "LOST": "",
    "SUM": "",
    "TURNED": "",
    "LIKE": "",
    "NAMED": "!= NULL",
    "BEHIND": "calloc(1, sizeof(box))",
}
WRONG = {
    "sound": {},
    # What neither a law nor a postcondition speaks of: the total of what was masked for nobody.
    "near": {"TOTAL": "; if (n == 0 && s->avail_in == 0) s->own = s"},
    "masks_wrong": {"KEY": "(i == 7 ? s->next_in[i] & 1 : 0x55)"},
    "loses_one": {"LOST": "if (s->avail_in) s->next_in++, s->avail_in--;"},
    "sums_wrong": {"SUM": "+ (s->size == 9 && s->pos == 3)"},
    "turns_wrong": {"TURNED": "+ (left == 42)"},
    "is_not_like_itself": {"LIKE": "one != other &&"},
    "is_like_all": {"LIKE": "one->label[0] == 'f' ||"},
    "is_behind_itself": {"BEHIND": "b"},
    "takes_all_for_named": {"NAMED": "!= (const char *)1"},
}
LAWS = (
    "what_is_masked_twice_is_as_it_was",
    "what_finds_no_room_comes_with_the_next_call",
    "what_is_summed_is_the_sum",
    "what_is_turned_is_turned",
    "each_is_like_itself",
    "a_label_is_kept",
    "none_is_no_name",
    "many_are_told_apart",
    "the_one_behind_is_the_same_each_time",
    "what_is_left_on_a_condition_is_taken_on_it",
)


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("law_steps")
    return of_words(folder, "steps", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG[name]})


@pytest.mark.slow
def test_all_of_these_laws_are_compiled(built):
    assert [str(each) for each in built.target.left] == []
    assert {*LAWS} <= {*built.target.entries}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "law"),
    [
        ("masks_wrong", "what_is_masked_twice_is_as_it_was"),
        ("loses_one", "what_finds_no_room_comes_with_the_next_call"),
        ("loses_one", "what_is_left_on_a_condition_is_taken_on_it"),
        ("sums_wrong", "what_is_summed_is_the_sum"),
        ("turns_wrong", "what_is_turned_is_turned"),
        ("is_not_like_itself", "each_is_like_itself"),
        ("takes_all_for_named", "none_is_no_name"),
        ("is_like_all", "many_are_told_apart"),
        ("is_behind_itself", "the_one_behind_is_the_same_each_time"),
    ],
)
def test_a_law_is_broken_by_what_its_steps_are_given(built, library, law):
    assert f"ABD376 {law}" in built.run(library, law).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_nothing_is_found_where_laws_hold(built, library):
    for law in LAWS:
        ended = built.run(library, law)

        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_a_window_that_a_step_says_nothing_of_goes_on_in_the_case_as_well(built, tmp_path):
    (tmp_path / "input").write_bytes(bytes([0, 64, 20, *range(20), 3, *range(200)]))
    law = LAWS[1]
    shown = built.run("sound", law, tmp_path / "input", ABIDANCE_SHOW="1").stdout

    case = read(built.boundary, law, shown).case

    first, second, third = (case.steps[n].arguments["s"] for n in (1, 2, 4))
    assert isinstance(second, Earlier)
    assert first.goes_on == ()
    assert first.state["next_in"] == case.arguments["text"]
    assert second.goes_on == ("next_in",)
    assert (second.state["next_in"], second.state["avail_in"], second.state["avail_out"]) == (b"", 0, 64)
    assert isinstance(third.state["next_in"], Derived)
    assert third.state["next_in"].text == "a.s.next_out + b.s.next_out"
    assert len(third.state["next_in"].value) == third.state["avail_in"].value == len(case.arguments["text"])
    assert encode(built.boundary, case).plan


@pytest.mark.slow
@pytest.mark.parametrize("library", ["loses_one", "sums_wrong"])
def test_such_a_law_that_exploring_meets_is_a_finding(library, built, tmp_path, monkeypatch, capsys):
    law = {"loses_one": LAWS[1], "sums_wrong": LAWS[2]}[library]
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABIDANCE_EXPLORE", raising=False)
    source = built.with_library(library).with_name(f"{library}.c")
    command = f"$CC $CFLAGS -I. -shared -fPIC -o libsteps.so {source} $LDFLAGS"
    artifact = f"{{command: [sh, -c, '{command}'], artifact: libsteps.so}}"
    (tmp_path / "steps.h").write_text(HEADER)
    (tmp_path / "steps.contract.yaml").write_text(CONTRACT.replace("{path: libsteps.so}", artifact))

    words = ("--phase", "explore", "--function", law, "--build", "release", "--format", "concise")
    assert main(["run", "steps.contract.yaml", "--seed", "1", *words]) == 1
    assert "ABD376" in capsys.readouterr().out
