"""Macros with parameters, which callers have compiled in as much as any other."""

from __future__ import annotations

import pytest

F = "int f(int a, int b);\n"
SAME = {
    "other names": ("#define MAKE(a) f(a, 1)\n", "#define MAKE(b) f(b, 1)\n"),
    "brackets": ("#define MAKE(a) f(a, 1)\n", "#define MAKE(a) f((a), 1)\n"),
    "blanks": ("#define MAKE(a) f(a,1)\n", "#define MAKE(a)  f( a, 1 )\n"),
    "as text": ("#define TEXT(a) #a\n", "#define TEXT(b) #b\n"),
    "new": ("", "#define MAKE(a) f(a, 1)\n"),
    "a function at last": ("#define MAKE(a) f(a, 1)\n", "int MAKE(int a);\n"),
    "an inline function at last": (
        "#define MAKE(a) f(a, 1)\n",
        "static inline int MAKE(int a) { return f(a, 1); }\n",
    ),
    "a decoration gone": ("#define LIKE_PRINTF(a) __attribute__((format(printf, a, 2)))\n", ""),
    "a list that callers apply a macro of theirs to": (
        "#define EACH(X) X(A, 1) X(B, 2)\n",
        "#define EACH(X) X(A, 1) X(B, 2) X(C, 3)\n",
    ),
    "a version": ("#define AT_LEAST_VERSION(a) ((a) <= 12)\n", "#define AT_LEAST_VERSION(a) ((a) <= 13)\n"),
}
OTHER = {
    "gone": ("#define MAKE(a) f(a, 1)\n", "", "breaking", "constant-removed"),
    "more arguments": (
        "#define MAKE(a) f(a, 1)\n", "#define MAKE(a, b) f(a, b)\n", "breaking", "constant-value-changed",
    ),
    "other words": ("#define MAKE(a) f(a, 1)\n", "#define MAKE(a) f(a, 2)\n", "risky", "constant-value-changed"),
    "parameters in another order": (
        "#define SUM(a, b) f(a, b)\n", "#define SUM(b, a) f(a, b)\n", "risky", "constant-value-changed",
    ),
    "the header's own gone": ("#define _JOIN(a, b) a##b\n", "", "risky", "constant-removed"),
}  # fmt: skip


@pytest.mark.parametrize(("old", "new"), SAME.values(), ids=SAME)
def test_what_callers_do_not_notice_is_compatible(compare, old, new):
    assert compare(old + F, new + F).verdict == "compatible"


@pytest.mark.parametrize(("old", "new", "verdict", "name"), OTHER.values(), ids=OTHER)
def test_a_macro_with_parameters_is_compared(compare, old, new, verdict, name):
    found = compare(old + F, new + F)
    assert (found.verdict, [each.diagnostic.code.name for each in found.changes]) == (verdict, [name])
