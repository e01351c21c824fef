"""What was read once is used again, and only while it would be read the same again."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import time

import pytest

from abidance.header import cached_headers, read_header
from abidance.ir.declarations import spell
from abidance.toolchain.compiler import find_compiler

SETTLED = 0.04  # seconds; a file that is younger than the kernel's tick is not trusted to stay as it is


@pytest.fixture
def logged(tmp_path):
    """Return a compiler that notes each start, and a function that counts them."""
    log, script = tmp_path / "starts.log", tmp_path / "loggedcc"
    log.touch()
    real = shutil.which("gcc") or shutil.which("cc")
    script.write_text(f'#!/bin/sh\necho start >> "{log}"\nexec "{real}" "$@"\n', encoding="utf-8")
    script.chmod(0o755)
    compiler = find_compiler(str(script))
    log.write_text("", encoding="utf-8")
    return compiler, lambda: log.read_text(encoding="utf-8").count("start")


class Project:
    """A header with include directories, read as by one new process after the other."""

    def __init__(self, root, logged):
        self.root = root / "project"
        self.compiler, self._starts = logged
        (self.root / "first").mkdir(parents=True)
        (self.root / "second").mkdir()
        self.write("second/deep.h", "int deep(int x);\n")
        self.write("second/middle.h", "#include <deep.h>\nint middle(void);\n")
        self.write("api.h", "#include <middle.h>\n#ifdef EXTRA\nint extra(void);\n#endif\nint api(void);\n")

    def write(self, name, text):
        path = self.root / name
        path.parent.mkdir(exist_ok=True)
        path.write_text(text, encoding="utf-8")
        return path

    def read(self, *, expect, compiler=None, defines=None):
        """Return the functions as a process of its own reads them, anew or not as `expect` says."""
        time.sleep(SETTLED)
        before = self._starts()
        declarations = read_header(
            self.root / "api.h",
            include_dirs=(self.root / "first", self.root / "second", self.root / "third"),
            defines=defines or {},
            compiler=compiler or self.compiler,
        )
        found = {
            name: spell(each.parameters[0].type if each.parameters else each.returns)
            for name, each in declarations.functions.items()
        }
        assert self._starts() - before == {"anew": 1, "kept": 0}[expect], expect
        cached_headers.forget()
        return found


@pytest.fixture
def project(tmp_path, logged):
    return Project(tmp_path, logged)


WHOLE = {"deep": "int", "middle": "int", "api": "int"}


def test_what_was_read_is_not_read_again(project):
    assert project.read(expect="anew") == WHOLE
    assert project.read(expect="kept") == WHOLE


@pytest.mark.parametrize("name", ["second/deep.h", "first/deep.h"])
def test_a_change_before_the_process_ends_is_not_lost(project, name):
    time.sleep(SETTLED)
    directories = (project.root / "first", project.root / "second", project.root / "third")
    declarations = read_header(project.root / "api.h", include_dirs=directories, compiler=project.compiler)
    assert "deep" in declarations.functions
    project.write(name, "char deep(char x);\n")
    cached_headers.forget()

    assert project.read(expect="anew") == WHOLE | {"deep": "char"}


def test_one_process_reads_a_header_once_too(project):
    time.sleep(SETTLED)
    declarations = [
        read_header(
            project.root / "api.h", include_dirs=(project.root / "second",), compiler=project.compiler
        )
        for _ in range(2)
    ]

    assert declarations[0] is declarations[1]


@pytest.mark.parametrize("name", ["api.h", "second/middle.h", "second/deep.h"])
def test_a_change_of_any_file_that_was_read_is_seen(project, name):
    project.read(expect="anew")
    project.write(name, (project.root / name).read_text() + "long changed(void);\n")

    assert project.read(expect="anew") == WHOLE | {"changed": "long"}


def test_a_change_of_equal_length_at_once_is_seen(project):
    for _ in range(5):
        for type_ in ("char", "long"):
            project.write("second/deep.h", f"{type_} deep();\n")
            declarations = read_header(
                project.root / "api.h", include_dirs=(project.root / "second",), compiler=project.compiler
            )
            assert spell(declarations.functions["deep"].returns) == type_


def test_a_file_with_a_new_time_and_its_old_contents_is_the_same(project):
    project.read(expect="anew")
    project.write("second/deep.h", (project.root / "second/deep.h").read_text())

    assert project.read(expect="kept") == WHOLE


def test_a_file_that_comes_before_an_include_is_seen(project):
    project.read(expect="anew")
    project.write("first/deep.h", "char deep(char x);\n")

    assert project.read(expect="anew") == WHOLE | {"deep": "char"}


def test_a_file_beside_the_header_comes_before_a_quoted_include(project):
    project.write("api.h", '#include "deep.h"\nint api(void);\n')
    project.read(expect="anew")
    project.write("deep.h", "long deep(long x);\n")

    assert project.read(expect="anew") == {"deep": "long", "api": "int"}


def test_a_directory_that_comes_to_be_is_seen(project):
    project.write("api.h", '#if __has_include("sub/late.h")\n#include "sub/late.h"\n#endif\nint api(void);\n')
    assert project.read(expect="anew") == {"api": "int"}
    project.write("third/unrelated.h", "\n")
    assert project.read(expect="kept") == {"api": "int"}
    (project.root / "third/sub").mkdir()
    project.write("third/sub/late.h", "int late(void);\n")

    assert project.read(expect="anew") == {"late": "int", "api": "int"}


def test_an_include_that_a_macro_names_is_watched(project):
    project.write("api.h", "#define WHICH <deep.h>\n#include WHICH\nint api(void);\n")
    project.read(expect="anew")
    project.write("first/deep.h", "char deep(char x);\n")

    assert project.read(expect="anew") == {"deep": "char", "api": "int"}


def test_a_header_that_disappears_from_has_include_is_seen(project):
    project.write("api.h", "#if !__has_include(<deep.h>)\nint without(void);\n#endif\nint api(void);\n")
    assert project.read(expect="anew") == {"api": "int"}
    (project.root / "second/deep.h").unlink()

    assert project.read(expect="anew") == {"without": "int", "api": "int"}


def test_unrelated_files_cost_nothing(project):
    project.read(expect="anew")
    project.write("first/other.h", "int other;\n")
    project.write("notes.txt", "none of its business\n")

    assert project.read(expect="kept") == WHOLE


def test_each_way_of_reading_has_its_own(project, logged):
    project.read(expect="anew")

    assert project.read(expect="anew", defines={"EXTRA": "1"}) == WHOLE | {"extra": "int"}
    flagged = find_compiler(f"{project.compiler.command[0]} -fshort-enums")
    assert project.read(expect="anew", compiler=flagged) == WHOLE
    assert project.read(expect="kept") == WHOLE
    assert project.read(expect="kept", defines={"EXTRA": "1"}) == WHOLE | {"extra": "int"}


def test_the_environment_of_the_compiler_counts(project, monkeypatch):
    project.read(expect="anew")
    monkeypatch.setenv("CPATH", str(project.root))

    assert project.read(expect="anew") == WHOLE


def stored(header_cache):
    files = sorted(
        header_cache.glob("v1/headers/api.h-*/value.bin"), key=lambda each: each.stat().st_mtime_ns
    )
    return files[-1]


@pytest.mark.parametrize(
    "damage",
    [
        lambda raw: raw[: len(raw) // 2],
        lambda _: b"",
        lambda raw: raw[:-1] + bytes([raw[-1] ^ 1]),
        lambda raw: raw[:40] + b"\xff" * 40 + raw[80:],
        lambda _: b"not ours at all" * 100,
        lambda raw: raw.replace(b"abidance value 1", b"abidance value 0"),
    ],
    ids=["cut", "empty", "last-bit", "overwritten", "foreign", "other-version"],
)
def test_a_broken_entry_is_ignored_and_written_again(project, header_cache, damage):
    project.read(expect="anew")
    file = stored(header_cache)
    whole = file.read_bytes()
    file.write_bytes(damage(whole))

    assert project.read(expect="anew") == WHOLE
    assert project.read(expect="kept") == WHOLE


@pytest.mark.skipif(os.getuid() != 0, reason="only root can give files away")
def test_an_entry_of_another_user_is_ignored(project, header_cache):
    project.read(expect="anew")
    file = stored(header_cache)
    os.chown(file, 12345, 12345)

    assert project.read(expect="anew") == WHOLE


def test_what_was_not_parsed_then_is_parsed_now(project):
    def look(name):
        cached_headers.forget()
        declarations = read_header(
            project.root / "api.h", include_dirs=(project.root / "second",), compiler=project.compiler
        )
        return spell(declarations.functions[name].returns)

    project.write(
        "second/deep.h", "typedef struct { int a; } box; box *deep(box b); enum e { A, B }; enum e other();\n"
    )
    time.sleep(SETTLED)
    assert [look(name) for name in ("deep", "other", "deep", "middle")] == ["box *", "enum e", "box *", "int"]


def test_stored_declarations_equal_those_that_were_parsed(project):
    project.write(
        "api.h",
        """
        #pragma pack(1)
        typedef struct { int a : 3; union { float f; long l[2]; }; } __attribute__((aligned(8))) box;
        enum color : unsigned char { RED __attribute__((deprecated)), GREEN };
        typedef float v4 __attribute__((vector_size(16)));
        int f(const box *restrict p, int (*cb)(void *, enum color), ...) __attribute__((nonnull(1))) __asm__("g");
        extern _Atomic int counter; v4 *v(void); __builtin_va_list *l(void); int broken(@);
        #define LIMIT (1 << 4)
        #define TWICE(x) ((x) * 2)
        """,
    )
    everything = (
        "functions",
        "records",
        "enums",
        "typedefs",
        "variables",
        "macros",
        "function_macros",
        "lost",
    )

    def read():
        cached_headers.forget()
        time.sleep(SETTLED)
        declarations = read_header(project.root / "api.h", compiler=project.compiler)
        return {table: dict(getattr(declarations, table)) for table in everything}

    assert read() == read()


@pytest.mark.slow
def test_processes_that_read_at_once_agree(project, header_cache):
    program = (
        "import sys; from pathlib import Path; from abidance.header import read_header\n"
        "from abidance.toolchain.compiler import find_compiler\n"
        "path, directory = map(Path, sys.argv[1:])\n"
        "declarations = read_header(path, include_dirs=(directory,), compiler=find_compiler('cc'))\n"
        "print(sorted(declarations.functions), len(declarations.typedefs))\n"
    )
    project.write("api.h", "#include <stdio.h>\n#include <stdlib.h>\n#include <middle.h>\nint api(void);\n")
    time.sleep(SETTLED)
    command = [sys.executable, "-c", program, str(project.root / "api.h"), str(project.root / "second")]
    environment = os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)}
    for _ in range(2):
        running = [
            subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) for _ in range(4)
        ]
        said = {process.communicate(timeout=60)[0] for process in running}
        assert [process.returncode for process in running] == [0] * 4
        assert len(said) == 1
        assert "'middle'" in said.pop()
    assert not list(header_cache.rglob(".value.bin*"))


def test_a_cache_that_cannot_be_written_is_done_without(project, monkeypatch, tmp_path):
    (tmp_path / "file").write_text("not a directory")
    monkeypatch.setenv("ABIDANCE_CACHE_DIR", str(tmp_path / "file" / "cache"))

    assert project.read(expect="anew") == WHOLE
    assert project.read(expect="anew") == WHOLE
