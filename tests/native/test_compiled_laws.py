"""Laws of a compiled contract: each step is given what the law says, and what must hold across calls is judged."""

from __future__ import annotations

import random

import pytest
from built_contract import of_words

from abidance.boundary.encode.encode import encode
from abidance.boundary.model.values import Derived, Earlier
from abidance.cli.main import main
from abidance.native.shown_calls import read
from tiers import full

HEADER = """
#include <stddef.h>
typedef struct shelf shelf;
typedef struct { int width, height; } size;
shelf *shelf_new(unsigned room);
int shelf_put(shelf *s, const char *key, int value);
int shelf_get(shelf *s, const char *key, int *value);
void shelf_end(shelf *s);
size_t pack(const unsigned char *in, size_t n, unsigned char *out, size_t cap);
size_t unpack(const unsigned char *in, size_t n, unsigned char *out, size_t cap);
int area(const size *s);
void turn(size *s);
double halve(double x);
void squeeze(char *text);
char *reversed(const char *text);
void drop(unsigned char *bytes, size_t *n);
#define MIX_BYTES 5
unsigned mix(const unsigned char key[MIX_BYTES]);
int shelf_each(const shelf *s, const shelf *but, void (*visit)(int value, void *data), void *data, const size *least);
"""
CONTRACT = """
abidance: 1
boundary: laws
header: laws.h
libraries: {c: {path: liblaws.so}}
handles:
  shelf: {type: shelf, create: shelf_new, destroy: shelf_end}
functions:
  shelf_new: {params: {room: {range: [0, 9]}}, returns: {handle: shelf}}
  shelf_put:
    params: {s: {handle: shelf}, key: {in: string, max: 20}}
    returns: {status: {ok: [0], errors: {-1: full}}}
  shelf_get:
    params: {s: {handle: shelf}, key: {in: string, max: 20}, value: {out: int}}
    returns: {status: {ok: [0], errors: {-1: not there}}}
  shelf_end: {params: {s: {handle: shelf}}}
  pack:
    params: {in: {in: bytes, length: n}, out: {out: bytes, capacity: cap, length: result}, cap: {range: [0, 300]}}
    requires: [cap >= n + 1]
  unpack:
    params: {in: {in: bytes, length: n}, out: {out: bytes, capacity: cap, length: result}, cap: {range: [0, 300]}}
  area: {params: {s: {in: size}}}
  turn: {params: {s: {inout: size}}}
  halve: {params: {x: {range: [-1000, 1000]}}}
  squeeze: {params: {text: {inout: string, max: 40}}}
  reversed:
    params: {text: {in: string, encoding: ascii, max: 40}}
    returns: {to: string, owner: caller, free: free, nullable: text == ""}
  mix: {params: {key: {in: bytes, length: MIX_BYTES}}}
  shelf_each:
    params:
      s: {handle: shelf}
      but: {handle: shelf, nullable: true}
      visit: {callback: {}, user_data: data, nullable: true}
      least: {in: size, nullable: true}
  drop: {params: {bytes: {inout: bytes, length: n, capacity: n}, n: {inout: size_t, range: [0, 40]}}}
types:
  size: {fields: {width: {range: [0, 100]}, height: {range: [0, 100]}}}
laws:
  what_is_packed_comes_back:
    given: {text: {in: bytes, max: 100}}
    steps:
    - a = pack(in_=text, cap=len(text) + 1)
    - b = unpack(in_=a.out, n=a.result, cap=len(text) + 1)
    ensures: [b.out == text, a.result <= len(text) + 1]
  what_is_put_is_found:
    given: {key: {in: string, max: 20}, value: {in: int}}
    steps:
    - s = shelf_new(9)
    - p = shelf_put(s.result, key, value)
    - g = shelf_get(s.result, key)
    ensures: ["implies(p.result == 0, g.result == 0 and g.value == value)"]
  bytes_are_a_text_where_one_is_taken:
    given: {name: {in: bytes, max: 20, like: '[a-z]*'}, value: {in: int}}
    steps:
    - a = pack(in_=name, cap=len(name) + 1)
    - s = shelf_new(9)
    - p = shelf_put(s.result, name, value)
    - g = shelf_get(s.result, name)
    ensures: [a.result == len(name) + 1, "implies(p.result == 0, g.result == 0 and g.value == value)"]
  what_is_cut_and_joined_is_as_it_was:
    given: {text: {in: bytes, max: 100}}
    steps:
    - a = pack(in_=text, cap=len(text) + 1)
    - b = unpack(in_=a.out[:1] + a.out[1:], cap=a.result - 1)
    ensures: [b.out == text]
  what_is_stored_may_be_stored:
    given: {key: {in: string, max: 20}, value: {in: int, range: [0, 9]}}
    steps:
    - s = shelf_new(9)
    - shelf_put(s.result, key, value) 2 times if value > 3
    ensures: [value < 10]
  what_is_put_last_may_be_found:
    given: {key: {in: string, max: 20}, value: {in: int}, n: {in: int, range: [0, 12]}}
    steps:
    - s = shelf_new(9)
    - p = shelf_put(s.result, key, value) n times
    - g = shelf_get(s.result, key) if n > 0
    - again = shelf_get(s.result, key) if n > 0 and g.result == 0
    ensures:
    - "implies(n > 0, (p.result == 0) == (n <= 8))"
    - "implies(n > 0 and g.result == 0, g.value == value and again.value == value)"
  no_more_is_unpacked_than_there_is:
    given: {text: {in: bytes, max: 100}, one: {in: size}}
    steps:
    - a = pack(in_=text, cap=len(text) + 1)
    - n = area(one)
    - b = unpack(in_=a.out, n=n.result, cap=300)
    ensures: [len(b.out) <= len(text)]
  sides_can_be_turned:
    given: {one: {in: size}, x: {in: double, range: [-4, 4]}}
    requires: [one.width != one.height]
    steps:
    - a = area(one)
    - h = halve(x)
    ensures: [a.result == one.width * one.height, abs(h.result * 2 - x) < 0.000000001]
  what_is_turned_has_the_same_area:
    given: {one: size}
    steps: [a = turn(one), b = area(one), c = turn(one)]
    ensures: [a.s.width == one.height, a.s.height == one.width, b.result == one.width * one.height, c.s == a.s]
  what_is_squeezed_is_what_was_not_blank:
    given: {text: {in: string, max: 12, like: '[a-z ]*'}}
    steps: [a = squeeze(text + " "), b = squeeze(text)]
    ensures: [a.text == b.text, "len(a.text) == sum(1 for c in text if c != 32)"]
  what_is_reversed_twice_is_as_it_was:
    given: {text: {in: string, encoding: ascii, max: 12}, n: {in: int, range: [0, 2]}}
    requires: [len(text) > 0]
    steps:
    - a = reversed(text)
    - b = reversed(a.result) if n > 0
    - c = reversed(b.result + "x") if n > 1
    ensures: [len(a.result) == len(text), "implies(n > 0, b.result == text)", "implies(n > 1, c.result[0] == 120)"]
  a_key_is_mixed_as_its_copy:
    given: {key: {in: bytes, max: 7}}
    steps: [a = mix(key), "b = mix(key[:2] + key[2:])", c = mix(b"abcde")]
    ensures: [a.result == b.result, "a.result == sum(c for c in key)", c.result == 495]
  what_is_null_is_left_out:
    given: {key: {in: string, max: 20}, value: {in: int}}
    steps:
    - s = shelf_new(9)
    - p = shelf_put(s.result, key, value)
    - n = shelf_each(s.result, null, null, NULL, null)
    ensures: [n.result == (1 if p.result == 0 else 0)]
  what_is_dropped_is_less:
    given: {bytes: {in: bytes, max: 12}}
    steps: [a = drop(bytes + b"x", len(bytes) + 1)]
    ensures: [len(a.bytes) <= len(bytes) + 1]
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "laws.h"
struct shelf { unsigned count; char keys[8][24]; int values[8]; };
shelf *shelf_new(unsigned room) { (void)room; return calloc(1, sizeof(shelf)); }
int shelf_put(shelf *s, const char *key, int value)
{
    if (s->count == 8 ROOM) return -1;
    strcpy(s->keys[s->count], key);
    s->values[s->count++] = value STORED;
    return 0;
}
int shelf_get(shelf *s, const char *key, int *value)
{
    for (unsigned i = 0; i < s->count; i++)
        if (strcmp(s->keys[i], key) == 0) { *value = s->values[i]; return 0; }
    return -1;
}
void shelf_end(shelf *s) { free(s); }
size_t pack(const unsigned char *in, size_t n, unsigned char *out, size_t cap)
{
    (void)cap;
    out[0] = (unsigned char)n;
    for (size_t i = 0; i < n; i++) out[i + 1] = in[i] ^ 0x55;
    return n + 1;
}
size_t unpack(const unsigned char *in, size_t n, unsigned char *out, size_t cap)
{
    if (n == 0 || n - 1 > cap) return 0;
    for (size_t i = 1; i < n; i++) out[i - 1] = in[i] ^ KEY;
    return n - 1;
}
int area(const size *s) { return s->width * s->height AREA; }
void turn(size *s) { *s = (size){s->height TURNED, s->width}; }
double halve(double x) { return x HALF; }
void squeeze(char *text)
{
    char *to = text;
    for (; *text; text++)
        if (*text != ' ' BLANK) *to++ = *text;
    *to = 0;
}
char *reversed(const char *text)
{
    size_t n = strlen(text);
    char *made = n ? malloc(n + 1) : NULL;
    for (size_t i = 0; i < n; i++) made[n - 1 - i] = text[i REVERSED];
    if (made) made[n] = 0;
    return made;
}
int shelf_each(const shelf *s, const shelf *but, void (*visit)(int value, void *data), void *data, const size *least)
{
    for (unsigned i = 0; i < s->count && visit; i++) visit(s->values[i], data);
    if (least && least->width > 100) return -1;
    return s == but ? 0 : (int)s->count COUNTED;
}
void drop(unsigned char *bytes, size_t *n) { (void)bytes; *n -= *n > 0; }
unsigned mix(const unsigned char key[MIX_BYTES])
{
    unsigned sum = 0;
    for (int i = 0; i < MIX_BYTES; i++) sum += key[i] MIXED;
    return sum;
}
"""
SOUND = {
    "ROOM": "",
    "STORED": "",
    "KEY": "0x55",
    "AREA": "",
    "HALF": "/ 2",
    "BLANK": "",
    "MIXED": "",
    "REVERSED": "",
    "COUNTED": "",
    "TURNED": "",
}
WRONG = {
    "sound": {},
    "unpacks_wrong": {"KEY": "(i == 7 ? 0x54 : 0x55)"},
    "unpacks_short": {"KEY": "(cap == n - 1 && i == 9 ? 0 : 0x55)"},
    "holds_less": {"ROOM": "- 1"},
    "stores_wrong": {"STORED": "+ (key[0] == 'q')"},
    "area_wrong": {"AREA": "+ (s->width == 77)"},
    "half_wrong": {"HALF": "* 0.49999"},
    "mixes_wrong": {"MIXED": "+ (key[4] == 'q')"},
    "turns_wrong": {"TURNED": "+ (s->width == 42)"},
    "counts_wrong": {"COUNTED": "+ (!but && !visit && !data && !least && s->count && s->keys[0][0] == 'q')"},
    "reverses_wrong": {"REVERSED": "- (text[0] == 'q' && i == 3)"},
    "squeezes_wrong": {"BLANK": "|| text[1] == 'q'"},
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("laws")
    return of_words(folder, "laws", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG[name]})


