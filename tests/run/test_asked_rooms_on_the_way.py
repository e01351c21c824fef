"""Nobody is asked how much room a call takes that would only lead a new handle on, before a single call."""

from __future__ import annotations

import pytest

from abidance.core.outcome import Outcome

HEADER = """\
#include <stddef.h>
typedef struct ld_log ld_log;
ld_log *ld_new(int width);
void ld_free(ld_log *log);
int ld_width(const ld_log *log);
void ld_open(ld_log *log);
int ld_put(ld_log *log, const unsigned char *line);
int ld_put_long(ld_log *log, const unsigned char *line, size_t n);
int ld_count(const ld_log *log);
int ld_last(const ld_log *log);
"""
SOURCE = """\
#include "ld.h"
#include <stdlib.h>
struct ld_log { int width, open, count, last; };
ld_log *ld_new(int width) { ld_log *log = calloc(1, sizeof *log); log->width = width; return log; }
void ld_free(ld_log *log) { free(log); }
int ld_width(const ld_log *log) { return log->width; }
void ld_open(ld_log *log) { log->open = 1; }
int ld_put(ld_log *log, const unsigned char *line)
{
    int sum = 0;
    for (int i = 0; i < log->width + MORE; i++)
        sum += line[i];
    log->count++;
    return log->last = sum & 255;
}
int ld_put_long(ld_log *log, const unsigned char *line, size_t n)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++)
        sum += line[i];
    log->count++;
    return log->last = sum & 255;
}
int ld_count(const ld_log *log) { return log->count; }
int ld_last(const ld_log *log) { return log->count ? log->last : -1; }
"""
STATES = """\
    states: [fresh, open, written]
    transitions:
      ld_open: {from: fresh, to: open}
      ld_put: {from: [open, written], to: written}
      ld_put_long: {from: [open, written], to: written}
      ld_last: {from: written}
"""
CONTRACT = """\
abidance: 1
boundary: ld
header: ld.h
libraries: {c: {path: libld.so}}
handles:
  ld_log:
    create: ld_new
    destroy: ld_free
%s
functions:
  ld_new: {params: {width: {range: [1, 9]}}}
  ld_open:
  ld_width:
  ld_put: {params: {line: {in: bytes, length: ld_width(log)}}}
  ld_put_long: {params: {line: {in: bytes, length: n}, n: {range: [1, 9]}}}
  ld_count:
  ld_last: {%s ensures: [0 <= result <= 255]}
"""
WAYS = {
    "states": (STATES, ""),
    "filled": ("", "requires: [ld_count(log) > 0],"),
}


@pytest.mark.slow
@pytest.mark.parametrize("item", ["ld_put", "ld_last"])
@pytest.mark.parametrize("way", WAYS)
def test_calls_that_only_lead_there_are_others(item, way, judged_of):
    (judged,) = judged_of("ld", HEADER, SOURCE, CONTRACT % WAYS[way], item, ("properties",), "-DMORE=0")
    assert judged.outcome is Outcome.PASSED
    assert judged.calls > 10


@pytest.mark.slow
def test_the_call_itself_is_given_its_room_and_no_more(codes_of):
    found = codes_of("ld", HEADER, SOURCE, CONTRACT % WAYS["states"], "ld_put", ("properties",), "-DMORE=1")
    assert found == ["ABD312"]
