"""A law sets a pointer in a handle of the caller's from what an earlier step left: its length follows."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct { const char *text; size_t length; size_t seen; } fl_scan;
int fl_begin(fl_scan *scan);
size_t fl_letters(fl_scan *scan);
void fl_end(fl_scan *scan);
size_t fl_print(char *out, size_t room, unsigned number);
"""
SOURCE = """\
#include <stdio.h>
#include "fl.h"
int fl_begin(fl_scan *scan) { scan->seen = 0; return 0; }
size_t fl_letters(fl_scan *scan)
{
    for (size_t i = 0; i < scan->length; i++) scan->seen += scan->text[i] != LOST;
    return scan->seen;
}
void fl_end(fl_scan *scan) { scan->seen = 0; }
size_t fl_print(char *out, size_t room, unsigned number) { return (size_t)snprintf(out, room, "%u", number); }
"""
CONTRACT = """\
abidance: 1
boundary: fl
header: fl.h
libraries: {c: {path: libfl.so}}
types:
  fl_scan:
    fields:
      text: {to: bytes, length: length}
      length: {range: [0, 99]}
handles:
  fl_scan: {create: fl_begin, destroy: fl_end}
functions:
  fl_begin: {returns: {status: {ok: [0]}}}
  fl_letters:
  fl_print:
    params: {out: {out: string, capacity: room}, room: {range: [12, 40]}}
    ensures: [len(out) == result]
laws:
  each_digit_is_a_letter:
    given: {scan: fl_scan, number: {in: unsigned int}}
    steps:
      - p = fl_print(number=number)
      - s = fl_letters(scan, scan.text=p.out)
    ensures: [s.result == len(p.out)]
  what_is_said_is_passed:
    given: {scan: fl_scan, number: {in: unsigned int}}
    steps:
      - p = fl_print(number=number)
      - s = fl_letters(scan, scan.text=p.out, scan.length=min(len(p.out), 1))
    ensures: [s.result == 1]
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("law", "lost", "codes"),
    [
        ("each_digit_is_a_letter", "-1", []),
        ("each_digit_is_a_letter", "'7'", ["ABD376"]),
        ("what_is_said_is_passed", "-1", []),
    ],
)
def test_the_length_is_that_of_what_was_left(law, lost, codes, codes_of):
    assert codes_of("fl", HEADER, SOURCE, CONTRACT, law, ("laws",), f"-DLOST={lost}") == codes
