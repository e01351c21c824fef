"""What a handle has counted when it is ended, and questions with others' answers, in a compiled contract."""

from __future__ import annotations

import pytest
from built_contract import of_texts

HEADER = """\
typedef struct cd_box cd_box;
cd_box *cd_open(void);
int cd_put(cd_box *box, int value);
void cd_push(cd_box *box, int value);
int cd_count(const cd_box *box);
int cd_at(const cd_box *box, int place);
int cd_close(cd_box *box);               /* how many there were */
"""
SOURCE = """\
#include "cd.h"
#include <stdlib.h>
#include <string.h>
struct cd_box { int count, values[8]; };
cd_box *cd_open(void) { return calloc(1, sizeof(cd_box)); }
int cd_put(cd_box *box, int value)
{
    box->values[box->count++] = value;
    if (VARIANT == 2 && box->count == 3) /* the last two the wrong way round */
        box->values[2] = box->values[1], box->values[1] = value;
    return 0;
}
void cd_push(cd_box *box, int value)
{
    memmove(box->values + 1, box->values, (size_t)box->count++ * sizeof value);
    box->values[0] = value;
}
int cd_count(const cd_box *box) { return box->count; }
int cd_at(const cd_box *box, int place) { return box->values[place]; }
int cd_close(cd_box *box)
{
    int count = VARIANT == 2 && box->count == 4 ? 3 : box->count;
    if (VARIANT == 1)
        memset(box, 0, sizeof *box);
    free(box);
    return count;
}
"""
CONTRACT = """\
abidance: 1
boundary: cd
header: cd.h
libraries: {c: {path: libcd.so}}
handles:
  cd_box:
    create: cd_open
    destroy: cd_close
    counts: {held: {most: 8, shown_by: {cd_count: result == held}}}
    transitions:
      cd_put: &more {counts: {held: held + 1}}
      cd_push: *more
functions:
  cd_open:
  cd_put: {ensures: ["cd_at(box, cd_count(box) - 1) == value"], returns: {status: {ok: [0]}}}
  cd_push:
    ensures:
      - cd_at(box, 0) == value
      - implies(old(cd_count(box)) > 0, cd_at(box, cd_count(box) - 1) == old(cd_at(box, cd_count(box) - 1)))
  cd_count:
  cd_at: {params: {place: {range: [0, 7]}}, requires: [place < cd_count(box)]}
  cd_close: {ensures: [result == old(box.held)]}
"""
VARIANTS = {"sound": 0, "near": 1, "wrong": 2}


@pytest.fixture(scope="module")
def counted(tmp_path_factory):
    folder = tmp_path_factory.mktemp("cd")
    built = of_texts(folder, "cd", HEADER, CONTRACT, SOURCE, lambda name: (f"-DVARIANT={VARIANTS[name]}",))
    assert built.target.left == ()
    return built


@pytest.mark.slow
def test_what_is_wrong_with_several_is_found_in_sequences(counted):
    known, found = "", set()
    for _ in range(4):
        ended = counted.run("wrong", "cd_box", 60_000, 1, ABIDANCE_KNOWN=known)
        if ended.returncode == 0:
            break
        _, code, function, _, _, *what = ended.stderr.split()
        found.add((code, function))
        known += f"{code}:{function}:{' '.join(what)};"

    assert ("ABD321", "cd_put") in found
    assert ("ABD321", "cd_close") in found


@pytest.mark.slow
@pytest.mark.parametrize("library", ["sound", "near"])
def test_what_counts_right_is_left_alone(library, counted):
    for entry in counted.target.entries:
        ended = counted.run(library, entry)
        assert (entry, ended.returncode, ended.stderr) == (entry, 0, "")
