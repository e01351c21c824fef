"""Callbacks that a later call takes back: it is given the same function and data, and they are called no more."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = """\
typedef struct tb_bus tb_bus;
typedef void (*tb_heard)(void *mine, int event);
tb_bus *tb_new(void);
void tb_free(tb_bus *bus);
int tb_add(tb_bus *bus, tb_heard heard, void *mine);    /* 0, or -1 where it is full */
int tb_remove(tb_bus *bus, tb_heard heard, void *mine); /* 0, or -1 where it has no such pair */
int tb_send(tb_bus *bus, int event);                    /* how many have heard it */
"""
SOURCE = """\
#include "tb.h"
#include <stdlib.h>
#include <string.h>

enum { SOUND, NEAR, STAYS, LAST_GOES, LAST_IS_LOST, BY_DATA, BY_FUNCTION, PLACES = 4 };
struct tb_bus {
    int count;
    struct { tb_heard heard; void *mine; } places[PLACES];
};

tb_bus *tb_new(void) { return calloc(1, sizeof(tb_bus)); }
void tb_free(tb_bus *bus) { free(bus); }

int tb_add(tb_bus *bus, tb_heard heard, void *mine)
{
    if (bus->count == PLACES)
        return -1;
    bus->places[bus->count].heard = heard;
    bus->places[bus->count++].mine = mine;
    return 0;
}

int tb_remove(tb_bus *bus, tb_heard heard, void *mine)
{
    for (int i = 0; i < bus->count - (VARIANT == LAST_IS_LOST && bus->count > 1); i++) {
        if ((VARIANT != BY_DATA && bus->places[i].heard != heard) ||
            (VARIANT != BY_FUNCTION && bus->places[i].mine != mine))
            continue;
        if (VARIANT == NEAR) { /* its place is used no more, and nobody hears of it */
            bus->places[i].heard = NULL;
            bus->places[i].mine = bus;
        } else if (VARIANT != STAYS) {
            int from = VARIANT == LAST_GOES ? bus->count - 1 : i;
            bus->count--;
            memmove(&bus->places[from], &bus->places[from + 1], (size_t)(bus->count - from) * sizeof bus->places[0]);
        }
        return 0;
    }
    return -1;
}

int tb_send(tb_bus *bus, int event)
{
    int heard = 0;
    for (int i = 0; i < bus->count; i++)
        if (bus->places[i].heard != NULL) {
            bus->places[i].heard(bus->places[i].mine, event);
            heard++;
        }
    return heard;
}
"""
CONTRACT = """\
abidance: 1
boundary: tb
header: tb.h
libraries: {c: {path: libtb.so}}
handles: {tb_bus: {create: tb_new, destroy: tb_free}}
functions:
  tb_add:
    params: {heard: {callback: {lifetime: handle(tb_bus), until: tb_remove}, user_data: mine}}
    returns: {status: {ok: [0], errors: {-1: it is full}}}
  tb_remove:
    params: {heard: {callback: tb_add.heard, user_data: mine}}
    returns: {status: {ok: [0], errors: {-1: it has no such pair}}}
    ensures: [result == 0]
    rejects: [{when: {heard: another}, returns: -1}]
  tb_send:
"""
SOUND, NEAR, STAYS, LAST_GOES, LAST_IS_LOST, BY_DATA, BY_FUNCTION = range(7)


@pytest.mark.slow
@pytest.mark.parametrize(
    ("variant", "code"),
    [
        full(LAST_GOES, "ABD345"),
        full(LAST_IS_LOST, "ABD321"),
        full(BY_DATA, "ABD323"),
        (BY_FUNCTION, "ABD323"),
    ],
)
def test_what_takes_back_another_one_or_none_is_found(codes_of_sequences, variant, code):
    found = codes_of_sequences("tb", HEADER, SOURCE, CONTRACT, "tb_bus", f"-DVARIANT={variant}", least=60)

    assert code in found


@pytest.mark.slow
@pytest.mark.parametrize("variant", [full(SOUND), pytest.param(NEAR, marks=pytest.mark.spares("ABD345"))])
def test_what_takes_back_the_same_is_not(codes_of_sequences, variant):
    found = codes_of_sequences("tb", HEADER, SOURCE, CONTRACT, "tb_bus", f"-DVARIANT={variant}", least=30)

    assert found == []


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "found"), [(LAST_IS_LOST, ["ABD321"]), (SOUND, [])])
def test_a_call_that_takes_one_back_is_made_by_itself(codes_of, variant, found):
    phases = ("properties", "rejects")

    assert codes_of("tb", HEADER, SOURCE, CONTRACT, "tb_remove", phases, f"-DVARIANT={variant}") == found


@pytest.mark.slow
@pytest.mark.parametrize(("variant", "status"), [(LAST_IS_LOST, 1), full(NEAR, 0)])
def test_two_libraries_are_compared(written, tmp_path, capsys, variant, status):
    two = CONTRACT.replace("{path: libtb.so}", "{path: libtb.so}, other: {path: libother.so}")
    written("tb", HEADER, SOURCE, two.replace("    ensures: [result == 0]\n", ""))
    for library, which in (("libtb", SOUND), ("libother", variant)):
        command = ["gcc", "-shared", "-fPIC", f"-DVARIANT={which}", "tb.c", "-o", f"{library}.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
    asked = ["--function", "tb_remove", "--phase", "equivalence", "--seed", "1", "--max-examples", "30"]

    assert main(["run", "tb.contract.yaml", *asked]) == status
    assert ("implementations-differ" in capsys.readouterr().out) == bool(status)


@pytest.mark.slow
@pytest.mark.finds("ABD345")
def test_the_program_in_c_takes_back_the_same(written, tmp_path, capsys):
    written("tb", HEADER, SOURCE, CONTRACT)
    command = ["gcc", "-shared", "-fPIC", f"-DVARIANT={STAYS}", "tb.c", "-o", "libtb.so"]
    subprocess.run(command, cwd=tmp_path, check=True)
    asked = ["--function", "tb_bus", "--phase", "lifecycle", "--seed", "1", "--max-examples", "30"]
    main(["run", "tb.contract.yaml", *asked])
    told = capsys.readouterr().out
    late = told.partition("ABD345")[2]
    case = late.partition("`abidance replay ")[2][:8]

    assert '(void *)"user data 1");\n         tb_remove(bus, heard, (void *)"user data 1");' in late
    assert "may be until `tb_remove`" in late
    main(["replay", case, "--emit", "c"])
    (tmp_path / "case.c").write_text(capsys.readouterr().out)
    strict = ["-Wall", "-Wextra", "-Werror", "-I.", "case.c", "./libtb.so", "-o", "case"]
    subprocess.run(["gcc", *strict], cwd=tmp_path, check=True)
    assert subprocess.run(["./case"], cwd=tmp_path, capture_output=True, check=False).returncode == 1


@pytest.mark.parametrize(
    ("was", "now", "words"),
    [
        ("callback: tb_add.heard", "callback: tb_put.heard", "callback `tb_put.heard` is not in `functions`"),
        ("callback: tb_add.heard", "callback: tb_add.mine", "`tb_add.mine` is no callback that a later call"),
        ("callback: tb_add.heard", "callback: tb_add.here", "parameter `here` is not in `tb_add`"),
        (
            "callback: tb_add.heard",
            "callback: {given: tb_add.heard, calls: 1}",
            "`calls` is said of the callback",
        ),
        ("lifetime: handle(tb_bus), until: tb_remove", "calls: 0..", "the library's until that call returns"),
        ("until: tb_remove", "until: tb_removed", "function `tb_removed` is not in the header"),
        ("until: tb_remove", "until: tb_new", "`tb_new` takes no `tb_bus`"),
        (
            "{lifetime: handle(tb_bus), until: tb_remove}",
            "{}, lifetime: handle(tb_bus), until: change",
            "by functions",
        ),
        ("until: tb_remove}, user_data: mine", "until: tb_remove}", "is given without user data"),
        ("{when: {heard: another}", "{when: {heard: other}", "`another` only under `rejects`"),
    ],
)
def test_what_cannot_be_meant_is_an_error(written, capsys, was, now, words):
    assert was in CONTRACT
    written("tb", HEADER, SOURCE, CONTRACT.replace(was, now))

    assert main(["check", "tb.contract.yaml"]) == 2
    assert words in capsys.readouterr().out
