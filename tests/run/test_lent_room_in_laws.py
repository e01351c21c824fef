"""Room that a library lends is filled in a law with what earlier steps left, however much that is."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings

HEADER = """\
typedef struct tape tape;
tape *tape_new(void);
void tape_free(tape *t);
char *tape_room(tape *t, int size);
int tape_take(tape *t, int size);
int tape_read(const tape *t, char out[16]);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "tape.h"
struct tape { char room[16]; int taken; };
tape *tape_new(void) { return calloc(1, sizeof(tape)); }
void tape_free(tape *t) { free(t); }
char *tape_room(tape *t, int size) { (void)size; return t->room; }
int tape_take(tape *t, int size) { t->taken = size - LOST; return size; }
int tape_read(const tape *t, char *out) { memcpy(out, t->room, t->taken); return t->taken; }
"""
CONTRACT = """\
abidance: 1
boundary: tape
header: tape.h
libraries: {{c: {{path: {library}}}}}
handles: {{tape: {{create: tape_new, destroy: tape_free}}}}
functions:
  tape_room: {{params: {{size: {{range: [0, 16]}}}}, returns: {{to: bytes, capacity: size, filled: tape_take.size}}}}
  tape_take: {{params: {{size: {{range: [0, 16]}}}}, returns: {{status: {{ok: 0..}}}}}}
  tape_read: {{params: {{out: {{out: bytes, capacity: 16, length: result}}}}}}
laws:
  {law}:
    given: {{one: tape, other: tape, text: {{in: bytes, max: 8}}}}
    steps:
      - tape_take(one, tape_room=text)
      - a = tape_read(one)
      - tape_take(other, {size}tape_room=a.out + text)
      - b = tape_read(other)
    ensures: [b.out == text + text]
"""


@pytest.fixture
def judged(tmp_path):
    def run(size, lost):
        (tmp_path / "tape.h").write_text(HEADER)
        (tmp_path / "tape.c").write_text(SOURCE)
        library = tmp_path / "libtape.so"
        command = ["gcc", "-shared", "-fPIC", f"-DLOST={lost}", tmp_path / "tape.c", "-o", library]
        subprocess.run(command, check=True)
        file = tmp_path / "tape.contract.yaml"
        file.write_text(CONTRACT.format(library=library, size=size, law="it_is_all_there"))
        contract = load_contract(file)
        with Session(Settings(tmp_path, seed=1, max_examples=25)) as session:
            item = next(item for item in list_items(contract) if item.id.phase == "laws")
            return session.run(contract, item, lambda _: None)

    return run


@pytest.mark.slow
@pytest.mark.parametrize("size", ["", "len(a.out) + len(text), "])
def test_all_of_it_is_there(size, judged):
    done = judged(size, "0")

    assert (done.findings, done.reasons) == ((), ())
    assert done.calls


@pytest.mark.slow
@pytest.mark.parametrize("size", ["", "len(a.out) + len(text), "])
def test_what_is_lost_is_found(size, judged):
    codes = [found.diagnostic.code.id for found in judged(size, "(size > 9)").findings]

    assert codes == ["ABD376"]


@pytest.mark.slow
def test_a_size_that_is_not_that_of_the_contents_is_no_valid_call(judged):
    (reason,) = judged("len(text) + 9, ", "0").reasons

    assert reason.code.id == "ABD109"
