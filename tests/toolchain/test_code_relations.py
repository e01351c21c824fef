"""Whom functions call and what they share is read from their code; a variable that nobody writes is not shared."""

from __future__ import annotations

import platform

import pytest

from abidance.toolchain.code_relations import code_relations
from abidance.toolchain.compiler import find_compiler

SOURCE = """\
#include <stddef.h>
static int counter;                           /* written by one, read by another */
int visible = 7;                              /* others can reach it as well */
static int settled[4] = {1, 2, 3, 4};         /* in writable memory, and never written */
static const int fixed[4] = {5, 6, 7, 8};
static char room[64];                         /* only its address is taken */
static _Thread_local int own;
__attribute__((noinline)) static void deep(int by) { counter += by; }
void count(int by) { deep(by); }
int counted(void) { return counter; }
void set(int to) { visible = to; }
int get(void) { return visible + 1; }
int look(int i) { return settled[i & 3] + fixed[i & 3]; }
int peek(int i) { return settled[i & 1]; }
char *lent(void) { return room; }
char *lent_later(int at) { return room + at; }
int of_thread(void) { return ++own; }
int alone(int n) { return n * 2; }
int asks(int n) { return counted() + n; }
"""
FUNCTIONS = (
    "count", "counted", "set", "get", "look", "peek", "lent", "lent_later", "of_thread", "alone", "asks",
)  # fmt: skip


@pytest.fixture(scope="module")
def library(tmp_path_factory):
    if platform.machine() != "x86_64":
        pytest.skip("machine code is read on x86-64")
    folder = tmp_path_factory.mktemp("state")
    source, library = folder / "state.c", folder / "librelations.so"
    source.write_text(SOURCE)
    flags = ("-O2", "-w", "-fno-inline", "-fno-ipa-cp", "-fno-ipa-reference")
    assert find_compiler().compile_shared([source], library, flags, ()).ok
    return library


@pytest.fixture(scope="module")
def relations(library):
    return code_relations(library, FUNCTIONS)


def test_what_one_function_writes_and_another_reads_is_shared(relations):
    assert relations.known
    assert relations.touched["count"] == relations.touched["counted"] == {"counter"}
    assert relations.written["count"] == {"counter"}
    assert relations.written["counted"] == frozenset()


def test_room_that_is_lent_is_shared_although_only_its_address_is_taken(relations):
    assert relations.written["lent"] == relations.written["lent_later"] == {"room"}


@pytest.mark.parametrize("function", ["set", "get", "look", "peek", "of_thread", "alone"])
def test_what_is_exported_what_nobody_writes_and_what_each_thread_has_is_not_shared(relations, function):
    assert relations.touched[function] == frozenset()


def test_what_another_function_of_the_boundary_does_is_its_own(relations):
    assert relations.touched["asks"] == frozenset()
    assert relations.calls["asks"] == {"counted"}
    assert relations.calls["alone"] == frozenset()


def test_others_are_looked_at_besides(library):
    found = code_relations(library, ("counted", "asks"), ("count",))

    assert found.written["count"] == found.touched["counted"] == {"counter"}


def test_of_what_is_no_library_it_is_said_that_nothing_is_known(tmp_path):
    text = tmp_path / "libnone.so"
    text.write_text("INPUT(-lc)")

    assert not code_relations(text, ("f",)).known
