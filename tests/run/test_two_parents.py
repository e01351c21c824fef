"""Sequences about handles that are made from two others of one kind: each of the two is another one."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct tp_tank tp_tank;
typedef struct tp_pipe tp_pipe;
tp_tank *tp_tank_new(void);
void tp_tank_free(tp_tank *tank);
tp_pipe *tp_pipe_new(tp_tank *from, tp_tank *to); /* NULL if both are the same */
void tp_pipe_free(tp_pipe *pipe);
int tp_flow(tp_pipe *pipe);
"""
SOURCE = """\
#include "tp.h"
#include <stdlib.h>
struct tp_tank { int left; };
struct tp_pipe { tp_tank *from, *to; };
tp_tank *tp_tank_new(void) { return calloc(1, sizeof(tp_tank)); }
void tp_tank_free(tp_tank *tank) { free(tank); }
tp_pipe *tp_pipe_new(tp_tank *from, tp_tank *to)
{
    tp_pipe *pipe = from == to ? NULL : malloc(sizeof *pipe);
    if (pipe)
        *pipe = (tp_pipe){from, to};
    return pipe;
}
void tp_pipe_free(tp_pipe *pipe) { free(pipe); }
int tp_flow(tp_pipe *pipe) { return ++pipe->to->left > 2 ? OVER : 0; }
"""
CONTRACT = """\
abidance: 1
boundary: tp
header: tp.h
libraries: {c: {path: libtp.so}}
handles:
  tp_tank: {create: tp_tank_new, destroy: tp_tank_free}
  tp_pipe: {create: tp_pipe_new, destroy: tp_pipe_free}
functions:
  tp_tank_new:
  tp_tank_free:
  tp_pipe_new: {returns: {handle: tp_pipe, nullable: true}}
  tp_pipe_free:
  tp_flow: {returns: {one_of: [0, 1]}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("over", "expected"), [(2, ["ABD322"]), (1, [])])
def test_a_pipe_has_two_tanks(over, expected, codes_of_sequences):
    assert codes_of_sequences("tp", HEADER, SOURCE, CONTRACT, "tp_pipe", f"-DOVER={over}") == expected
