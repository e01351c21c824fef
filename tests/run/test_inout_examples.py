"""An example says what an inout parameter holds before the call, and what it must hold after."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
#include <stddef.h>
typedef struct io_point { int x; int y; } io_point;
typedef struct io_span { int before; int after; } io_span;
void io_sort(int *xs, size_t n);
void io_turn(io_point *p);
int io_next(int *value);
void io_swap(io_span *s);
"""
SOURCE = """\
#include "io.h"
void io_sort(int *xs, size_t n)
{
    for (size_t i = 0; i < n; i++)
        for (size_t j = i + 1; j < n; j++)
            if (xs[j] < xs[i]) { int t = xs[i]; xs[i] = xs[j]; xs[j] = t; }
}
void io_turn(io_point *p) { int x = p->x; p->x = p->y; p->y = x; }
int io_next(int *value) { return (*value)++; }
void io_swap(io_span *s) { int b = s->before; s->before = s->after; s->after = b; }
"""
SORT = "io_sort: {params: {xs: {inout: array, length: n}}, examples: [{EXAMPLE}]}"
TURN = "io_turn: {params: {p: {inout: io_point}}, examples: [{EXAMPLE}]}"
NEXT = "io_next: {params: {value: {inout: int, range: [0, 99]}}, examples: [{EXAMPLE}]}"
SWAP = "io_swap: {params: {s: {inout: io_span}}, examples: [{EXAMPLE}]}"


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    made = tmp_path_factory.mktemp("io")
    (made / "io.h").write_text(HEADER)
    (made / "io.c").write_text(SOURCE)
    subprocess.run(["gcc", "-shared", "-fPIC", "-g", "-o", "libio.so", "io.c"], cwd=made, check=True)
    return made


@pytest.fixture
def told(folder, capsys, monkeypatch):
    monkeypatch.chdir(folder)

    def run(function, example):
        (folder / "io.contract.yaml").write_text(
            "abidance: 1\nboundary: io\nheader: io.h\nlibraries: {c: {path: libio.so}}\nfunctions:\n  "
            + function.replace("EXAMPLE", example)
            + "\n"
        )
        status = main(["run", "io.contract.yaml", "--phase", "examples"])
        return status, capsys.readouterr().out

    return run


@pytest.mark.parametrize(
    ("function", "example"),
    [
        (SORT, "xs: {before: [3, 1, 2], after: [1, 2, 3]}"),
        full(TURN, "p: {before: {x: 1, y: 2}, after: {x: 2, y: 1}}"),
        (TURN, "p: {before: {x: 1, y: 2}, after: {y: 1}}"),
        (NEXT, "value: {before: 4, after: 5}, returns: 4"),
        full(NEXT, "value: {after: 1}"),
        full(NEXT, "value: {before: 7}, returns: 7"),
        full(NEXT, "value: 7, returns: 7"),
        (SWAP, "s: {before: 1, after: 2}"),
    ],
)
def test_a_library_that_does_so(function, example, told):
    assert told(function, example)[0] == 0


@pytest.mark.parametrize(
    ("function", "example", "words"),
    [
        (SORT, "xs: {before: [3, 1, 2], after: [3, 2, 1]}", "left `xs` = "),
        (TURN, "p: {before: {x: 1, y: 2}, after: {x: 1}}", "left `p` = "),
        (NEXT, "value: {before: 4, after: 6}", "left `value` = 5 where the example says 6"),
    ],
)
def test_one_that_does_not(function, example, words, told):
    status, out = told(function, example)

    assert status == 1
    assert "error[ABD321]" in out
    assert words in out


def test_a_value_that_does_not_fit_is_told_at_its_place(told):
    status, out = told(NEXT, "value: {before: 1, after: many}")

    assert status == 2
    assert "io.contract.yaml:6:" in out
