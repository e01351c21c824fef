"""What a library's functions lead to is read from their code: direct calls, stubs, tail calls and assertions."""

from __future__ import annotations

import platform

import pytest

from abidance.toolchain.call_graph import call_graph
from abidance.toolchain.compiler import find_compiler

SOURCE = """\
#include <assert.h>
#include <stdlib.h>
#include <unistd.h>
__attribute__((noinline)) static int quietly(const char *p) { return unlink(p) + 1; }
int direct(const char *p) { return unlink(p); }
int deep(const char *p) { return quietly(p) * 2; }
int exported(const char *p) { return deep(p) + 3; }
int tail(const char *p) { return exported(p); }
int harmless(int n) { return getpid() + n; }
int asserting(int *p, int n) { assert(p && "p is given"); assert(n > 2); return *p; }
"""


@pytest.fixture(scope="module")
def calls(tmp_path_factory):
    if platform.machine() != "x86_64":
        pytest.skip("machine code is read on x86-64")
    folder = tmp_path_factory.mktemp("calls")
    source, library = folder / "calls.c", folder / "libcalls.so"
    source.write_text(SOURCE)
    made = find_compiler().compile_shared([source], library, ("-O2", "-w"), ())
    assert made.ok
    return call_graph(library)


def test_what_leads_to_an_import_is_told_through_static_and_exported_functions(calls):
    led = calls.reaching(["unlink"])

    assert {n for n, start in calls.exported.items() if start in led} == {
        "direct",
        "deep",
        "exported",
        "tail",
    }
    assert calls.called_by("harmless") == {"getpid"}
    assert "exported" in calls.exported_within("tail", {"exported", "deep"})


def test_assertions_are_quoted(calls):
    assert set(calls.asserted_by("asserting")) == {'p && "p is given"', "n > 2"}
    assert calls.asserted_by("harmless") == ()


def test_of_what_is_no_library_nothing_is_known(tmp_path):
    text = tmp_path / "libnone.so"
    text.write_text("INPUT(-lc)")

    assert not call_graph(text).known
    assert call_graph(text).asserted_by("f") == ()
