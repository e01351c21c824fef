"""Laws look at what handlers are called with that a handle was given before, also one that the caller allocates."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct { void (*on_word)(void *mine, const char *word); void *mine; int words, next; } lh_reader;
void lh_open(lh_reader *reader);
void lh_close(lh_reader *reader);
void lh_on_word(lh_reader *reader, void (*told)(void *mine, const char *word), void *with);
int lh_read(lh_reader *reader, const char *text);
"""
SOURCE = """\
#include <stdio.h>
#include <string.h>
#include "lh.h"
void lh_open(lh_reader *reader) { memset(reader, 0, sizeof *reader); }
void lh_close(lh_reader *reader) { memset(reader, 0, sizeof *reader); }
void lh_on_word(lh_reader *reader, void (*told)(void *mine, const char *word), void *with) {
    reader->on_word = told;
    reader->mine = with;
}
int lh_read(lh_reader *reader, const char *text) {
    int words = 0;
    char word[32];
    while (*text) {
        size_t size = strcspn(text, " ");
        snprintf(word, sizeof word, "%.*s", (int)size, text);
        if (size && (!WRONG || words < 1) && reader->on_word)
            reader->on_word(reader->mine, word);
        words += size > 0;
        text += size + (text[size] == ' ');
    }
    return words;
}
"""
CONTRACT = """\
abidance: 1
boundary: lh
header: lh.h
libraries: {{c: {{path: {library}}}}}
handles:
  lh_reader: {{create: lh_open, destroy: lh_close}}
functions:
  lh_on_word:
    params:
      told:
        callback: {{lifetime: handle(lh_reader), params: {{word: {{to: string}}}}}}
        nullable: true
        user_data: with
  lh_read: {{params: {{text: {{in: string, encoding: ascii, max: 30}}}}}}
laws:
  each_word_is_told:
    given: {{reader: lh_reader, text: {{in: string, like: '[a-c ]{{0,20}}'}}}}
    steps: [lh_on_word(reader), a = lh_read(reader, text)]
    ensures: [len(a.reader.told.calls) == a.result]
"""


def judged(tmp_path, *, wrong):
    (tmp_path / "lh.h").write_text(HEADER)
    (tmp_path / "lh.c").write_text(SOURCE)
    command = ["cc", "-O1", f"-DWRONG={int(wrong)}", "-fPIC", "-shared", "lh.c", "-o", "lh.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    path = tmp_path / "lh.contract.yaml"
    path.write_text(CONTRACT.format(library="lh.so"))
    contract = load_contract(path)
    with Session(Settings(tmp_path, seed=1, max_examples=40)) as session:
        (item,) = (item for item in list_items(contract) if item.id.phase == "laws")
        return session.run(contract, item, lambda _: None)


@pytest.mark.full
def test_a_word_that_is_not_told_is_found(tmp_path):
    verdict = judged(tmp_path, wrong=True)
    (found,) = verdict.findings
    assert found.diagnostic.code.id == "ABD376"


@pytest.mark.slow
def test_a_law_about_a_handler_is_judged_and_never_given_none(tmp_path):
    verdict = judged(tmp_path, wrong=False)
    assert not verdict.findings
    assert not verdict.reasons
