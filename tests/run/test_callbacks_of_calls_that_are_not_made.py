"""A call of a sequence that is not made gives its handle no callback: what the handle keeps is an earlier one."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct kn_line kn_line;
kn_line *kn_new(void);
void kn_free(kn_line *line);
int kn_open(kn_line *line, int (*told)(void *mine, int number), void *mine, int number); /* what `told` returned */
int kn_tell(kn_line *line, int number);
void kn_close(kn_line *line);
"""
SOURCE = """\
#include "kn.h"
#include <stdlib.h>
struct kn_line { int (*told)(void *, int); void *mine; };
kn_line *kn_new(void) { return calloc(1, sizeof(kn_line)); }
void kn_free(kn_line *line) { free(line); }
int kn_open(kn_line *line, int (*told)(void *mine, int number), void *mine, int number)
{
    if (line->told)
        abort();
    int answer = told(mine, number);
    if (answer != 0)
        return answer;
    *line = (kn_line){told, mine};
    return 0;
}
int kn_tell(kn_line *line, int number)
{
    int answer = line->told(line->mine, number);
    return WRONG && number == 3 ? answer + 1 : answer;
}
void kn_close(kn_line *line) { *line = (kn_line){0}; }
"""
CONTRACT = """\
abidance: 1
boundary: kn
header: kn.h
libraries: {c: {path: libkn.so}}
handles:
  kn_line:
    create: kn_new
    destroy: kn_free
    states: {closed: {}, open: {}}
    transitions:
      kn_open: {from: closed, to: {open: result == 0, closed: result != 0}}
      kn_tell: {from: open}
      kn_close: {from: open, to: closed}
functions:
  kn_new:
  kn_free:
  kn_open:
    params:
      told:
        callback: {calls: 1, returns: {range: [0, 2]}, lifetime: handle(kn_line), until: kn_close}
        user_data: mine
      number: {range: [0, 9]}
    returns: {status: {ok: [0], errors: {1: one, 2: two}}}
  kn_tell:
    params: {number: {range: [0, 9]}}
    ensures:
      - len(line.told.calls) == 1
      - result == line.told.calls[0].result
  kn_close:
"""


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "codes"), [(0, set()), (1, {"ABD321"})])
def test_the_callback_that_is_there_is_looked_at(wrong, codes, codes_of_sequences):
    assert {
        *codes_of_sequences("kn", HEADER, SOURCE, CONTRACT, "kn_line", f"-DWRONG={wrong}", least=200)
    } == codes