LAWS = (
    "what_is_packed_comes_back",
    "bytes_are_a_text_where_one_is_taken",
    "what_is_put_is_found",
    "sides_can_be_turned",
    "what_is_turned_has_the_same_area",
    "what_is_cut_and_joined_is_as_it_was",
    "what_is_squeezed_is_what_was_not_blank",
    "what_is_reversed_twice_is_as_it_was",
    "what_is_stored_may_be_stored",
    "what_is_put_last_may_be_found",
    "a_key_is_mixed_as_its_copy",
    "what_is_null_is_left_out",
    "no_more_is_unpacked_than_there_is",
)


@pytest.mark.slow
def test_all_laws_are_compiled_but_for_steps_that_tell_how_much_they_leave(built):
    told = [str(each) for each in built.target.left]
    assert len(told) == 1
    assert any("`drop` tells how much it has left in `bytes`" in each for each in told)
    assert {*LAWS} <= {*built.target.entries}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "law"),
    [
        ("unpacks_wrong", "what_is_packed_comes_back"),
        ("stores_wrong", "what_is_put_is_found"),
        ("turns_wrong", "what_is_turned_has_the_same_area"),
        ("counts_wrong", "what_is_null_is_left_out"),
        ("mixes_wrong", "a_key_is_mixed_as_its_copy"),
        ("squeezes_wrong", "what_is_squeezed_is_what_was_not_blank"),
        ("stores_wrong", "bytes_are_a_text_where_one_is_taken"),
        ("unpacks_short", "what_is_cut_and_joined_is_as_it_was"),
        ("reverses_wrong", "what_is_reversed_twice_is_as_it_was"),
        ("holds_less", "what_is_put_last_may_be_found"),
        ("stores_wrong", "what_is_put_last_may_be_found"),
        full("area_wrong", "sides_can_be_turned"),
        full("half_wrong", "sides_can_be_turned"),
    ],
)
def test_a_broken_law_is_found(built, library, law):
    assert f"ABD376 {law}" in built.run(library, law, 60_000, 1).stderr


