"""What comes back is no longer than the heap block that it begins: what lies behind that is nobody's."""

from __future__ import annotations

import subprocess

import pytest

from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings

HEADER = """\
#include <stddef.h>
unsigned char *lb_bytes(size_t n, size_t *size);
char *lb_text(size_t n);
int *lb_until_zero(size_t n);
const unsigned char *lb_rest(size_t n, size_t *size);
typedef struct lb_head { int n; long wide; } lb_head;
lb_head *lb_short(int n);
"""
SOURCE = """\
#include <stdlib.h>
#include <string.h>
#include "lb.h"
#ifndef MORE
#define MORE 0
#endif
unsigned char *lb_bytes(size_t n, size_t *size)
{
    *size = n + (n > 9 ? MORE : 0);
    return memset(malloc(n), 7, n);
}
char *lb_text(size_t n)
{
    char *text = memset(malloc(n + 1), 'a', n + 1);
    if (!MORE || n < 9) text[n] = 0;
    return text;
}
int *lb_until_zero(size_t n)
{
    int *numbers = calloc(n + 1, sizeof *numbers);
    for (size_t i = 0; i < n + (n > 9 ? MORE : 0); i++) numbers[i] = 5;
    return numbers;
}
/* It begins within a block, of which nobody knows whose the bytes behind it are. */
const unsigned char *lb_rest(size_t n, size_t *size)
{
    static unsigned char *kept;
    free(kept);
    kept = memset(malloc(n + 8), 7, n + 8);
    *size = n;
    return kept + 8;
}
/* Of a record, no more is there than is used. */
lb_head *lb_short(int n)
{
    lb_head *head = malloc(sizeof(int));
    head->n = n;
    return head;
}
"""
CONTRACT = """\
abidance: 1
boundary: lb
header: lb.h
libraries: {c: {path: liblb.so}}
functions:
  lb_bytes:
    params: {n: {range: [1, 99]}, size: {out: size_t}}
    returns: {to: bytes, length: size, owner: caller, free: free}
  lb_text: {params: {n: {range: [0, 99]}}, returns: {to: string, owner: caller, free: free}}
  lb_until_zero: {params: {n: {range: [0, 99]}}, returns: {to: array, ended_by: 0, owner: caller, free: free}}
  lb_rest:
    params: {n: {range: [1, 99]}, size: {out: size_t}}
    returns: {to: bytes, length: size, owner: callee}
    may: [memory]
  lb_short: {params: {n: {range: [0, 9]}}, returns: {to: lb_head, owner: caller, free: free}}
"""


@pytest.mark.slow
@pytest.mark.parametrize("function", ["lb_bytes", "lb_text", "lb_until_zero"])
def test_no_more_is_there_than_the_block_has(function, codes_of):
    phases = ("properties",)
    assert codes_of("lb", HEADER, SOURCE, CONTRACT, function, phases) == []
    assert codes_of("lb", HEADER, SOURCE, CONTRACT, function, phases, "-DMORE=1") == ["ABD322"]


@pytest.mark.parametrize("function", ["lb_rest", "lb_short"])
def test_nothing_is_said_of_what_nobody_told_the_length_of(function, codes_of):
    assert codes_of("lb", HEADER, SOURCE, CONTRACT, function, ("properties",)) == []


@pytest.mark.slow
def test_how_much_is_there_is_told(written, tmp_path):
    written("lb", HEADER, SOURCE, CONTRACT)
    subprocess.run(["gcc", "-shared", "-fPIC", "-DMORE=3", "lb.c", "-o", "liblb.so"], check=True)
    contract = load_contract(tmp_path / "lb.contract.yaml")
    with Session(Settings(tmp_path, seed=1, max_examples=50)) as session:
        (item,) = list_items(contract, Selection(functions=("lb_bytes",), phases=("properties",)))
        (found,) = session.run(contract, item, lambda _: None).findings

    message = "`lb_bytes` returned a pointer to 10 bytes, not to as much as it is to lead to"
    assert found.diagnostic.message == message
