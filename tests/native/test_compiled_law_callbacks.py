"""What compiled laws say of how callbacks were invoked: those of a step, and those that its handle keeps."""

from __future__ import annotations

import pytest
from built_contract import of_words

from abidance.boundary.encode.encode import encode
from abidance.cli.main import main
from abidance.native.shown_calls import read

HEADER = """
#include <stddef.h>
typedef struct reader reader;
reader *reader_new(void);
void reader_on_word(reader *r, void (*word)(void *data, const char *text, int length), void *data);
void reader_on_end(reader *r, int (*end)(void *data, int words), void *data);
int reader_feed(reader *r, const char *text);
void reader_end(reader *r);
int each_word(const char *text, int (*visit)(void *data, const char *text, int length), void *data);
"""
CONTRACT = """
abidance: 1
boundary: law_callbacks
header: told.h
libraries: {c: {path: libtold.so}}
handles:
  reader: {type: reader, create: reader_new, destroy: reader_end}
functions:
  reader_new: {returns: {handle: reader}}
  reader_on_word:
    params:
      r: {handle: reader}
      word:
        callback: {lifetime: handle(reader), params: {text: {to: bytes, length: length}, length: {range: [1, 300]}}}
        user_data: data
        nullable: true
  reader_on_end:
    params:
      r: {handle: reader}
      end: {callback: {lifetime: handle(reader), returns: {one_of: [0, 1]}}, user_data: data}
  reader_feed: {params: {r: {handle: reader}, text: {in: string, max: 60}}}
  reader_end: {params: {r: {handle: reader}}}
  each_word:
    params:
      text: {in: string, max: 60}
      visit:
        callback:
          returns: {one_of: [0, 0, 0, 1]}
          params: {text: {to: bytes, length: length}, length: {range: [1, 300]}}
        user_data: data
laws:
  words_are_told_as_they_are:
    given: {text: {in: string, like: '[a-f]{1,3}( [a-f]{1,3}){0,3}'}}
    steps:
    - n = reader_new()
    - reader_on_word(n.result)
    - reader_on_end(n.result)
    - a = reader_feed(n.result, text)
    - b = reader_feed(n.result, "xyz")
    ensures:
    - 'sum(len(w.text) + 1 for w in a.r.word.calls) == len(text) + 1'
    - 'all(text[:len(a.r.word.calls[0].text)] == w.text for w in a.r.word.calls[:1])'
    - 'len(a.r.end.calls) == 1 and a.r.end.calls[0].words == a.result and a.r.end.calls[0].result in [0, 1]'
    - 'a.result == len(a.r.word.calls) and [w.text for w in b.r.word.calls] == ["xyz"]'
  each_reader_tells_its_own:
    given: {one: reader, other: reader, text: {in: string, like: '[a-f]{1,9}'}}
    steps:
    - reader_on_word(one)
    - reader_on_word(other)
    - a = reader_feed(one, text)
    - b = reader_feed(other, "left")
    ensures: ['join(w.text for w in a.r.word.calls) == text and join(w.text for w in b.r.word.calls) == "left"']
  each_word_is_visited:
    given: {text: {in: string, like: '[a-f]{1,3}( [a-f]{1,3}){0,3}'}}
    steps:
    - a = each_word(text)
    - b = each_word("ab cd") if len(text) > 3
    ensures:
    - 'a.result == sum(1 for w in a.visit.calls if w.result == 0)'
    - 'implies(len(text) > 3, b.visit.calls[0].text == "ab")'
    - 'implies(a.result == len(a.visit.calls), sum(w.length for w in a.visit.calls) == sum(1 for c in text if c != 32))'
"""
SOURCE = """
#include <stdlib.h>
#include <string.h>
#include "told.h"
struct reader { void (*word)(void *, const char *, int); void *data; int (*end)(void *, int); void *of_end; int all; };
reader *reader_new(void) { return calloc(1, sizeof(reader)); }
void reader_on_word(reader *r, void (*word)(void *data, const char *text, int length), void *data)
{
    r->word = word, r->data = data;
}
void reader_on_end(reader *r, int (*end)(void *data, int words), void *data) { r->end = end, r->of_end = data; }
int reader_feed(reader *r, const char *text)
{
    int words = 0;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (n && r->word SPARED) r->word(r->data, text, n CUT);
        words += n > 0, r->all += n > 0, text += n + (text[n] != 0);
    }
    if (r->end) r->end(r->of_end, words COUNTED);
    return words;
}
void reader_end(reader *r) { free(r); }
int each_word(const char *text, int (*visit)(void *data, const char *text, int length), void *data)
{
    int words = 0;
    while (*text) {
        int n = (int)strcspn(text, " ");
        if (n && visit(data, text, n)) return words STOPPED;
        words += n > 0, text += n + (text[n] != 0);
    }
    return words;
}
"""
SOUND = {"SPARED": "", "CUT": "", "COUNTED": "", "STOPPED": ""}
WRONG = {
    "sound": {},
    # No law says anything of a text without a word in it.
    "near": {"SPARED": "&& text[0] != 32"},
    "spares_one": {"SPARED": "&& !(words == 1 && text[0] == 'f')"},
    "cuts_one": {"CUT": "- (n == 9)"},
    "counts_three_wrong": {"COUNTED": "+ (words == 3)"},
    "counts_the_last": {"STOPPED": "+ (words == 2)"},
}
LAWS = ("words_are_told_as_they_are", "each_reader_tells_its_own", "each_word_is_visited")
WORDS, OWN, EACH = LAWS


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    folder = tmp_path_factory.mktemp("law_callbacks")
    return of_words(folder, "told", HEADER, CONTRACT, SOURCE, lambda name: {**SOUND, **WRONG[name]})


