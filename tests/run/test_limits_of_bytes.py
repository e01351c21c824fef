"""Arrays of bytes with limits, `numbers: {in: array, range: [2, 9]}`."""

from __future__ import annotations

import pytest

BYTES = """\
#include <stddef.h>
#include <stdint.h>
int rb_sum(const uint8_t *numbers, size_t n);     /* of numbers from 2 to 9 */
int rb_marks(const uint8_t *marks, size_t n);     /* each is 3 or 200 */
"""
STRICT = """\
#include <stdlib.h>
#include "rb.h"
static int all(const uint8_t *each, size_t n, int marks)
{
    int sum = 0;
    for (size_t i = 0; i < n; i++) {
        if (marks ? each[i] != 3 && each[i] != 200 : each[i] < 2 || each[i] > 9 + DEFECT)
            abort();
        sum += each[i];
    }
    return sum;
}
int rb_sum(const uint8_t *numbers, size_t n) { return all(numbers, n, 0); }
int rb_marks(const uint8_t *marks, size_t n) { return all(marks, n, 1); }
"""
OF_BYTES = """\
abidance: 1
boundary: rb
header: rb.h
libraries: {c: {path: librb.so}}
functions:
  rb_sum: {params: {numbers: {in: array, length: n, range: [2, 9]}}}
  rb_marks: {params: {marks: {in: array, length: n, one_of: [3, 200]}}}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "short", "found"), [("rb_sum", 0, []), ("rb_sum", -1, ["ABD301"]), ("rb_marks", 0, [])]
)
def test_bytes_that_are_elements_keep_to_their_limits(item, short, found, codes_of):
    assert codes_of("rb", BYTES, STRICT, OF_BYTES, item, ("properties",), f"-DDEFECT={short}") == found
