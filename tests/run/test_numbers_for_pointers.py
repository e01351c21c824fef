"""A small number that is returned where the contract has a pointer: no address, and the message says which number."""

from __future__ import annotations

import pytest

HEADER = "const char *np_value(int option);\n"
SOURCE = """\
#include "np.h"
#include <stdint.h>
const char *np_value(int option)
{
    static const char text[] = "text";
    return option == 2 ? (const char *)(uintptr_t)VALUE : text;  /* an option that is a number */
}
"""
CONTRACT = """\
abidance: 1
boundary: np
header: np.h
libraries: {c: {path: libnp.so}}
builds: [release]
explore: 0
functions:
  np_value: {params: {option: {range: [0, 3]}}, returns: {to: string, nullable: true, owner: callee}}
"""


@pytest.mark.parametrize(
    ("value", "messages"),
    [
        ("1", ["`np_value` returned the number 1 in place of a pointer, not a valid pointer"]),
        ("0x10000", ["`np_value` returned a pointer to freed or unmapped memory, not a valid pointer"]),
        ("0", []),
    ],
)
def test_the_message_says_which_number_it_is(value, messages, findings_of):
    found = findings_of("np", HEADER, SOURCE, CONTRACT, "np_value", ("properties",), f"-DVALUE={value}")

    assert [each.diagnostic.message for each in found] == messages
