"""Compiled laws whose steps are made twice, for one piece and for several: buffers, windows, room, what is told."""

from __future__ import annotations

import pytest
from built_contract import of_words

from abidance.boundary.encode.encode import encode
from abidance.cli.main import main
from abidance.native.shown_calls import read

HEADER = """
#include <stddef.h>
typedef struct reader reader;
typedef void *(*reader_get)(void *context, size_t size);
typedef void (*reader_give)(void *context, void *block);
reader *reader_new(reader_get get, reader_give give, void *context);
void reader_on_word(reader *r, void (*word)(void *data, const char *text, int length), void *data);
int reader_feed(reader *r, const char *text, int length);
int reader_count(const reader *r);
int reader_say(reader *r, const char *text);
void reader_end(reader *r);
int reader_widen(reader *r, const unsigned char *from, size_t length, int *out, size_t room);
int reader_each(reader *r, const char *text, int length, int (*visit)(void *data, char c), void *data);
typedef struct {
    const unsigned char *next_in; unsigned avail_in;
    unsigned char *next_out; unsigned avail_out;
    unsigned char held, holds;
} stream;
int stream_begin(stream *s);
int stream_unescape(stream *s);
void stream_end(stream *s);
"""
CONTRACT = """
abidance: 1
boundary: law_pieces
header: pieces.h
libraries: {c: {path: libpieces.so}}
types:
  stream:
    fields:
      next_in: {to: bytes, length: avail_in, window: true}
      avail_in: {range: [0, 64]}
      next_out: {to: bytes, capacity: avail_out, window: true}
      avail_out: {range: [0, 64]}
handles:
  reader: {type: reader, create: reader_new, destroy: reader_end}
  unescaping: {type: stream, create: stream_begin, destroy: stream_end}
functions:
  reader_new:
    params:
      get:
        callback: {allocates: size, returns: {nullable: true}, lifetime: handle(reader)}
        user_data: context
      give: {callback: {frees: block, lifetime: handle(reader)}, user_data: context}
    returns: {handle: reader, nullable: true}
  reader_on_word:
    params:
      r: {handle: reader}
      word:
        callback: {lifetime: handle(reader), params: {text: {to: bytes, length: length}, length: {range: [1, 300]}}}
        user_data: data
  reader_feed: {params: {r: {handle: reader}, text: {in: bytes, length: length}, length: {range: [0, 60]}}}
  reader_count: {params: {r: {handle: reader}}}
  reader_say: {params: {r: {handle: reader}, text: {in: string, max: 20, encoding: utf-8}}}
  reader_end: {params: {r: {handle: reader}}}
  reader_widen:
    params:
      r: {handle: reader}
      from: {in: bytes, length: length}
      length: {range: [0, 40]}
      out: {out: array, capacity: room, length: result}
      room: {range: [0, 40]}
    returns: {range: [0, 40]}
    requires: [room >= length]
  reader_each:
    params:
      r: {handle: reader}
      text: {in: bytes, length: length}
      length: {range: [0, 40]}
      visit: {callback: {returns: {one_of: [0, 1]}}, user_data: data}
  stream_begin: {params: {s: {handle: unescaping}}, returns: {status: {ok: [0]}}}
  stream_unescape: {params: {s: {handle: unescaping}}}
  stream_end: {params: {s: {handle: unescaping}}}
laws:
  words_are_counted_however_text_comes:
    given: {r: reader, text: {in: bytes, max: 40}}
    steps: ["a = reader_feed(r, text, len(text))", b = reader_count(r)]
    split: text
    same: [b.result]
  words_are_told_however_text_comes:
    given: {r: reader, text: {in: bytes, like: '[a-f]{1,3}( [a-f]{1,3}){0,3} '}}
    steps: [reader_on_word(r), "a = reader_feed(r, text)"]
    split: text
    same: [a.r.word.calls]
  characters_are_said_however_text_comes:
    given: {r: reader, text: {in: string, max: 12, encoding: utf-8}}
    steps: ["a = reader_say(r, text)"]
    split: text
    same: [a.result]
  what_is_widened_is_the_same:
    given: {r: reader, data: {in: bytes, max: 40}}
    steps: ["a = reader_widen(r, data, room=40)"]
    split: data
    same: ["a.out"]
  how_many_are_visited_is_the_same:
    given: {r: reader, text: {in: bytes, max: 40}}
    steps: ["a = reader_each(r, text)", b = reader_count(r)]
    split: text
    same: [b.result]
  input_in_pieces_is_the_input:
    given: {s: unescaping, text: {in: bytes, max: 40}}
    steps: [a = stream_unescape(s, s.next_in=text, s.avail_out=64), b = stream_unescape(s)]
    split: text
    same: [a.s.next_out + b.s.next_out, b.s.avail_in]
  input_and_room_in_pieces:
    given: {text: {in: bytes, max: 40}, room: {in: unsigned, range: [0, 64]}}
    steps:
    - m = stream_begin()
    - a = stream_unescape(m.s, s.next_in=text, s.avail_out=room)
    split: [text, room]
    same: [a.s.next_out, a.s.avail_out]
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "pieces.h"
struct reader {
    void (*word)(void *data, const char *text, int length); void *data;
    char held[64]; int holds, words, inside, calls, last;
    reader_get get; reader_give give; void *context;
};
reader *reader_new(reader_get get, reader_give give, void *context)
{
    reader *made = get(context, sizeof(reader));
    if (made) *made = (reader){.get = get, .give = give, .context = context};
    return made;
}
void reader_on_word(reader *r, void (*word)(void *data, const char *text, int length), void *data)
{
    r->word = word, r->data = data;
}
static void tell(reader *r)
{
    if (r->inside && r->word && r->holds) r->word(r->data, r->held, r->holds);
    r->inside = 0, r->holds = 0;
}
int reader_feed(reader *r, const char *text, int length)
{
    void *room = r->get(r->context, 8);
    if (!room) return -1;
    r->give(r->context, room);
    BEGINS
    for (int i = 0; i < length; i++) {
        if (text[i] == ' ') { tell(r); continue; }
        if (!r->inside) r->inside = 1, r->words++;
        if (r->holds < (int)sizeof r->held) r->held[r->holds++] = text[i];
    }
    ENDS
    return length;
}
int reader_count(const reader *r) { return r->words; }
int reader_say(reader *r, const char *text)
{
    SAID
    for (; *text; text++) if ((*text & 0xC0) != 0x80) r->words++;
    return r->words;
}
void reader_end(reader *r) { r->give(r->context, r); }
int reader_widen(reader *r, const unsigned char *from, size_t length, int *out, size_t room)
{
    if (length > room) return 0;
    for (size_t i = 0; i < length; i++) { int was = r->last; r->last = from[i]; out[i] = from[i] - was; }
    WIDENED
    return (int)length;
}
int reader_each(reader *r, const char *text, int length, int (*visit)(void *data, char c), void *data)
{
    VISITS
    for (int i = 0; i < length; i++) if (visit(data, text[i]) == 0) r->words++;
    return 0;
}
int stream_begin(stream *s) { s->held = s->holds = 0; return 0; }
int stream_unescape(stream *s)
{
    for (; s->avail_in && s->avail_out; s->next_in++, s->avail_in--) {
        if (!s->holds && *s->next_in == '%') { s->holds = 1; continue; }
        *s->next_out++ = (unsigned char)(*s->next_in ^ (s->holds ? 0x20 : 0)), s->avail_out--;
        s->holds = 0;
    }
    FORGETS
    return 0;
}
void stream_end(stream *s) { (void)s; }
"""
SOUND = dict.fromkeys(("BEGINS", "ENDS", "SAID", "WIDENED", "VISITS", "FORGETS"), "")
WRONG = {
    "sound": {},
    # How often it is called is nobody's affair, nor what it holds where nothing is left to say.
    "near": {"BEGINS": "r->calls++;", "ENDS": "if (!r->inside) r->holds = 0;", "FORGETS": "s->held++;"},
    "forgets_a_word": {"BEGINS": "r->inside = 0;"},
    "cuts_words": {"ENDS": "if (r->word) { int in = r->inside; tell(r); r->inside = in; }"},
    "counts_calls": {"SAID": "r->words++;"},
    "forgets_the_last": {"WIDENED": "r->last = 0;"},
    "visits_no_first": {"VISITS": "if (length > 3) text++, length--;"},
    "forgets_an_escape": {"FORGETS": "s->holds = 0;"},
    "loses_one_without_room": {"FORGETS": "if (!s->avail_out && s->avail_in) s->next_in++, s->avail_in--;"},
}
LAWS = (
    "words_are_counted_however_text_comes",
    "words_are_told_however_text_comes",
    "characters_are_said_however_text_comes",
    "what_is_widened_is_the_same",
    "how_many_are_visited_is_the_same",
    "input_in_pieces_is_the_input",
    "input_and_room_in_pieces",
)
BROKEN = {
    "forgets_a_word": LAWS[0],
    "cuts_words": LAWS[1],
    "counts_calls": LAWS[2],
    "forgets_the_last": LAWS[3],
    "visits_no_first": LAWS[4],
    "forgets_an_escape": LAWS[5],
    "loses_one_without_room": LAWS[6],
}


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("law_pieces")
    return of_words(folder, "pieces", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG[name]})


