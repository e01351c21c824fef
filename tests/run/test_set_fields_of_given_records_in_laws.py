"""A step of a law sets a field of a record that the law is given: that field alone is another."""

from __future__ import annotations

import pytest

HEADER = """\
#include <stddef.h>
typedef struct { int (*add)(void *mine, int n); int first; const char *text; size_t length; } sg_sum;
int sg_total(const sg_sum *sum, void *mine);
"""
SOURCE = """\
#include "sg.h"
int sg_total(const sg_sum *sum, void *mine)
{
    return LOST * sum->first + (int)sum->length + sum->add(mine, 1);
}
"""
CONTRACT = """\
abidance: 1
boundary: sg
header: sg.h
libraries: {c: {path: libsg.so}}
types:
  sg_sum:
    fields:
      add: {callback: {returns: {range: [0, 9]}}}
      first: {range: [0, 9]}
      text: {to: bytes, length: length}
      length: {range: [0, 9]}
functions:
  sg_total: {params: {sum: {in: sg_sum, user_data: mine}}}
laws:
  a_number:
    given: {sum: sg_sum}
    steps: ["a = sg_total(sum, sum.first=7)"]
    ensures: [a.sum.first == 7, a.result >= 7, a.sum.length == sum.length]
  a_callback:
    given: {sum: sg_sum}
    steps: ["a = sg_total(sum, sum.add=[5])"]
    ensures: [a.result == sum.first + sum.length + 5]
  memory_and_its_length:
    given: {sum: sg_sum}
    steps: ["a = sg_total(sum, sum.text=b\\"abc\\", sum.add=[5])"]
    ensures: [a.result == sum.first + 3 + 5]
"""


@pytest.mark.slow
@pytest.mark.parametrize("law", ["a_number", "a_callback", "memory_and_its_length"])
@pytest.mark.parametrize(("factor", "codes"), [("1", []), ("-1", ["ABD376"])], ids=["sound", "defect"])
def test_a_field_of_a_record_that_is_given_is_set(law, factor, codes, codes_of):
    assert codes_of("sg", HEADER, SOURCE, CONTRACT, law, ("laws",), f"-DLOST={factor}") == codes
