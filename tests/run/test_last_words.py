"""A library that ends itself says why, and at which of its lines: an assertion in C, a panic in Rust."""

from __future__ import annotations

import re
import shutil
import subprocess

import pytest

from abidance.cli.main import main
from tiers import full

HEADER = "int lw_get(int index);\n"
C = """\
#include <assert.h>
#include "lw.h"
int lw_get(int index)
{
    assert(index < 10);
    return index;
}
"""
RUST = """\
static TABLE: [i32; 10] = [0; 10];
#[no_mangle]
pub extern "C" fn lw_get(index: i32) -> i32 {
    TABLE[index as usize]
}
"""
PANIC, OLD_PANIC = (
    r"lw.rs:4:5:\n +index out of bounds: .* 10",
    r"'index out of bounds: .* 10', lw.rs:4:5",  # before Rust 1.73
)
RUSTC = ["rustc", "--crate-type", "cdylib", "-g", "-O", "-o", "liblw.so", "lw.rs"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "source", "command", "line", "words"),
    [
        ("lw.c", C, ["gcc", "-shared", "-fPIC", "-g", "-o", "liblw.so", "lw.c"], "5", r"lw.c:5: .*Assertion"),
        ("lw.rs", RUST, RUSTC, "[34]", rf"thread '.*' panicked at ({PANIC}|{OLD_PANIC})"),
    ],
    ids=["c", "rust"],
)
def test_a_library_that_aborts(file, source, command, line, words, tmp_path, monkeypatch, capsys):
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lw.h").write_text(HEADER)
    (tmp_path / file).write_text(source)
    (tmp_path / "lw.contract.yaml").write_text(
        "abidance: 1\nboundary: lw\nheader: lw.h\nlibraries: {c: {path: liblw.so}}\n"
        "functions:\n  lw_get: {params: {index: {range: [0, 10]}}}\n"
    )
    subprocess.run(command, check=True)

    assert main(["run", "lw.contract.yaml", "--seed", "1"]) == 1
    out = capsys.readouterr().out
    assert "`lw_get` aborted (SIGABRT)" in out
    # A panic that cannot leave the function is at the function; its own line is in its words.
    assert re.search(f"::: {file}:{line}:", out)
    assert re.search(rf"= it printed:\n +(?:\S*: )?{words}", out)
    assert "/rustc/" not in out.partition("it printed")[0]


CXX = """\
#include <stdexcept>
extern "C" {
#include "lw.h"
}
extern "C" int lw_get(int index)
{
    if (index > 9)
        throw std::out_of_range("no such index");
    return index;
}
"""
GXX = ["g++", "-shared", "-fPIC", "-g", "-o", "liblw.so", "lw.cc"]


@pytest.mark.slow
@pytest.mark.parametrize(
    ("file", "source", "command", "words"),
    [
        ("lw.cc", CXX, GXX, "let an exception out, of `std::out_of_range`, which ends the process (SIGABRT)"),
        full("lw.rs", RUST, RUSTC, "panicked, and a panic that reaches C ends the process (SIGABRT)"),
        full("lw.c", C, ["gcc", "-shared", "-fPIC", "-g", "-o", "liblw.so", "lw.c"], "aborted (SIGABRT)"),
    ],
    ids=["c++", "rust", "c"],
)
def test_what_must_not_leave_a_function_is_named(file, source, command, words, tmp_path, monkeypatch, capsys):
    if shutil.which(command[0]) is None:
        pytest.skip(f"no {command[0]}")
    monkeypatch.chdir(tmp_path)
    (tmp_path / "lw.h").write_text(HEADER)
    (tmp_path / file).write_text(source)
    (tmp_path / "lw.contract.yaml").write_text(
        "abidance: 1\nboundary: lw\nheader: lw.h\nlibraries: {c: {path: liblw.so}}\n"
        "functions:\n  lw_get: {params: {index: {range: [0, 10]}}, effects: [no_unwind]}\n"
    )
    subprocess.run(command, check=True)

    assert main(["run", "lw.contract.yaml", "--seed", "1"]) == 1
    out = capsys.readouterr().out
    assert f"`lw_get` {words}" in out
    assert ("^ promised" in out) is (file != "lw.c")