@pytest.mark.slow
def test_all_of_these_laws_are_compiled(built):
    assert [str(each) for each in built.target.left] == []
    assert {*LAWS} <= {*built.target.entries}


@pytest.mark.slow
@pytest.mark.parametrize(("library", "law"), BROKEN.items())
def test_a_law_is_broken_by_how_what_it_is_given_is_cut(built, library, law):
    assert f"ABD379 {law}" in built.run(library, law).stderr


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_nothing_is_found_where_cuts_do_not_matter(built, library):
    for law in LAWS:
        ended = built.run(library, law)

        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_pieces_are_steps_of_the_case_as_well(built, tmp_path):
    cuts, room, text = (1, 3, 0, 1, 9, 0), (0xFF, 20, 0, 0, 0), (0xFF, 8, *b"ab%cdefg")
    (tmp_path / "input").write_bytes(bytes([0, *cuts, *room, *text, *range(60)]))
    law = LAWS[6]
    shown = built.run("sound", law, tmp_path / "input", ABIDANCE_SHOW="1").stdout

    case = read(built.boundary, law, shown).case

    assert [step.name for step in case.steps] == ["m", "a", "m#0", "a#0", "a#1"]
    whole, first, second = (case.steps[n].arguments["s"] for n in (1, 3, 4))
    assert (whole.state["next_in"], first.state["next_in"], second.state["next_in"]) == (
        b"ab%cdefg",
        b"ab%c",
        b"defg",
    )
    assert (whole.goes_on, first.goes_on, second.goes_on) == ((), (), ("next_in", "next_out"))
    assert whole.state["avail_out"] == first.state["avail_out"] + second.state["avail_out"]
    assert encode(built.boundary, case).plan


@pytest.mark.slow
@pytest.mark.parametrize(
    "library", ["cuts_words", "forgets_an_escape", "loses_one_without_room", "counts_calls"]
)
def test_such_a_law_that_exploring_meets_is_a_finding(library, built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABIDANCE_EXPLORE", raising=False)
    source = built.with_library(library).with_name(f"{library}.c")
    command = f"$CC $CFLAGS -I. -shared -fPIC -o libpieces.so {source} $LDFLAGS"
    artifact = f"{{command: [sh, -c, '{command}'], artifact: libpieces.so}}"
    (tmp_path / "pieces.h").write_text(HEADER)
    (tmp_path / "pieces.contract.yaml").write_text(CONTRACT.replace("{path: libpieces.so}", artifact))

    words = ("--phase", "explore", "--function", BROKEN[library], "--build", "release", "--format", "concise")
    assert main(["run", "pieces.contract.yaml", "--seed", "1", *words]) == 1
    assert "ABD379" in capsys.readouterr().out
