"""Memory that runs out for a handle that others have used, and that others use after: where tables grow."""

from __future__ import annotations

import re
import signal
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stddef.h>
typedef struct ms_list ms_list;
ms_list *ms_new(void);
void ms_free(ms_list *list);
int ms_push(ms_list *list, int number);
int ms_at(const ms_list *list, size_t place, int *number);
size_t ms_count(const ms_list *list);
"""
SOURCE = """\
#include "ms.h"
#include <stdlib.h>
enum { SOUND, NEAR, STUCK, TOO_EARLY, FORGETS, DROPS, DUMB, STUCK_ELSEWHERE, LOSES, LATE };
struct ms_list { size_t count, room; int failed, *numbers; };
ms_list *ms_new(void)
{
    return calloc(1, sizeof(ms_list));
}
void ms_free(ms_list *list)
{
    free(list->numbers);
    free(list);
}
int ms_push(ms_list *list, int number)
{
    if (list->failed && WRONG == STUCK)
        return -1;
    if (list->count == list->room) {
        size_t room = list->room ? 2 * list->room : 4;
        int *grown = realloc(list->numbers, room * sizeof *grown);
        if (!grown && WRONG == NEAR) /* in little steps it may go */
            grown = realloc(list->numbers, (room = list->room + 1) * sizeof *grown);
        if (WRONG == TOO_EARLY)
            list->room = room;
        if (WRONG == LOSES && !grown) {
            free(list->numbers);
            list->numbers = NULL;
            list->room = room;
        }
        if (WRONG == LATE && !grown && list->room) {
            free(list->numbers);
            list->numbers = NULL;
            list->room = room;
        }
        if (WRONG == FORGETS || grown)
            list->numbers = grown;
        if (!grown) {
            list->failed = 1;
            if (WRONG == DROPS && list->count)
                list->count--;
            return WRONG == DUMB && list->count ? 0 : -1;
        }
        list->room = room;
    }
    list->numbers[list->count++] = number;
    return 0;
}
int ms_at(const ms_list *list, size_t place, int *number)
{
    if (place >= list->count || (WRONG == STUCK_ELSEWHERE && list->failed))
        return -1;
    *number = list->numbers[place];
    return 0;
}
size_t ms_count(const ms_list *list)
{
    return list->count;
}
"""
CONTRACT = """\
abidance: 1
boundary: ms
header: ms.h
libraries: {c: {path: libms.so}}
handles:
  ms_list: {create: ms_new, destroy: ms_free}
functions:
  ms_new: {may_fail: {memory: {returns: null}}}
  ms_push:
    returns: {status: {ok: [0], errors: {-1: no memory}}}
    may_fail: {memory: {returns: -1}}
    ensures: ["ms_count(list) == old(ms_count(list)) + 1"]
  ms_at:
    params: {place: {range: [0, 20]}, number: {out: int}}
    returns: {status: {ok: [0], errors: {-1: there is none}}}
    ensures: ["(result == 0) == (place < ms_count(list))"]
  ms_count:
"""
DEFECTS = {
    "TOO_EARLY": {"ABD301", "ABD302", "ABD314"},
    "FORGETS": {"ABD301", "ABD371"},
    "LOSES": {"ABD301"},
    "LATE": {"ABD301"},
    "DUMB": {"ABD321"},
    "STUCK_ELSEWHERE": {"ABD321"},
}


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
def test_what_a_call_leaves_that_was_refused_memory_is_used(wrong, codes_of):
    found = codes_of("ms", HEADER, SOURCE, CONTRACT, "ms_push", ("memory",), f"-DWRONG={wrong}", least=40)

    assert found != []
    assert {*found} <= DEFECTS[wrong]


@pytest.mark.slow
@pytest.mark.parametrize("near", ["SOUND", "NEAR", "STUCK"])
def test_a_list_that_stays_as_it_was_is_sound(near, codes_of):
    assert codes_of("ms", HEADER, SOURCE, CONTRACT, "ms_push", ("memory",), f"-DWRONG={near}", least=40) == []


@pytest.mark.slow
def test_the_smallest_sequence_is_run_again_and_written_in_c(written, capsys):
    written("ms", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "-DWRONG=LOSES", "-o", "libms.so", "ms.c"], check=True)
    assert main(["run", "ms.contract.yaml", "--function=ms_push", "--phase=memory", "--seed=1"]) == 1
    crash = next(each for each in capsys.readouterr().out.split("error[") if each.startswith("ABD301"))
    case = re.search(r"abidance replay (\w+)", crash)[1]
    assert re.search(r"// `malloc` gives NULL for the first block that it asks for\n +ms_push\(", crash)

    assert main(["replay", case]) == 1
    assert "ABD301" in capsys.readouterr().out
    assert main(["replay", case, "--emit", "c", "--output", "case.c"]) == 0
    strict = ["-Wall", "-Wextra", "-Werror"]
    subprocess.run(["gcc", *strict, "-I.", "case.c", "./libms.so", "-Wl,-rpath,.", "-o", "case"], check=True)
    assert subprocess.run(["./case"], capture_output=True, check=False).returncode == -signal.SIGSEGV
