"""A call that is given as much memory as another function tells is not made on several threads, and that is said."""

from __future__ import annotations

import json
import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
#include <stdbool.h>
#include <stddef.h>
typedef struct at_set at_set;
at_set *at_new(size_t n);
void at_free(at_set *set);
size_t at_size(const at_set *set);
void at_all(const at_set *set, bool *marks);
bool at_any(const at_set *set);
"""
SOURCE = """\
#include <stdlib.h>
#include "at.h"
struct at_set { size_t n; };
at_set *at_new(size_t n) { at_set *set = malloc(sizeof *set); set->n = n; return set; }
void at_free(at_set *set) { free(set); }
size_t at_size(const at_set *set) { return set->n; }
void at_all(const at_set *set, bool *marks) { for (size_t i = 0; i < set->n; i++) marks[i] = i & 1; }
bool at_any(const at_set *set) { return set->n > 1; }
"""
CONTRACT = """\
abidance: 1
boundary: at
header: at.h
libraries: {c: {path: libat.so}}
handles: {at_set: {create: at_new, destroy: at_free, concurrent: true}}
functions:
  at_new: {params: {n: {range: [0, 5]}}}
  at_free:
  at_size:
  at_all:
    params: {set: {handle: at_set}, marks: {out: array, length: at_size(set)}}
    ensures: ['any(each for each in marks) == at_any(set)']
  at_any:
    params: {set: {handle: at_set}}
"""


@pytest.mark.slow
def test_it_is_listed_as_not_judged(written, capsys):
    written("at", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "at.c", "-o", "libat.so"], check=True)
    words = ("--explore=0", "--max-examples=5", "--seed=1", "--format=json")
    code = main(["run", "at.contract.yaml", *words])
    document = json.loads(capsys.readouterr().out)
    phases = {each["function"]: set() for each in document["items"]}
    for each in document["items"]:
        phases[each["function"]].add(each["phase"])

    assert (code, document["findings"]) == (0, [])
    assert "threads" in phases["at_any"]
    assert "threads" not in phases["at_all"]
    assert "`concurrent` of `at_all`, before which the library is asked for a size" in document["not_judged"]
