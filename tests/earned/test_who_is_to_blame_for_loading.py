"""What a constructor does is told with its place, and of the library whose constructor it is."""

from __future__ import annotations

import subprocess

import pytest

pytestmark = pytest.mark.full

HEADER = "int good(int n);\n"
SOUND = "int good(int n) { return n; }\n"
CONTRACT = "functions:\n  good: {params: {n: {range: [0, 9]}}}\n"
DOES = {
    "crashes": ("*(volatile int *)8 = 1;", "ABD355", "crashes (SIGSEGV)"),
    "aborts": ("abort();", "ABD355", "crashes (SIGABRT)"),
    "ends": ("_exit(4);", "ABD355", "ends the process with status 4"),
    "changes the umask": ("umask(077);", "ABD354", "changes the umask"),
    "prints": ('printf("hello\\n"); fflush(stdout);', "ABD354", "printed"),
}
CONSTRUCTOR = """
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <unistd.h>
static void inner(void)
{
    %s
}
__attribute__((constructor)) static void begin(void) { inner(); }
"""


@pytest.mark.parametrize("what", ["crashes", "aborts"])
def test_a_constructor_that_crashes_is_told_with_its_line(small, what):
    does, code, words = DOES[what]
    ended = small.run(HEADER, SOUND + CONSTRUCTOR % does, CONTRACT, flags=("-O0",), examples=5)

    assert (ended.status, code in ended.codes) == (1, True), ended.text
    assert f"loading `libit.so` {words}" in ended.text
    assert "crashed here" in ended.text
    assert does.partition(" ")[0] in ended.text
    assert "called by `begin`" in ended.text


@pytest.mark.parametrize("what", DOES)
def test_a_constructor_of_what_is_needed_is_told_by_name(small, what):
    does, code, words = DOES[what]
    small.write(HEADER, CONTRACT)
    (small.folder / "dep.c").write_text(CONSTRUCTOR % does + "int dep(void) { return 1; }\n")
    flags = ["-shared", "-fPIC", "-g", "-O0", "-w"]
    subprocess.run(["cc", *flags, "-o", "libdep.so", "dep.c"], cwd=small.folder, check=True)
    small.compile(
        "int dep(void);\nint good(int n) { return n * dep(); }\n",
        "-L.",
        "-Wl,--no-as-needed",
        "-Wl,-rpath,$ORIGIN",
        "-ldep",
    )
    ended = small.command("run", "--seed", "1", "--max-examples", "5")

    assert (ended.status, code in ended.codes) == (1, True), ended.text
    assert words in ended.text
    assert "so does loading `libdep.so` alone, which it needs" in ended.text


def test_a_sound_library_is_not_blamed_for_a_sound_one_that_it_needs(small):
    ended = small.run(HEADER, SOUND + CONSTRUCTOR % "", CONTRACT, examples=5)

    assert (ended.status, ended.codes) == (0, []), ended.text


NAMED = 'char name[4096]; snprintf(name, sizeof name, "%s/LEFT", getenv("TMPDIR")); close(MAKE);'


@pytest.fixture
def temporary(small, monkeypatch):
    folder = small.folder / "temporary"
    folder.mkdir()
    monkeypatch.setenv("TMPDIR", str(folder))
    return folder


@pytest.mark.parametrize("may", ["", "may: [files]\n"])
def test_files_that_each_load_leaves_are_told(small, temporary, may):
    does = NAMED.replace("LEFT", "left-XXXXXX").replace("MAKE", "mkstemp(name)")
    ended = small.run(HEADER, SOUND + CONSTRUCTOR % does, may + CONTRACT, examples=5)

    assert (ended.status, ended.codes) == ((0, []) if may else (1, ["ABD354"])), ended.text
    assert ("leaves a temporary file behind" in ended.text) is (not may)
    assert (f"{temporary.name}/left-" in ended.text) is (not may)


@pytest.mark.usefixtures("temporary")
def test_a_file_that_is_left_once_is_not(small):
    does = NAMED.replace("LEFT", "once").replace("MAKE", "open(name, O_CREAT | O_WRONLY, 0600)")
    ended = small.run(HEADER, "#include <fcntl.h>\n" + SOUND + CONSTRUCTOR % does, CONTRACT, examples=5)

    assert (ended.status, ended.codes) == (0, []), ended.text