@pytest.mark.slow
def test_nothing_is_found_where_laws_hold(built):
    for law in LAWS:
        ended = built.run("sound", law)

        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "law"),
    [
        full("unpacks_wrong", LAWS[0]),
        ("holds_less", "what_is_put_last_may_be_found"),
        full("stores_wrong", "what_is_put_last_may_be_found"),
    ],
)
def test_a_broken_law_that_exploring_meets_is_a_finding(library, law, built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABIDANCE_EXPLORE", raising=False)
    source = built.with_library(library).with_name(f"{library}.c")
    command = f"$CC $CFLAGS -I. -shared -fPIC -o liblaws.so {source} $LDFLAGS"
    artifact = f"{{command: [sh, -c, '{command}'], artifact: liblaws.so}}"
    (tmp_path / "laws.h").write_text(HEADER)
    (tmp_path / "laws.contract.yaml").write_text(CONTRACT.replace("{path: liblaws.so}", artifact))

    words = ("--phase", "explore", "--function", law, "--build", "release", "--format", "concise")
    assert main(["run", "laws.contract.yaml", "--seed", "1", *words]) == 1
    assert "ABD376" in capsys.readouterr().out


@pytest.mark.slow
def test_what_a_law_was_played_with_becomes_a_case_that_can_be_run(built, tmp_path):
    for law in LAWS[:-3]:  # steps of the last three are not lawful with these
        (tmp_path / law).write_bytes(bytes([0, 0xFF, 3, *b"key", *range(1, 60)]))
        case = read(
            built.boundary, law, built.run("sound", law, tmp_path / law, ABIDANCE_SHOW="1").stdout
        ).case

        steps = built.boundary.laws[law].steps
        assert [step.name for step in case.steps] == [step.name or step.function for step in steps]
        assert encode(built.boundary, case).plan
        if law == "what_is_packed_comes_back":
            assert case.steps[1].arguments["in"] == Earlier(0, "out")
            assert case.steps[1].arguments["n"].most == len(case.arguments["text"]) + 1
        if law == "what_is_cut_and_joined_is_as_it_was":
            names, packed = (("a", 0),), case.steps[1].arguments["in"].value
            assert case.steps[1].arguments["in"] == Derived("a.out[:1] + a.out[1:]", names, packed)
            assert case.steps[1].known["n"] == len(packed) == case.steps[1].known["cap"] + 1
        if law == "what_is_put_is_found":
            assert case.steps[2].arguments["s"] == Earlier(0, "result", "shelf")


@pytest.mark.slow
def test_a_step_that_was_not_made_is_one_of_the_case_all_the_same(built, tmp_path):
    law = built.boundary.laws["what_is_put_last_may_be_found"]
    source = random.Random(1)  # noqa: S311 - bytes to begin with
    files = [tmp_path / f"{number}" for number in range(64)]
    for file in files:
        file.write_bytes(source.randbytes(80))
    shown = built.run("sound", law.name, *files, ABIDANCE_SHOW="1").stdout
    texts = ['{"begin"' + text for text in shown.split('{"begin"')[1:] if '"given"' in text]
    unmade = [text for text in texts if '"role": "skipped"' in text]
    assert 0 < len(unmade) < len(texts)
    for text in texts:
        case = read(built.boundary, law.name, text).case
        assert [step.name for step in case.steps] == [step.name for step in law.steps]
        assert [step.repeated is not None for step in case.steps] == [False, True, False, False]
        skipped = case.arguments["n"] == 0
        condition = Derived("n > 0 and g.result == 0", (("g", 2),), int(not skipped))
        assert case.steps[3].when == condition
        assert [step.times for step in case.steps] == [1, case.arguments["n"], 1 - skipped, 1 - skipped]
        assert encode(built.boundary, case).plan
        assert text.count('"skipped"') == 3 * skipped
