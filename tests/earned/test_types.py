"""What a header says in words that are not known here is refused by name, never bound as something else."""

from __future__ import annotations

import pytest

from abidance.header import read_header
from abidance.toolchain.compiler import find_compiler

UNKNOWN = """
#include <stddef.h>
int __keyword g(int x);
const char * STDC name(void);
unsigned FASTC cnt(void), many(void);
typedef int (__keyword *cb)(int);
int CDEC *ptr(int);
DEPRECATED(1) int t(int a);
EXPORT_THING int f(void);
extern EXPORT_THING int f2(void);
static INLINE int f3(void) { return 1; }
int f4(int a) TRAILER;
int f5(NOT_NULL char *p);
struct API point { int x; };
int KEYWORD v;
int good(int x);
"""
LOST = {
    "g": "__keyword", "name": "STDC", "cnt": "FASTC", "many": "FASTC", "cb": "__keyword", "ptr": "CDEC",
    "t": "1", "f": "EXPORT_THING", "f2": "", "f4": "TRAILER",
    "f5": "NOT_NULL", "f3": "",
}  # fmt: skip


@pytest.fixture
def declared(tmp_path):
    def read(text):
        (tmp_path / "api.h").write_text(text)
        return read_header(tmp_path / "api.h", compiler=find_compiler(None))

    return read


def test_a_word_that_nobody_knows_loses_no_function_without_a_word(declared):
    declarations = declared(UNKNOWN)

    for name, word in LOST.items():
        assert name not in declarations.functions
        assert (f"`{word}`" if word else "") in declarations.lost[name].message, (
            name,
            declarations.lost[name].message,
        )
    assert "good" in declarations.functions
