"""A law never makes an invalid call, whatever an earlier step has left."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings

pytestmark = pytest.mark.full

HEADER = """\
int ls_level(int of);
int ls_root(int level);
unsigned ls_text(unsigned char *out, unsigned room);
int ls_first(const unsigned char *text, unsigned length);
unsigned ls_needed(void);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "ls.h"
int ls_level(int of) {
    if (of < -100)
        abort();
    return of - 5;
}
int ls_root(int level) {
    if (level < 0)
        abort();
    return level == WRONG ? -1 : level / 2;
}
unsigned ls_text(unsigned char *out, unsigned room) {
    memset(out, 'a', room);
    return room / 2;
}
int ls_first(const unsigned char *text, unsigned length) {
    if (length < 3)
        abort();
    return text[length - 1] == 'a' ? text[0] : 0;
}
unsigned ls_needed(void) { return 6; }
"""
CONTRACT = """\
abidance: 1
boundary: ls
header: ls.h
libraries: {{c: {{path: {library}}}}}
functions:
  ls_level: {{params: {{of: {{range: [-100, 100]}}}}}}
  ls_root: {{requires: [level >= 0]}}
  ls_needed: {{}}
  ls_text: {{params: {{out: {{out: bytes, capacity: room, length: result}}, room: {{range: [0, 10]}}}}}}
  ls_first: {{params: {{text: {{in: bytes, length: length}}}}, requires: [length > 2, "text[0] == 97"]}}
laws:
  a_root_is_no_more_than_its_level:
    given: {{of: {{in: int, range: {given}}}}}
    steps: [a = ls_level(of), b = ls_root(a.result)]
    ensures: ["b.result * 2 <= a.result and b.result >= 0"]
  a_level_of_a_level_is_lower:
    given: {{of: {{in: int, range: [-100, 100]}}}}
    steps: [a = ls_level(of), b = ls_level(a.result), c = ls_root(b.result)]
    ensures: [c.result < 50]
  a_text_begins_with_a:
    given: {{room: {{in: unsigned, range: [0, 10]}}}}
    steps: [a = ls_text(room=room), b = ls_first(text=a.out)]
    ensures: [b.result == 97]
  no_more_is_read_than_there_was_room_for:
    given: {{room: {{in: unsigned, range: [0, 10]}}}}
    steps: [a = ls_text(room=room), n = ls_needed(), b = ls_first(a.out, n.result)]
    ensures: [b.result == 97]
"""


@pytest.fixture
def judged(tmp_path):
    """Hold a library, in which one level is wrong, to the laws; return how each of them ended."""

    def run(wrong, given="[-100, 100]", examples=40):
        (tmp_path / "ls.h").write_text(HEADER)
        (tmp_path / "ls.c").write_text(SOURCE)
        library = tmp_path / f"libls{wrong}.so"
        command = ["gcc", "-shared", "-fPIC", "-O1", f"-DWRONG={wrong}", tmp_path / "ls.c", "-o", library]
        subprocess.run(command, check=True)
        file = tmp_path / "ls.contract.yaml"
        file.write_text(CONTRACT.format(library=library, given=given))
        contract = load_contract(file)
        with Session(Settings(tmp_path, seed=1, max_examples=examples)) as session:
            items = [item for item in list_items(contract) if item.id.phase == "laws"]
            return {item.id.function: session.run(contract, item, lambda _: None) for item in items}

    return run


def test_steps_whose_preconditions_do_not_hold_of_what_was_left_are_not_made(judged):
    done = judged(-1)

    assert [found for each in done.values() for found in each.findings] == []
    assert [reason for each in done.values() for reason in each.reasons] == []
    assert all(each.calls for each in done.values())


def test_a_law_that_does_not_hold_is_still_found(judged):
    found = judged(7, examples=100)["a_root_is_no_more_than_its_level"].findings

    assert [each.diagnostic.code.id for each in found] == ["ABD376"]
    assert found[0].call.splitlines()[-1].startswith("ls_root(result);")


def test_a_law_whose_steps_are_never_lawful_is_not_judged(judged):
    item = judged(-1, given="[-100, 4]")["a_root_is_no_more_than_its_level"]

    (reason,) = item.reasons
    assert reason.code.id == "ABD109"
    assert reason.labels[0].text == "refuses most of them"
    assert reason.labels[0].span.line == 7
