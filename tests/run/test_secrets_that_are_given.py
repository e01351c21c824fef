"""Secrets that a call takes over, or that are records: copies are found, and no call is given what it may not have."""

from __future__ import annotations

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError

HEADER = """\
#include <stddef.h>
typedef struct sg_key { unsigned char bytes[32]; int kind; } sg_key;
typedef struct sg_pair { const char *name, *word; } sg_pair;
void sg_take(char *word);
int sg_use(const sg_key *key);
int sg_keep(const char *word);
int sg_open(const unsigned char *key, size_t length);
int sg_mix(const unsigned char *key, size_t length);
"""
SOURCE = """\
#define _GNU_SOURCE
#include "sg.h"
#include <stdlib.h>
#include <string.h>
enum { NOTHING, TAKEN, RECORD, SHORT, WANT };
__attribute__((noipa)) static void *used(void *memory) { return memory; }
void sg_take(char *word)
{
    if (WRONG != TAKEN)
        explicit_bzero(word, strlen(word));
    free(used(word));
}
int sg_use(const sg_key *key)
{
    sg_key *copy = malloc(sizeof *copy);
    memcpy(copy, key, sizeof *copy);
    int kind = ((sg_key *)used(copy))->kind;
    if (WRONG != RECORD)
        explicit_bzero(copy, sizeof *copy);
    free(used(copy));
    return kind;
}
int sg_keep(const char *word)
{
    char room[41];
    strcpy(used(room), word); /* it has no more than 40 letters */
    explicit_bzero(room, sizeof room);
    return 0;
}
int sg_open(const unsigned char *key, size_t length)
{
    unsigned char *copy = malloc(length + 1);
    memcpy(copy, key, length);
    int refused = length < 24;
    if (WRONG != SHORT || !refused)
        explicit_bzero(copy, length);
    free(used(copy));
    return refused ? -1 : 0;
}
int sg_mix(const unsigned char *key, size_t length)
{
    unsigned char *copy = malloc(length + 1), *mixed = NULL;
    if (copy) {
        memcpy(copy, key, length);
        mixed = malloc(length + 64);
        if (WRONG != WANT || mixed)
            explicit_bzero(used(copy), length);
    }
    free(used(copy));
    free(used(mixed));
    return mixed ? 0 : -1;
}
"""
CONTRACT = """\
abidance: 1
boundary: sg
header: sg.h
libraries: {c: {path: libsg.so}}
functions:
  sg_take: {params: {word: {in: string, max: 40, owner: callee, secret: true}}}
  sg_use: {params: {key: {in: sg_key, secret: true}}}
  sg_keep: {params: {word: {in: string, max: 40, like: '[ -~]*', secret: true}}}
  sg_open:
    params: {key: &key {in: bytes, length: length, secret: true}, length: {range: [24, 256]}}
    returns: {status: {ok: [0], errors: {-1: it is too short}}}
    rejects: [{when: {length: {range: [1, 23]}}, returns: -1}]
  sg_mix:
    params: {key: *key, length: {range: [1, 256]}}
    returns: {status: {ok: [0], errors: {-1: no memory}}}
    may_fail: {memory: {returns: -1}}
"""
DEFECTS = {
    "TAKEN": ("sg_take", "word"),
    "RECORD": ("sg_use", "key"),
    "SHORT": ("sg_open", "key"),
    "WANT": ("sg_mix", "key"),
}
FLAGS = ("-O2",)


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
def test_what_is_freed_as_it_is_is_found(wrong, findings_of):
    function, name = DEFECTS[wrong]
    (found,) = findings_of(
        "sg", HEADER, SOURCE, CONTRACT, function, ("secrets",), *FLAGS, f"-DWRONG={wrong}", least=20
    )

    assert found.diagnostic.code.id == "ABD394"
    assert found.diagnostic.message.startswith(f"`{function}` leaves a copy of `{name}` in a block of")


@pytest.mark.slow
@pytest.mark.parametrize("function", ["sg_take", "sg_use", "sg_keep", "sg_open", "sg_mix"])
def test_what_is_wiped_is_left_alone(function, codes_of):
    flags = (*FLAGS, "-DWRONG=NOTHING")

    assert codes_of("sg", HEADER, SOURCE, CONTRACT, function, ("secrets",), *flags, least=20) == []


@pytest.mark.parametrize(
    "said",
    [
        "int f(const sg_pair *of); | of: {in: sg_pair, secret: true}",
        "int f(const char **of, int n); | of: {in: array, length: n, of: string, secret: true}",
    ],
)
def test_what_has_pointers_is_refused(said, written, tmp_path):
    declared, param = said.split(" | ")
    contract = f"abidance: 1\nboundary: f\nheader: f.h\nfunctions: {{f: {{params: {{{param}}}}}}}\n"
    types = "types: {sg_pair: {fields: {name: {to: string}, word: {to: string}}}}\n"
    written("f", HEADER + declared, "", contract + types)

    with pytest.raises(UsageError) as refused:
        join(load_contract(tmp_path / "f.contract.yaml"))
    (told,) = refused.value.diagnostics
    assert told.message == "`of` has pointers, and no copy is looked for of what these lead to"
