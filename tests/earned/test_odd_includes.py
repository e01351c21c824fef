"""A header that includes a pipe or a device is refused by name, unless a condition leaves the include out."""

from __future__ import annotations

import os

import pytest

CONTRACT = "functions:\n  f: {params: {n: {range: [0, 9]}}}\n"


@pytest.mark.slow
@pytest.mark.parametrize("what", ["pipe", "device"])
def test_it_is_refused_by_name(small, what):
    if what == "pipe":
        os.mkfifo(small.folder / "odd.h")
    else:
        (small.folder / "odd.h").symlink_to("/dev/zero")
    (small.folder / "between.h").write_text('\n#include "odd.h"\n')
    small.write('#include "between.h"\nint f(int n);\n', CONTRACT)
    ended = small.command("check")

    assert ended.status == 2
    assert "`it.h` cannot be read: `odd.h`, which it includes, is no plain file" in ended.text
    assert "between.h:2" in ended.text


@pytest.mark.slow
def test_a_header_that_takes_all_memory_to_expand_ends_the_preprocessor_alone(small, monkeypatch):
    """Nine macros of ten words each, one within another, are a thousand million words."""
    monkeypatch.setattr("abidance.toolchain.compiler._MAX_MEMORY", 256 << 20)
    tens = "#define A(x) x x x x x x x x x x\n#define B(x) A(A(A(x)))\n#define C(x) B(B(B(x)))\n"
    small.write(f"{tens}int f(int n, C(int *), int);\n", CONTRACT)
    ended = small.command("check")

    assert ended.status == 2
    assert "`cc -E` refuses `it.h`" in ended.text
    assert "memory" in ended.text.partition("refuses")[2]


def test_what_a_condition_leaves_out_is_not_minded(small):
    os.mkfifo(small.folder / "odd.h")
    small.write('#if 0\n#include "odd.h"\n#endif\nint f(int n);\n', CONTRACT)
    small.compile("int f(int n) { return n; }")

    assert small.command("check").status == 0
