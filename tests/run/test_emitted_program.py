"""What `replay --emit c` prints is compiled and run as printed, and fails as the call did."""

from __future__ import annotations

import os
import re
import shutil
import subprocess

import pytest

from abidance.boundary.resolve.find_header import with_header_path
from abidance.cli.main import main
from abidance.contract.load import load_contract
from abidance.run.emit_c.program import header_operand, helpers_used
from abidance.toolchain.compiler import find_compiler
from tiers import sample

HEADER = """\
#include <stddef.h>
#include "limits_of_it.h"
#if !FILL_ENABLED
#error "defines were not passed on"
#endif
size_t fill(unsigned char *out, size_t n);
"""
SOURCE = """\
#include "fill.h"
size_t fill(unsigned char *out, size_t n)
{
    for (size_t i = 0; i < n + WRONG; i++)
        out[i] = 7;
    return n;
}
"""
OVERFLOW = """\
#include "fill.h"
size_t fill(unsigned char *out, size_t n)
{
    volatile int large = 0x7fffffff;
    for (size_t i = 0; i < n; i++)
    {
        int sum = large + WRONG; /* not in the cast: gcc adds in the type that it is cast to */
        out[i] = (unsigned char)sum;
    }
    return n;
}
"""
CONTRACT = """\
abidance: 1
boundary: fill
header: include/fill.h
include_dirs: ["more of it"]
defines: {FILL_ENABLED: 1}
libraries:
  c: {path: libfill.so}
functions:
  fill:
    params:
      out: {out: bytes, capacity: n}
      n: {range: [0, 64]}
"""
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all")
WAYS = {
    "plain": ("gcc", SOURCE, ()),
    "with a soname": ("gcc", SOURCE, ("-Wl,-soname,libfill.so.4",)),
    "gcc asan": ("gcc", SOURCE, SANITIZED),
    "gcc asan and a soname": ("gcc", SOURCE, (*SANITIZED, "-Wl,-soname,libfill.so.4")),
    "gcc ubsan": ("gcc", OVERFLOW, SANITIZED),
    "gcc ubsan alone": ("gcc", OVERFLOW, ("-fsanitize=undefined", "-fno-sanitize-recover=all")),
    "clang asan": ("clang", SOURCE, (*SANITIZED, "-shared-libsan")),
}


@pytest.fixture
def build(tmp_path, monkeypatch):
    """Build the library in a folder with a space in its name, and work in another."""
    home = tmp_path / "the project"
    for folder in ("include", "more of it"):
        (home / folder).mkdir(parents=True)
    (home / "include/fill.h").write_text(HEADER)
    (home / "more of it/limits_of_it.h").touch()
    (home / "fill.contract.yaml").write_text(CONTRACT)
    (tmp_path / "work").mkdir()
    monkeypatch.chdir(tmp_path / "work")

    def make(compiler, source, flags, wrong):
        (home / "fill.c").write_text(source)
        words = [compiler, "-g", "-shared", "-fPIC", "-Iinclude", "-Imore of it", "-DFILL_ENABLED=1"]
        words += [f"-DWRONG={wrong}", *flags, "-o", "libfill.so", "fill.c"]
        subprocess.run(words, cwd=home, check=True)

    make.contract = home / "fill.contract.yaml"
    return make


def as_printed(file):
    """Type the commands of the program's comment, and return how the last one ended."""
    lines = re.findall(r"^ \*     (.*)$", file.read_text(), re.MULTILINE)
    environment = {name: value for name, value in os.environ.items() if not name.startswith("LD_")}
    for line in lines:
        ran = subprocess.run(
            ["sh", "-c", line], cwd=file.parent, env=environment, capture_output=True, text=True, check=False
        )
        if line != lines[-1]:
            assert ran.returncode == 0, ran.stderr
            assert ran.stderr == ""
    return ran


@pytest.mark.slow
@pytest.mark.parametrize("way", sample(WAYS, keep=["with a soname"]))
def test_it_compiles_and_runs_as_printed(way, build, tmp_path, capsys):
    compiler, source, flags = WAYS[way]
    if shutil.which(compiler) is None:
        pytest.skip(f"no {compiler}")
    build(compiler, source, flags, 1)
    assert main(["run", str(build.contract), "--seed", "1"]) == 1
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]
    assert main(["replay", case, "--emit", "c", "--output", "again.c"]) == 0
    file = tmp_path / "work/again.c"

    failed = as_printed(file)
    assert failed.returncode != 0
    assert "error while loading" not in failed.stderr
    if "asan" in way:
        assert "heap-buffer-overflow" in failed.stderr
    if "ubsan" in way:
        assert "signed integer overflow" in failed.stderr

    build(compiler, source, flags, 0)
    assert as_printed(file).returncode == 0


@pytest.mark.full
def test_without_a_file_the_program_is_named_after_the_case(build, capsys):
    build("gcc", SOURCE, (), 1)
    main(["run", str(build.contract), "--seed", "1"])
    case = re.search(r"abidance replay (\w+)", capsys.readouterr().out)[1]
    main(["replay", case, "--emit", "c"])

    assert f" {case}.c " in capsys.readouterr().out


@pytest.mark.unit
def test_a_program_has_the_helpers_that_it_uses_and_those_that_they_use():
    lines = [*helpers_used("abd_check_around(&b0); atexit(abd_vanished);")]

    text = "\n".join(lines)
    assert "abd_check_around(const struct abd_block" in text
    assert "struct abd_block {" in text
    assert "ABD_CANARY = " in text
    assert "static int abd_finished;" in text  # of `abd_vanished`
    assert lines[0].startswith("#include <")
    for unused in ("abd_fill", "abd_block(", "abd_from_double", "__has_feature"):
        assert unused not in text


@pytest.mark.parametrize(
    ("header", "operand"), [("<sys/time.h>", "<sys/time.h>"), ("here/time.h", '"time.h"')]
)
def test_a_header_of_the_system_is_included_as_callers_do(header, operand, tmp_path):
    """With `-I/usr/include/sys`, `<time.h>` would be `<sys/time.h>` for all that the header includes."""
    (tmp_path / "here").mkdir()
    (tmp_path / "here/time.h").touch()
    path = tmp_path / "it.contract.yaml"
    path.write_text(
        f"abidance: 1\nboundary: it\nheader: {header}\nlibraries: {{c: {{name: c}}}}\nfunctions: {{}}\n"
    )

    compiler = find_compiler()
    included, folders = header_operand(with_header_path(load_contract(path), compiler), compiler)

    assert included == operand
    assert folders == (() if operand.startswith("<") else (tmp_path / "here",))