@pytest.mark.slow
def test_all_that_these_laws_say_is_compiled(built):
    assert [str(each) for each in built.target.left] == []
    assert {*LAWS} <= {*built.target.entries}


@pytest.mark.slow
@pytest.mark.parametrize(
    ("library", "law", "broken"),
    [
        ("spares_one", WORDS, 0),
        ("counts_three_wrong", WORDS, 2),
        ("cuts_one", OWN, 0),
        ("counts_the_last", EACH, 0),
    ],
)
def test_a_law_is_broken_by_what_callbacks_are_told(built, library, law, broken):
    assert f"ABD376 {law} step" in (told := built.run(library, law).stderr)
    assert f"ensures[{broken}]" in told


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_nothing_is_found_where_laws_hold(built, library):
    for law in LAWS:
        ended = built.run(library, law)

        assert (ended.returncode, ended.stderr) == (0, "")


@pytest.mark.slow
def test_such_a_law_becomes_a_case_that_can_be_run(built, tmp_path):
    (tmp_path / "input").write_bytes(bytes([0, 200, *range(100)]))
    for law in LAWS:
        shown = built.run("sound", law, tmp_path / "input", ABIDANCE_SHOW="1").stdout
        assert encode(built.boundary, read(built.boundary, law, shown).case).plan


@pytest.mark.slow
def test_such_a_law_that_exploring_meets_is_a_finding(built, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("ABIDANCE_EXPLORE", raising=False)
    source = built.with_library("cuts_one").with_name("cuts_one.c")
    command = f"$CC $CFLAGS -I. -shared -fPIC -o libtold.so {source} $LDFLAGS"
    artifact = f"{{command: [sh, -c, '{command}'], artifact: libtold.so}}"
    (tmp_path / "told.h").write_text(HEADER)
    (tmp_path / "told.contract.yaml").write_text(CONTRACT.replace("{path: libtold.so}", artifact))

    words = ("--phase", "explore", "--function", OWN, "--build", "release", "--format", "concise")
    assert main(["run", "told.contract.yaml", "--seed", "1", *words]) == 1
    assert "ABD376" in capsys.readouterr().out
