"""What calls of a sequence cost counts together: work that is put off is none that is saved."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

HEADER = """
typedef struct pile pile;
pile *pile_new(void);
int pile_add(pile *it, int number);
int pile_sum(pile *it);
void pile_free(pile *it);
"""
SOURCE = """
#include <stdlib.h>
#include "pile.h"
struct pile { int sum, count; };
static void work(unsigned times) { while (times-- > 0) __asm__ volatile(""); }
pile *pile_new(void) { return calloc(1, sizeof(pile)); }
int pile_add(pile *it, int number) { work(ADD); it->sum += number; it->count++; return 0; }
int pile_sum(pile *it) { work(SUM * it->count); it->count = KEEP * it->count; return it->sum; }
void pile_free(pile *it) { work(SUM * it->count); free(it); }
"""
CONTRACT = """
abidance: 1
boundary: pile
header: pile.h
libraries: {c: {path: libc_.so}, rust: {path: librust_.so}}
functions:
  pile_new: {returns: {handle: pile}}
  pile_add: {params: {it: {handle: pile}, number: {range: [0, 9]}}, returns: {status: {ok: [0]}}}
  pile_sum: {params: {it: {handle: pile}}}
  pile_free: {params: {it: {handle: pile}}}
handles: {pile: {create: pile_new, destroy: pile_free}}
"""


@pytest.mark.full
@pytest.mark.parametrize(
    ("rust", "found"),
    [
        (("ADD=0", "SUM=4000000", "KEEP=0"), False),  # what was added is summed up later
        (("ADD=0", "SUM=0", "KEEP=1"), True),
    ],
    ids=["later", "out of proportion"],
)
def test_calls_of_a_sequence_count_together(rust, found, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pile.h").write_text(HEADER)
    (tmp_path / "pile.c").write_text(SOURCE)
    (tmp_path / "pile.contract.yaml").write_text(CONTRACT)
    for name, defines in (("c_", ("ADD=4000000", "SUM=0", "KEEP=1")), ("rust_", rust)):
        flags = [f"-D{each}" for each in defines]
        subprocess.run(["cc", "-O1", "-shared", "-fPIC", *flags, "pile.c", "-o", f"lib{name}.so"], check=True)
    status = main(
        ["run", "pile.contract.yaml", "--phase", "equivalence", "--seed", "1", "--max-examples", "10"]
    )
    printed = capsys.readouterr().out

    assert status == found
    assert ("cost-out-of-proportion: `pile_add` takes" in printed) is found
