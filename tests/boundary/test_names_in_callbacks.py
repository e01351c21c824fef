"""A callback is printed as C in which its parameters and what it declares have different names."""

from __future__ import annotations

import subprocess

import pytest

from abidance.boundary.encode.encode import encode
from abidance.boundary.print_c.call import call_text
from abidance.generate.sweep import edge_cases

FILE = """
typedef struct {
    long (*seek)(long to, int whence, void *left);
    long (*read)(void *begin, long room, void *skip);
    long (*write)(const void *place, unsigned long written, void *answer);
} io;
int use(const io *file, void *user);
"""
FILES = """
types:
  io:
    fields:
      seek: {callback: {seeks: {callback: read, to: to, from: whence, answers: position}}}
      read: {callback: {params: {begin: {out: bytes, capacity: room, length: result}}, returns: {range: [0, 64]}}}
      write:
        callback:
          writes: {data: place, file: read}
          params: {place: {to: bytes, length: written}}
          returns: {range: [0, 64]}
          at_most: written
functions: {use: {params: {file: {in: io, user_data: user}}}}
"""
TURNS = "int use(int (*each)(int n, int answers), int m);"
IN_TURN = "functions: {use: {params: {each: {callback: {returns: {range: [0, 9]}}}}}}"


@pytest.mark.slow
@pytest.mark.parametrize(("header", "contract"), [(FILE, FILES), (TURNS, IN_TURN)], ids=["files", "turns"])
def test_what_is_printed_compiles(header, contract, joined, tmp_path):
    boundary = joined(header, contract)
    cases = edge_cases(boundary, boundary.functions["use"])
    texts = [call_text(boundary, encode(boundary, case)) for case in cases]
    for number, text in enumerate(texts):
        functions = [line for line in text.splitlines() if line.startswith("static ")]
        body = "\n".join(line for line in text.splitlines() if line not in functions)
        shown = "\n".join(functions)
        (tmp_path / f"case{number}.c").write_text(
            f'#include <stdio.h>\n#include <stdlib.h>\n#include <string.h>\n#include "subject.h"\n'
            "size_t abd_put(void *to, size_t room, size_t unit, const void *from, size_t n);\n"
            "void abd_fill(void *to, size_t room, const void *from, size_t n);\n"
            f"{shown}\nvoid calls(void)\n{{\n{body}\n}}\n"
        )
    sources = [f"case{number}.c" for number in range(len(texts))]
    command = ["gcc", "-std=gnu11", "-fsyntax-only", "-w", *sources]
    done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)

    assert done.stderr == ""
    assert any("static " in text for text in texts)
