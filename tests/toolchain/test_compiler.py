from __future__ import annotations

import shutil
import time
from pathlib import Path

import pytest

from abidance.core.errors import CannotJudgeError, UsageError
from abidance.toolchain.compiler import find_compiler


@pytest.fixture(params=["gcc", "clang"])
def compiler(request):
    if shutil.which(request.param) is None:
        pytest.skip(f"{request.param} is not installed")
    return find_compiler(request.param)


def fake(tmp_path, monkeypatch, script, name="cc"):
    """Put a program of that name alone on PATH."""
    directory = tmp_path / "bin"
    directory.mkdir()
    program = directory / name
    program.write_text(f"#!/bin/sh\n{script}\n", encoding="utf-8")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(directory))
    monkeypatch.delenv("CC", raising=False)


def test_a_compiler_is_described_by_family_version_and_target(compiler):
    assert compiler.command == (compiler.family,)
    assert f"{compiler.family} version" in compiler.version
    assert compiler.target.count("-") >= 2
    assert compiler.version in compiler.identity


def test_cc_is_taken_from_the_environment_with_its_arguments(monkeypatch):
    monkeypatch.setenv("CC", "cc '-DNAME=a b' -O1")

    assert find_compiler().command == ("cc", "-DNAME=a b", "-O1")


def test_what_is_named_goes_before_the_environment(monkeypatch):
    monkeypatch.setenv("CC", "no-such-compiler")

    assert find_compiler("cc").command == ("cc",)


@pytest.mark.parametrize(
    ("named", "words"),
    [
        ("no-such-compiler", "`no-such-compiler` was not found"),
        ("true", "`true` is neither gcc nor clang"),
        ("cc 'unfinished", "is no command: no closing quotation"),
    ],
)
def test_a_compiler_that_cannot_be_used_is_an_error_with_a_remedy(named, words):
    with pytest.raises(CannotJudgeError) as caught:
        find_compiler(named)

    (diagnostic,) = caught.value.diagnostics
    assert diagnostic.code.name == "no-compiler"
    assert words in diagnostic.message
    assert "install gcc or clang" in diagnostic.help


def test_no_compiler_at_all_is_an_error_with_a_remedy(tmp_path, monkeypatch):
    monkeypatch.setenv("PATH", str(tmp_path))
    monkeypatch.delenv("CC", raising=False)

    with pytest.raises(CannotJudgeError, match="no C compiler was found"):
        find_compiler()


def test_a_compiler_is_asked_once(tmp_path, monkeypatch):
    log = tmp_path / "log"
    answer = "echo 'gcc version 99.1.0 (fake)' >&2; echo 'Target: x86_64-fake-none' >&2"
    fake(tmp_path, monkeypatch, f"echo called >>{log}; {answer}")

    assert find_compiler() is find_compiler()
    assert find_compiler().target == "x86_64-fake-none"
    assert log.read_text(encoding="utf-8") == "called\n"


def test_preprocessing_keeps_macros(compiler, tmp_path):
    (tmp_path / "other.h").write_text("#define DEPTH 3\n", encoding="utf-8")
    header = tmp_path / "a.h"
    header.write_text('#include "other.h"\nint a[DEPTH + WIDTH];\n', encoding="utf-8")

    text = compiler.preprocess(header, [tmp_path], {"WIDTH": "(2 + 2)"})
    assert "#define DEPTH 3" in text
    assert "int a[3 + (2 + 2)];" in text


def test_text_can_be_preprocessed_too(compiler):
    assert "int x = 3;" in compiler.preprocess("#define N 3\nint x = N;\n")


def test_text_that_does_not_preprocess_is_an_error_at_its_line(compiler):
    with pytest.raises(UsageError) as caught:
        compiler.preprocess("int a;\n#error stop here\n")

    (diagnostic,) = caught.value.diagnostics
    assert "stop here" in diagnostic.message
    assert diagnostic.span.line == 2


def test_compiling_gives_an_object_file(compiler):
    compiled = compiler.compile_object("int f(void) { return 1; }\n", ("-O2",))

    assert compiled.ok
    assert compiled.image.startswith(b"\x7fELF")


def test_errors_are_told_by_the_line_that_uses_a_macro(compiler):
    source = "#define BAD(x) (x + missing)\nint a = 1;\nint b = BAD(1);\nint c = ;\n"

    compiled = compiler.compile_object(source)
    assert not compiled.ok
    assert sorted({error.line for error in compiled.errors}) == [3, 4]
    assert {error.path for error in compiled.errors} == {"source.c"}


def test_a_shared_object_is_compiled_from_several_sources(compiler, tmp_path):
    for name in ("one", "two"):
        (tmp_path / f"{name}.c").write_text(f"int {name}(void) {{ return 1; }}\n", encoding="utf-8")
    output = tmp_path / "lib.so"

    compiled = compiler.compile_shared([tmp_path / "one.c", tmp_path / "two.c"], output, ("-O1",), ("-lm",))
    assert compiled.ok, compiled.words
    assert output.read_bytes() == compiled.image


def test_messages_are_in_english_whatever_the_locale(compiler, monkeypatch):
    monkeypatch.setenv("LC_ALL", "de_DE.UTF-8")
    monkeypatch.setenv("LANGUAGE", "de")

    assert "error" in compiler.compile_object("int x = ;\n").words


def test_a_compiler_that_does_not_end_is_stopped_with_all_that_it_started(tmp_path, monkeypatch, compiler):
    real = shutil.which("sleep")
    fake(tmp_path, monkeypatch, f"{real} 60 & {real} 60; echo late", compiler.family)

    started = time.monotonic()
    ran = compiler.run(["-c"], seconds=0.3)
    assert time.monotonic() - started < 10
    assert not ran.ok
    assert "stopped after 0.3 s" in ran.stderr


@pytest.mark.slow
def test_a_compiler_that_prints_without_end_is_stopped(tmp_path, monkeypatch, compiler):
    yes = shutil.which("yes")
    fake(tmp_path, monkeypatch, f"exec {yes}", compiler.family)

    ran = compiler.run(["-c"], largest=1 << 20)
    assert not ran.ok
    assert "beyond 1 MiB" in ran.stderr
    assert len(ran.stdout) <= 1 << 20


def test_arguments_never_meet_a_shell(compiler, tmp_path):
    compiler.run(["-E", "-x", "c", f"$(touch {tmp_path}/ran)", f"; touch {tmp_path}/ran"])

    assert not (tmp_path / "ran").exists()


def test_a_null_byte_in_an_argument_is_an_error_not_a_traceback(compiler):
    with pytest.raises(UsageError, match=r"refuses `a\.h`"):
        compiler.preprocess(Path("a.h"), (), {"X": "\0"})
