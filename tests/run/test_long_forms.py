"""A text has the lengths of its form, also those beyond what texts have otherwise."""

from __future__ import annotations

import pytest

HEADER = "int lf_take(const char *name);"
SOURCE = """
#include "lf.h"
#include <string.h>
int lf_take(const char *name)
{
#ifdef WRONG
    return strlen(name) > 256;
#else
    return strlen(name) > 258;
#endif
}
"""
CONTRACT = """
abidance: 1
boundary: lf
header: lf.h
libraries: {c: {path: liblf.so}}
functions:
  lf_take: {params: {name: {in: string, like: '%s'}}, ensures: [result == 0]}
"""


@pytest.mark.slow
@pytest.mark.parametrize("form", ["[a-z]{250,258}", "[a-z]{257}"])
def test_what_is_as_long_as_its_form_may_be_is_tried(form, codes_of):
    found = codes_of("lf", HEADER, SOURCE, CONTRACT % form, "lf_take", ("properties",), "-DWRONG")

    assert found == ["ABD321"]


@pytest.mark.slow
@pytest.mark.parametrize("flags", [(), ("-DWRONG",)], ids=["sound", "near"])
def test_nothing_longer_is_passed(flags, codes_of):
    form = "[a-z]{250,256}" if flags else "[a-z]{250,258}"

    assert codes_of("lf", HEADER, SOURCE, CONTRACT % form, "lf_take", ("properties",), *flags) == []
