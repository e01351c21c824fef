"""A step that is made several times in a row leaves what it leaves each time: only what it is given is as before."""

from __future__ import annotations

import re
import subprocess

import pytest

from abidance.boundary.resolve.join import join
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct rs_tape {
    const unsigned char *next_in;
    size_t avail_in;
    unsigned char *next_out;
    size_t avail_out;
    unsigned total, odd, has_odd;
    unsigned char *room;
} rs_tape;
int rs_init(rs_tape *tape);
int rs_run(rs_tape *tape);
void rs_end(rs_tape *tape);
typedef struct rs_heap rs_heap;
rs_heap *rs_heap_new(void);
void rs_heap_free(rs_heap *heap);
int rs_heap_keep(rs_heap *heap, char *text);
"""
SOURCE = """\
#include <stdlib.h>
#include "rs.h"
enum { SOUND, NEAR, WRONG };
int rs_init(rs_tape *tape)
{
    tape->total = tape->odd = tape->has_odd = 0;
    return (tape->room = calloc(1, 1)) ? 0 : -1;
}
int rs_run(rs_tape *tape)  /* moves bytes on, two by two: one that is left over waits for the next call */
{
    while (tape->avail_in && tape->avail_out > 1) {
        unsigned char byte = *tape->next_in++;
        tape->avail_in--;
        if (!tape->has_odd) {
            tape->odd = byte;
            tape->has_odd = VARIANT != WRONG || tape->total < 8;  /* lost: eight came before it */
            continue;
        }
        if (VARIANT == NEAR && tape->total >= 8)
            *tape->room = byte;  /* what is on the heap is the library's alone */
        *tape->next_out++ = (unsigned char)tape->odd;
        *tape->next_out++ = VARIANT == NEAR && tape->total >= 8 ? *tape->room : byte;
        tape->avail_out -= 2;
        tape->total += 2;
        tape->has_odd = 0;
    }
    return 0;
}
void rs_end(rs_tape *tape)
{
    free(tape->room);
}
struct rs_heap { char *kept[64]; int n; };
rs_heap *rs_heap_new(void)
{
    return calloc(1, sizeof(rs_heap));
}
void rs_heap_free(rs_heap *heap)
{
    while (heap->n) free(heap->kept[--heap->n]);
    free(heap);
}
int rs_heap_keep(rs_heap *heap, char *text)
{
    if (heap->n == 64) return -1;
    heap->kept[heap->n++] = text;
    return heap->n - (VARIANT == WRONG && heap->n > 6);
}
"""
CONTRACT = """\
abidance: 1
boundary: rs
header: rs.h
libraries: {c: {path: librs.so}}
types:
  rs_tape:
    fields:
      next_in: {to: bytes, length: avail_in, window: true}
      avail_in: {range: [0, 64]}
      next_out: {to: bytes, capacity: avail_out, window: true}
      avail_out: {range: [0, 64]}
handles:
  rs_tape: {create: rs_init, destroy: rs_end}
  rs_heap: {create: rs_heap_new, destroy: rs_heap_free}
functions:
  rs_init: {params: {tape: {handle: rs_tape}}, returns: {status: {ok: [0], errors: {-1: no memory}}}}
  rs_run:
    params: {tape: {handle: rs_tape}}
    returns: {one_of: [0]}
    ensures: [tape.total - old(tape.total) == len(tape.next_out)]
  rs_end: {params: {tape: {handle: rs_tape}}}
  rs_heap_new:
  rs_heap_free:
  rs_heap_keep:
    params: {text: {in: string, max: 9, owner: callee, lifetime: handle(heap)}}
    returns: {status: {ok: 1.., errors: {-1: it is full}}}
laws:
  all_comes_out:
    given: {tape: rs_tape, text: {in: bytes, max: 6}, n: {in: int, range: [0, 9]}}
    steps: ["a = rs_run(tape, tape.next_in=text, tape.avail_out=64) n times"]
    ensures: ["implies(n > 0, a.tape.total == n * len(text) // 2 * 2)"]
  it_goes_on:
    given: {tape: rs_tape, text: {in: bytes, max: 40}, n: {in: int, range: [1, 20]}}
    steps: ["rs_run(tape, tape.next_in=text, tape.avail_out=0)", "a = rs_run(tape, tape.avail_out=2) n times"]
    ensures:
      - a.tape.next_out == text[2 * n - 2:2 * n] or 2 * n > len(text)
      - a.tape.total == min(2 * n, len(text) // 2 * 2)
  so_many_are_kept:
    given: {heap: rs_heap, text: {in: string, max: 4}, n: {in: int, range: [1, 20]}}
    steps: ["a = rs_heap_keep(heap, text) n times"]
    ensures: [a.result == n]
"""


def judged(tmp_path, capsys, variant):
    """Run the laws on a variant of the library; return how that ended and what it printed."""
    command = ["gcc", "-shared", "-fPIC", f"-DVARIANT={variant}", "rs.c", "-o", "librs.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    status = main(["run", "rs.contract.yaml", "--phase", "laws", "--seed", "1", "--max-examples", "40"])
    return status, capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.parametrize("variant", [0, 1], ids=["sound", "near"])
def test_what_a_repeated_step_leaves_goes_on(variant, written, tmp_path, capsys):
    written("rs", HEADER, SOURCE, CONTRACT)
    assert judged(tmp_path, capsys, variant)[0] == 0


@pytest.mark.slow
def test_what_is_lost_between_its_repetitions_is_found_and_fails_in_c_as_well(written, tmp_path, capsys):
    """The program has no address of its own in what it expects of a record."""
    written("rs", HEADER, SOURCE, CONTRACT)
    status, report = judged(tmp_path, capsys, 2)

    assert status == 1
    broken = re.findall(r"error\[(\w+)\] [a-z-]+: the law `(\w+)`", report)
    assert {*broken} == {("ABD376", law) for law in ("all_comes_out", "it_goes_on", "so_many_are_kept")}

    found = next(each for each in report.split("error[") if "`it_goes_on`" in each)
    assert main(["replay", re.search(r"abidance replay (\w+)", found)[1], "--emit", "c"]) == 0
    (tmp_path / "again.c").write_text(capsys.readouterr().out)
    for variant, status in ((2, 1), (0, 0)):
        made = ["gcc", f"-DVARIANT={variant}", "-I.", "again.c", "rs.c", "-o", "again"]
        subprocess.run(made, cwd=tmp_path, check=True)
        assert (
            subprocess.run(["./again"], cwd=tmp_path, check=False, capture_output=True).returncode == status
        )


@pytest.mark.parametrize("step", ["rs_end(tape) 2 times", "rs_heap_free(heap) 2 times"])
def test_a_handle_is_destroyed_once(step, written, tmp_path):
    law = f"\n  wrong: {{given: {{tape: rs_tape, heap: rs_heap}}, steps: [rs_run(tape), {step}], ensures: [true]}}\n"
    written("rs", HEADER, SOURCE, CONTRACT + law)

    with pytest.raises(UsageError, match="is made 2 times, and the first call ends the `rs_"):
        join(load_contract(tmp_path / "rs.contract.yaml"))
