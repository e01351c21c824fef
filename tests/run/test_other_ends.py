"""Handles that several functions destroy: any of them, or in each state another, as `fclose` and `pclose` do."""

from __future__ import annotations

import pytest

HEADER = """\
typedef struct oe_file oe_file;
oe_file *oe_open(int n);
oe_file *oe_pipe(int n);
int oe_close(oe_file *file);
int oe_close_pipe(oe_file *file);
int oe_number(const oe_file *file);
typedef struct oe_item oe_item;
oe_item *oe_item_new(oe_file *file);
void oe_item_free(oe_item *item);
void oe_item_unlink(oe_item *item, int quietly);
"""
SOURCE = """\
#include "oe.h"
#include <stdlib.h>
enum { SOUND, OPEN, PIPE, UNLINKED };
struct oe_file { int n, is_pipe, items, *more; };
struct oe_item { oe_file *of; int *more; };
static oe_file *made(int n, int is_pipe)
{
    oe_file *file = calloc(1, sizeof *file);
    file->n = n;
    file->is_pipe = is_pipe;
    file->more = malloc(sizeof(int));
    return file;
}
static int ended(oe_file *file, int forgotten)
{
    if (file->items) abort();
    if (!forgotten || file->n != 3) free(file->more);
    free(file);
    return 0;
}
oe_file *oe_open(int n) { return made(n, 0); }
oe_file *oe_pipe(int n) { return made(n, 1); }
int oe_close(oe_file *file)
{
    if (file->is_pipe) abort();
    return ended(file, VARIANT == OPEN);
}
int oe_close_pipe(oe_file *file)
{
    if (!file->is_pipe) abort();
    return ended(file, VARIANT == PIPE);
}
int oe_number(const oe_file *file) { return file->n; }
oe_item *oe_item_new(oe_file *file)
{
    oe_item *item = malloc(sizeof *item);
    file->items++;
    item->of = file;
    item->more = malloc(sizeof(int));
    return item;
}
void oe_item_free(oe_item *item)
{
    item->of->items--;
    free(item->more);
    free(item);
}
void oe_item_unlink(oe_item *item, int quietly)
{
    item->of->items--;
    if (VARIANT != UNLINKED || quietly != 2) free(item->more);
    free(item);
}
"""
CONTRACT = """\
abidance: 1
boundary: oe
header: oe.h
libraries: {c: {path: liboe.so}}
handles:
  oe_file:
    create: [oe_open, oe_pipe]
    destroy: oe_close
    states: [file, pipe]
    transitions: {oe_pipe: {to: pipe}, oe_close: {from: file}, oe_close_pipe: {from: pipe}}
  oe_item: {create: oe_item_new, destroy: oe_item_free}
functions:
  oe_open: {params: {n: {range: [2, 3]}}}
  oe_pipe: {params: {n: {range: [2, 3]}}}
  oe_close_pipe: {params: {file: {handle: oe_file, owner: callee}}, returns: {status: {ok: [0]}}}
  oe_number: {ensures: [2 <= result <= 3]}
  oe_item_unlink: {params: {item: {handle: oe_item, owner: callee}, quietly: {range: [0, 2]}}}
"""
LEAK = "ABD371"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("item", "variant", "codes"),
    [
        ("oe_file", "SOUND", set()),
        ("oe_file", "OPEN", {LEAK}),
        ("oe_file", "PIPE", {LEAK}),
        ("oe_item", "SOUND", set()),
        ("oe_item", "UNLINKED", {LEAK}),
        ("oe_item", "OPEN", {LEAK}),
    ],
)
def test_each_is_destroyed_as_its_state_says(item, variant, codes, codes_of_sequences):
    assert {*codes_of_sequences("oe", HEADER, SOURCE, CONTRACT, item, f"-DVARIANT={variant}")} == codes


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "codes"), [("SOUND", set()), ("PIPE", {LEAK})])
def test_a_single_call_ends_what_it_was_given(variant, codes, codes_of):
    found = codes_of("oe", HEADER, SOURCE, CONTRACT, "oe_number", ("properties",), f"-DVARIANT={variant}")

    assert {*found} == codes
