"""Files that a tool names relative to where it runs, as Meson's builds do, are the files that exist."""

from __future__ import annotations

from pathlib import Path

import pytest

from abidance.execute import symbols
from abidance.plan.observation import StackFrame
from abidance.toolchain.build_errors import build_failed
from abidance.toolchain.library import LibrarySource
from abidance.toolchain.process import Finished
from abidance.toolchain.symbolize import SourceFrame

pytestmark = pytest.mark.unit

ERROR = "../src/codec.c:6:10: error: 't' undeclared"


@pytest.fixture
def project(tmp_path, monkeypatch):
    for name in ("contracts", "src", "build/deep", "contracts/build"):
        (tmp_path / name).mkdir(parents=True)
    (tmp_path / "src" / "codec.c").write_text("int x;\n")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def told(project, words):
    ran = Finished(("ninja",), 1, words, "", 0.1)
    source = LibrarySource("c", "command", where=project / "contracts", command=("ninja",))
    error = build_failed(source, "release", ran, base=project / "contracts", log=project / "log")
    (diagnostic,) = error.diagnostics
    return diagnostic


@pytest.mark.parametrize(
    "entered",
    [
        "ninja: Entering directory `../build'\n",
        "make[1]: Entering directory '{project}/build'\n",
        "make: Entering directory '{project}/build/deep'\nmake[1]: Entering directory '{project}/build'\n",
        "",  # `../src` from the contract's folder is the same
    ],
)
def test_an_error_of_a_build_is_placed(project, entered):
    diagnostic = told(project, entered.format(project=project) + ERROR + "\n")
    (label,) = diagnostic.labels
    assert (label.span.path, label.span.line) == (project / "src" / "codec.c", 6)
    assert diagnostic.notes[0].splitlines()[-1] == "src/codec.c:6:10: error: 't' undeclared"


def test_an_error_in_a_file_that_is_not_there_has_no_place(project):
    diagnostic = told(project, "ninja: Entering directory `../build/deep'\n" + ERROR.replace("codec", "gone"))
    assert diagnostic.labels == ()


def test_a_place_that_a_sanitizer_names_is_that_of_the_debug_information(project):
    frame = StackFrame("lib.so", 0x10, file="../src/codec.c", line=5, column=7)
    known = (SourceFrame("codec_sum", project / "build" / ".." / "src" / "codec.c", 4, 3),)
    (shown,) = symbols._expand(frame, known)
    assert (shown.file, shown.line, shown.column) == (str(project / "src" / "codec.c"), 5, 7)


def test_one_file_has_one_name_in_every_build(project):
    def place(build):
        file = project / build / ".." / "src" / "codec.c"
        return symbols._expand(StackFrame("lib.so", 0x10), (SourceFrame("f", file, 4, 3),))[0].file

    (project / "other").mkdir()
    assert place("build") == place("other")


def test_a_file_of_another_name_is_looked_for_where_the_compiler_ran(project, monkeypatch):
    monkeypatch.setattr(symbols, "source_files", lambda _: ((), (project / "build",)))
    frame = StackFrame("lib.so", 0x10, file="../src/codec.c", line=5, column=7)
    (shown,) = symbols._expand(frame, (SourceFrame("f", Path("/elsewhere/other.h"), 4, 3),))
    assert shown.file == str(project / "src" / "codec.c")
