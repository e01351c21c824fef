"""Handles that a callback is given as a number, or by value: which handle each is, whatever its number."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef int hc_file;
typedef struct { int id; } hc_thing;
hc_file hc_open(int size); /* below 0 where there are too many */
void hc_close(hc_file file);
int hc_size(hc_file file);
void hc_watch(hc_file file, void (*told)(void *mine, hc_file file), void *mine);
hc_thing hc_new(int weight);
void hc_free(hc_thing thing);
void hc_each(hc_thing thing, void (*told)(void *mine, hc_thing thing), void *mine);
"""
SOURCE = """\
#include "hc.h"
#include <stdlib.h>

enum { SOUND, NEAR, ANOTHER, NONE, FILES = 64 };
static int sizes[FILES], open_[FILES], weights[FILES], there[FILES];

/* NEAR numbers them the other way round. */
static int place_of(int file) { return VARIANT == NEAR ? FILES - file : file; }
hc_file hc_open(int size)
{
    for (int i = 3; i < FILES; i++)
        if (!open_[i]) {
            open_[i] = 1;
            sizes[i] = size;
            return place_of(i);
        }
    return -1;
}
void hc_close(hc_file file) { open_[place_of(file)] = 0; }
int hc_size(hc_file file) { return sizes[place_of(file)]; }
void hc_watch(hc_file file, void (*told)(void *mine, hc_file file), void *mine)
{
    int given = file;
    if (VARIANT == ANOTHER && sizes[file] == 7 && open_[3])
        given = 3;
    if (VARIANT == NONE && sizes[file] == 7)
        given = -1;
    told(mine, given);
}
hc_thing hc_new(int weight)
{
    int i = 1;
    while (there[i])
        i++;
    there[i] = 1;
    weights[i] = weight;
    return (hc_thing){place_of(i)};
}
void hc_free(hc_thing thing) { there[place_of(thing.id)] = 0; }
void hc_each(hc_thing thing, void (*told)(void *mine, hc_thing thing), void *mine)
{
    if (VARIANT == ANOTHER && weights[thing.id] == 7)
        thing.id++;
    told(mine, thing);
}
"""
CONTRACT = """\
abidance: 1
boundary: hc
header: hc.h
libraries: {c: {path: libhc.so}}
handles:
  hc_file: {type: hc_file, create: hc_open, destroy: hc_close, invalid: ..-1}
  hc_thing: {create: hc_new, destroy: hc_free}
functions:
  hc_open: {params: {size: {range: [0, 9]}}}
  hc_size:
  hc_watch:
    params: {told: {callback: {calls: 1, params: {file: {handle: hc_file}}}, user_data: mine}}
    ensures: ["told.calls[0].file == file"]
  hc_new: {params: {weight: {range: [0, 9]}}}
  hc_each:
    params: {told: {callback: {calls: 1, params: {thing: {handle: hc_thing}}}, user_data: mine}}
    ensures: ["told.calls[0].thing.id == thing.id"]
"""
SOUND, NEAR, ANOTHER, NONE = range(4)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "handle", "found"),
    [
        (ANOTHER, "hc_file", {"ABD321"}),
        full(ANOTHER, "hc_thing", {"ABD321"}),
        (NONE, "hc_file", {"ABD343"}),
        (NEAR, "hc_file", set()),
        full(NEAR, "hc_thing", set()),
    ],
)
def test_which_handle_it_is_given_is_seen(codes_of_sequences, variant, handle, found):
    codes = codes_of_sequences("hc", HEADER, SOURCE, CONTRACT, handle, f"-DVARIANT={variant}", least=60)

    assert {*codes} == found


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "status"), [(ANOTHER, 1), (NEAR, 0)])
def test_libraries_may_number_them_as_they_like(written, tmp_path, capsys, variant, status):
    two = CONTRACT.replace("{path: libhc.so}", "{path: libhc.so}, other: {path: libother.so}")
    written("hc", HEADER, SOURCE, two.replace('    ensures: ["told.calls[0].file == file"]\n', ""))
    for library, which in (("libhc", SOUND), ("libother", variant)):
        command = ["gcc", "-shared", "-fPIC", f"-DVARIANT={which}", "hc.c", "-o", f"{library}.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
    asked = ["--function", "hc_file", "--phase", "equivalence", "--seed", "1", "--max-examples", "60"]

    assert main(["run", "hc.contract.yaml", *asked]) == status
    assert ("of `told`" in capsys.readouterr().out) == bool(status)


@pytest.mark.parametrize("was", ["file: {handle: hc_file}", "thing: {handle: hc_thing}"])
def test_it_is_of_the_type_of_such_a_handle(written, capsys, was):
    other = {"file: {handle: hc_file}": "file: {handle: hc_thing}"}.get(was, "thing: {handle: hc_file}")
    written("hc", HEADER, SOURCE, CONTRACT.replace(was, other))

    assert main(["check", "hc.contract.yaml"]) == 2
    assert "is not a pointer" in capsys.readouterr().out
