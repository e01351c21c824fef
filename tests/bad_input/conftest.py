from __future__ import annotations

import subprocess
import textwrap

import pytest

from abidance.cli.main import main

HEADER = """\
#ifndef PAIR_H
#define PAIR_H
#include <stddef.h>
typedef enum pair_status { PAIR_OK = 0, PAIR_BAD = 1 } pair_status;
typedef struct pair { int left; int right; } pair;
int pair_sum(const pair *p);
int pair_div(int a, int b);
pair_status pair_fill(unsigned char *out, size_t capacity);
#endif
"""
SOURCE = """\
#include "pair.h"
int pair_sum(const pair *p) { return (int)((unsigned)p->left + (unsigned)p->right); }
int pair_div(int a, int b) { return b == 0 || (b == -1 && a < -1000) ? 0 : a / b; }
pair_status pair_fill(unsigned char *out, size_t capacity)
{
    for (size_t i = 0; i < capacity; i++) out[i] = 1;
    return PAIR_OK;
}
"""
CONTRACT = """\
abidance: 1
boundary: pair
header: pair.h
libraries: {c: {path: libpair.so}}
functions:
"""
SOUND = """\
  pair_sum:
    params: {p: {in: pair}}
"""


@pytest.fixture(scope="session")
def library(tmp_path_factory):
    folder = tmp_path_factory.mktemp("pair")
    (folder / "pair.h").write_text(HEADER)
    (folder / "pair.c").write_text(SOURCE)
    subprocess.run(
        ["cc", "-shared", "-fPIC", "-g", "-o", "libpair.so", "pair.c"], cwd=folder, check=True
    )
    return folder / "libpair.so"


@pytest.fixture
def project(tmp_path, library, monkeypatch):
    """A folder with a header, its library and no contract yet; also the working directory."""
    (tmp_path / "pair.h").write_text(HEADER)
    (tmp_path / "libpair.so").write_bytes(library.read_bytes())
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def say(project, capsys):
    """Run a contract, given whole or as its `functions`; return exit status and everything printed."""

    def run(functions="", *, whole=None, options=(), command="run"):
        text = whole if whole is not None else CONTRACT + textwrap.indent(textwrap.dedent(functions), "  ")
        (project / "pair.contract.yaml").write_text(text)
        status = main([command, "pair.contract.yaml", *options])
        captured = capsys.readouterr()
        assert "Traceback" not in captured.out + captured.err
        return status, captured.out + captured.err

    return run
