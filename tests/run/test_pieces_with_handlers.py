"""A text that comes in pieces is told to handlers as it is told whole: what all pieces have told is joined."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct ph_reader ph_reader;
ph_reader *ph_open(void);
void ph_close(ph_reader *reader);
void ph_on_word(ph_reader *reader, void (*told)(void *mine, unsigned letters), void *with);
void ph_read(ph_reader *reader, const char *text, int n);
"""
SOURCE = """\
#include <stdlib.h>
#include "ph.h"
struct ph_reader { void (*told)(void *mine, unsigned letters); void *mine; unsigned letters; };
ph_reader *ph_open(void) { return calloc(1, sizeof(ph_reader)); }
void ph_close(ph_reader *reader) { free(reader); }
void ph_on_word(ph_reader *reader, void (*told)(void *mine, unsigned letters), void *with) {
    reader->told = told;
    reader->mine = with;
}
static void end_word(ph_reader *reader) {
    unsigned letters = reader->letters;
    reader->letters = 0;
    if (letters && reader->told)
        reader->told(reader->mine, letters);
}
void ph_read(ph_reader *reader, const char *text, int n) {
    for (int i = 0; i < n; i++)
        if (text[i] == ' ')
            end_word(reader);
        else
            reader->letters++;
    if (WRONG)
        end_word(reader);
}
"""
CONTRACT = """\
abidance: 1
boundary: ph
header: ph.h
libraries: {c: {path: ph.so}}
handles:
  ph_reader: {create: ph_open, destroy: ph_close}
functions:
  ph_on_word:
    params:
      told: {callback: {lifetime: handle(ph_reader)}, user_data: with}
  ph_read: {params: {text: {in: bytes, length: n}, n: {range: [0, 40]}}}
laws:
  words_are_told_however_they_come:
    given: {reader: ph_reader, text: {in: bytes, like: '([a-c]{1,3} ){0,5}'}}
    steps: [ph_on_word(reader), "a = ph_read(reader, text, len(text))"]
    split: text
    same: [a.reader.told.calls]
"""


@pytest.mark.slow
@pytest.mark.parametrize("wrong", [0, 1])
def test_what_handlers_are_told_in_pieces_is_joined(wrong, tmp_path):
    (tmp_path / "ph.h").write_text(HEADER)
    (tmp_path / "ph.c").write_text(SOURCE)
    command = ["cc", "-O1", f"-DWRONG={wrong}", "-fPIC", "-shared", "ph.c", "-o", "ph.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    path = tmp_path / "ph.contract.yaml"
    path.write_text(CONTRACT)
    contract = load_contract(path)
    with Session(Settings(tmp_path, seed=1, max_examples=30)) as session:
        (item,) = (item for item in list_items(contract) if item.id.phase == "laws")
        verdict = session.run(contract, item, lambda _: None)

    assert [each.diagnostic.code.id for each in verdict.findings] == ["ABD379"] * wrong
    assert verdict.reasons == ()
