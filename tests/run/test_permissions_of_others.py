"""What a function does that only another one may do, which is called with it, is listed as not judged.

What is printed is known by the call that prints it, so it is held to that alone.
"""

from __future__ import annotations

import subprocess

import pytest

from abidance.cli.main import main

HEADER = "char *po_name(int n);\nvoid po_free(char *name);\n"
SOURCE = """\
#include "po.h"
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>
char *po_name(int n)
{
    if (NAME_TOO)
        DOES;
    return calloc(1, 9);
}
void po_free(char *name)
{
    if (name && !NAME_TOO)
        DOES;
    free(name);
}
"""
CONTRACT = """\
abidance: 1
boundary: po
header: po.h
libraries: {c: {path: libpo.so}}
functions:
  po_name: {returns: {to: string, owner: caller, free: po_free}}
  po_free: {params: {name: {nullable: true}}, may: [WORD]}
"""
OF_BOTH = "descriptors that `po_name` leaves open: a function that it needs says `may: [files]`"


@pytest.mark.slow
@pytest.mark.parametrize(
    ("word", "does", "name_too", "listed"),
    [
        ("files", "dup(1)", 0, OF_BOTH),
        ("files", "dup(1)", 1, OF_BOTH),
        ("output", 'printf("so")', 0, "ok: the contract holds."),
        ("output", 'printf("so")', 1, "error[ABD366] standard-stream-written: `po_name` printed"),
    ],
)
def test_it_is_listed_or_judged(word, does, name_too, listed, written, tmp_path, capsys):
    written("po", HEADER, SOURCE, CONTRACT.replace("WORD", word))
    defined = (f"-DDOES={does}", f"-DNAME_TOO={name_too}")
    subprocess.run(["gcc", "-shared", "-fPIC", *defined, "po.c", "-o", "libpo.so"], cwd=tmp_path, check=True)

    main(["run", "po.contract.yaml", "--function", "po_name", "--explore", "0", "--max-examples", "10"])

    assert listed in " ".join(capsys.readouterr().out.split())


@pytest.mark.slow
def test_what_nobody_does_is_not(written, tmp_path, capsys):
    written("po", HEADER, SOURCE, CONTRACT.replace("WORD", "output"))
    command = ["gcc", "-shared", "-fPIC", "-DDOES=(void)0", "-DNAME_TOO=1", "po.c", "-o", "libpo.so"]
    subprocess.run(command, cwd=tmp_path, check=True)

    main(["run", "po.contract.yaml", "--function", "po_name", "--explore", "0", "--max-examples", "10"])

    assert "says `may:" not in capsys.readouterr().out
