"""Handles in memory of the library's that callbacks are given: which each is, and what nobody looks at."""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

HEADER = """\
typedef struct hh_list hh_list;
hh_list *hh_new(int n);
void hh_free(hh_list *list);
int hh_each(hh_list *list, void (*each)(void *mine, const hh_list *of, int number), void *mine);
int hh_last(hh_list *list, void (*last)(void *mine, const hh_list *of), void *mine);
"""
SOURCE = """\
#include "hh.h"
#include <stdlib.h>
enum { NOTHING, COPY, LATER, NONE };
struct hh_list { int n; };
hh_list *hh_new(int n)
{
    hh_list *list = malloc(sizeof *list);
    if (list)
        list->n = n;
    return list;
}
void hh_free(hh_list *list)
{
    free(list);
}
int hh_each(hh_list *list, void (*each)(void *, const hh_list *, int), void *mine)
{
    hh_list copy = *list;
    for (int i = 0; i < list->n; i++)
        each(mine, WRONG == COPY || (WRONG == LATER && i == 2) ? &copy : list, i);
    return list->n;
}
int hh_last(hh_list *list, void (*last)(void *, const hh_list *), void *mine)
{
    last(mine, list->n > 5 ? WRONG == NONE ? list : NULL : list);
    return 0;
}
"""
CONTRACT = """\
abidance: 1
boundary: hh
header: hh.h
libraries: {c: {path: libhh.so}}
handles: {hh_list: {create: hh_new, destroy: hh_free}}
functions:
  hh_new: {params: {n: {range: [0, 9]}}, returns: {handle: hh_list, nullable: true}}
  hh_free:
  hh_each:
    params: {each: {callback: {calls: result, params: {of: {handle: hh_list}}}, user_data: mine}}
    ensures: [all(c.of == list for c in each.calls)]
  hh_last:
    params:
      last:
        callback:
          calls: 1
          params: {of: {handle: hh_list, nullable: true}}
          ensures: [of == null or of == list]
        user_data: mine
"""
DEFECTS = {"COPY": "hh_each", "LATER": "hh_each"}
SOUND = ("NOTHING", "NONE")


@pytest.mark.slow
@pytest.mark.parametrize("wrong", DEFECTS)
def test_which_one_it_is_can_be_promised(wrong, codes_of):
    phases = ("properties",)
    codes = codes_of("hh", HEADER, SOURCE, CONTRACT, DEFECTS[wrong], phases, f"-DWRONG={wrong}", least=40)

    assert codes == ["ABD321"]


@pytest.mark.slow
@pytest.mark.parametrize("wrong", SOUND)
@pytest.mark.parametrize("function", ["hh_each", "hh_last"])
def test_the_one_of_the_call_is_known(wrong, function, codes_of):
    phases = ("properties",)

    assert codes_of("hh", HEADER, SOURCE, CONTRACT, function, phases, f"-DWRONG={wrong}", least=40) == []


@pytest.mark.slow
def test_that_nobody_looks_at_one_is_listed_where_no_promise_says_which_it_is(written, tmp_path, capsys):
    silent = CONTRACT.replace("    ensures: [all(c.of == list for c in each.calls)]\n", "")
    listed = []
    for contract in (CONTRACT, silent):
        written("hh", HEADER, SOURCE, contract)
        subprocess.run(
            ["gcc", "-shared", "-fPIC", "-DWRONG=NOTHING", "hh.c", "-o", "libhh.so"], cwd=tmp_path, check=True
        )
        main(["run", "hh.contract.yaml", "--function", "hh_each", "--explore", "0", "--max-examples", "10"])
        listed.append(
            "whether the `hh_list` is there that callbacks are given, `each.of`: nobody"
            in " ".join(capsys.readouterr().out.split())
        )

    assert listed == [False, True]


@pytest.mark.slow
@pytest.mark.parametrize(("wrong", "status"), [("NOTHING", 0), ("COPY", 1)])
def test_what_a_callback_is_given_is_known_in_each_phase(wrong, status, written, tmp_path, capsys):
    written("hh", HEADER, SOURCE, CONTRACT)
    subprocess.run(
        ["gcc", "-shared", "-fPIC", f"-DWRONG={wrong}", "hh.c", "-o", "libhh.so"], cwd=tmp_path, check=True
    )

    assert main(["run", "hh.contract.yaml", "--seed", "1", "--phase", "lifecycle"]) == status
    assert "ABD107" not in capsys.readouterr().out
