"""Memory that a function of the header's own gives back: a macro, or an inline function, has no address."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.native.target import emit
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from tiers import full

HEADER = """
#include <stddef.h>
char *own_text(int n);
void own_end(void *memory);
static inline void own_free(char *text) { own_end(text); }
"""
CONTRACT = """
abidance: 1
boundary: own
header: own.h
libraries: {c: {path: libown.so}}
functions:
  own_text:
    params: {n: {range: [0, 9]}}
    returns: {to: string, owner: caller, free: own_free}
    ensures: [len(result) == n]
"""
SOURCE = """
#include "own.h"
#include <stdlib.h>
#include <string.h>
char *own_text(int n)
{
    char *text = calloc(1, (size_t)n + 1);
    return text ? memset(text, 'a', (size_t)n) : NULL;
}
void own_end(void *memory)
{
    if (!FORGETS || strlen(memory) != 7)
        free(memory);
}
"""


@pytest.mark.slow
@pytest.mark.parametrize(
    ("freer", "forgets", "codes"), [("own_end", 0, set()), ("free", 0, set()), ("own_end", 1, {"ABD371"})]
)
def test_exploring_has_it_given_back(freer, forgets, codes, written, tmp_path, monkeypatch):
    """The library's own function frees it, or the C library's, which a program calls that counts what is there."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    header = HEADER.replace("<stddef.h>", "<stdlib.h>").replace("{ own_end(", f"{{ {freer}(")
    written("own", header, SOURCE, CONTRACT)
    command = ["gcc", "-shared", "-fPIC", f"-DFORGETS={forgets}", "own.c", "-o", "libown.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    contract = load_contract(tmp_path / "own.contract.yaml")
    with Session(Settings(tmp_path, seed=1)) as session:
        assert emit(session.boundary(contract)).left == ()
        (item,) = list_items(contract, Selection(functions=("own_text",), phases=("explore",)))
        done = session.run(contract, item, lambda _: None)

    assert {each.diagnostic.code.id for each in done.findings} == codes
    assert done.reasons == ()


HANDLE = """
#include <string.h>
typedef struct own_pen { char *ink; } own_pen;
#define own_pen_take(n, it) ((it)->ink = own_text(n))
#define own_pen_drop(it) own_end((it)->ink)
"""
HANDLE_CONTRACT = """
abidance: 1
boundary: own
header: own.h
libraries: {c: {path: libown.so}}
handles: {own_pen: {create: own_pen_take, destroy: own_pen_drop}}
functions:
  own_pen_take: {prototype: "void own_pen_take(int n, own_pen *it)", params: {n: {range: [0, 9]}}}
  own_pen_drop: {prototype: "void own_pen_drop(own_pen *it)"}
"""


@pytest.mark.slow
@pytest.mark.parametrize(("forgets", "codes"), [(0, set()), (1, {"ABD371"})])
@pytest.mark.parametrize("item", ["own_pen_take", full("own_pen")])
def test_exploring_ends_what_a_macro_ends(forgets, codes, item, codes_of, monkeypatch):
    """A file that a handle stands for is not left behind ten thousand times a second, and a leak is found."""
    monkeypatch.setenv("ABIDANCE_EXPLORE", "0.5")
    found = codes_of(
        "own", HEADER + HANDLE, SOURCE, HANDLE_CONTRACT, item, ("explore",), f"-DFORGETS={forgets}"
    )

    assert {*found} == codes
