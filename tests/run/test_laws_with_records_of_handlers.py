"""A law about callbacks that a handle was given in a record: what they were told is a field of the handle."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct { int (*word)(void *mine, int size); int (*end)(void *mine); } events;
typedef struct reader reader;
reader *reader_new(const events *on, void *mine);
void reader_free(reader *r);
int reader_read(reader *r, const char *text);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "rd.h"
struct reader { const events *on; void *mine; };
reader *reader_new(const events *on, void *mine) {
    reader *r = malloc(sizeof *r);
    r->on = on;
    r->mine = mine;
    return r;
}
void reader_free(reader *r) { free(r); }
int reader_read(reader *r, const char *text) {
    int words = 0;
    for (; *text; words++) {
        size_t size = strcspn(text, " ");
        if (words != LOST)
            r->on->word(r->mine, (int)size);
        text += size + (text[size] == ' ');
    }
    r->on->end(r->mine);
    return words;
}
"""
CONTRACT = """\
abidance: 1
boundary: rd
header: rd.h
libraries: {c: {path: librd.so}}
types:
  events:
    fields:
      word: {callback: {lifetime: handle(reader)}}
      end: {callback: {lifetime: handle(reader)}}
handles: {reader: {create: reader_new, destroy: reader_free}}
functions:
  reader_new: {params: {on: {in: events, user_data: mine, lifetime: handle(reader)}}}
  reader_read: {params: {text: {in: string, max: 12}}}
laws:
  each_word_is_told:
    given: {text: {in: string, like: "[a ]{0,9}"}}
    steps: [r = reader_new(), a = reader_read(r.result, text)]
    ensures: [len(a.r.on.word.calls) == a.result, len(a.r.on.end.calls) == 1]
"""


@pytest.mark.slow
@pytest.mark.parametrize(("lost", "codes"), [("-1", []), ("1", ["ABD376"])])
def test_what_they_were_told_is_known(lost, codes, tmp_path):
    (tmp_path / "rd.h").write_text(HEADER)
    (tmp_path / "rd.c").write_text(SOURCE)
    command = ["gcc", "-shared", "-fPIC", f"-DLOST={lost}", tmp_path / "rd.c", "-o", tmp_path / "librd.so"]
    subprocess.run(command, check=True)
    file = tmp_path / "rd.contract.yaml"
    file.write_text(CONTRACT)
    contract = load_contract(file)
    with Session(Settings(tmp_path, seed=1, max_examples=25)) as session:
        item = next(item for item in list_items(contract) if item.id.phase == "laws")
        done = session.run(contract, item, lambda _: None)

    assert [found.diagnostic.code.id for found in done.findings] == codes
    assert done.reasons == ()
    assert done.calls
