from __future__ import annotations

import ctypes
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from abidance.toolchain.builders import build_library
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.library import BuildSettings, LibrarySource
from abidance.toolchain.source_coverage.counters import Counters, counter_pages
from abidance.toolchain.source_coverage.library import source_reach

SUBJECT = Path(__file__).with_name("subject.c")
MAKEFILE = "libsubject.so: .FORCE\n\t$(CC) $(CFLAGS) -shared -fPIC -o $@ subject.c $(LDFLAGS)\n.FORCE:\n"
CALLS = (b"", b"A", b"AB!", b"AC", b"\x01\x02\x03", b"zzzz", b"L" * 40, b"\x05\x00")


@dataclass(frozen=True)
class Called:
    """A library that was called in this process, and what its counters say."""

    path: Path
    counters: Counters

    def reach(self, ends=None):
        """Return what was reached of its one source file."""
        found = source_reach(self.path, {self.path: self.counters}, SUBJECT, ends or {})
        assert found.untold == ()
        (file,) = [each for each in found.files if each.path.name == "subject.c"]
        return file


@pytest.fixture(scope="session")
def called(tmp_path_factory):
    """Return a function that builds the subject with a compiler's counters and makes the calls; or skips the test."""

    def call(family, folder=None):
        if not shutil.which(family):
            pytest.skip(f"{family} is not installed")
        project = folder or tmp_path_factory.mktemp(family)
        (project / "Makefile").write_text(MAKEFILE)
        shutil.copy(SUBJECT, project)
        source = LibrarySource(
            "subject", "command", project, command=("make", "-s"), artifact=Path("libsubject.so")
        )
        made = build_library(
            source, "release", BuildSettings(run="", compiler=find_compiler(family), coverage="lines")
        )
        library = ctypes.CDLL(str(made.path))
        for data in CALLS:
            library.subject(data, ctypes.c_size_t(len(data)))
        base = ctypes.cast(library._handle, ctypes.POINTER(ctypes.c_uint64))[0]
        parts = [
            (each.address, ctypes.string_at(base + each.address, each.size))
            for each in counter_pages(made.path)
        ]
        return Called(made.path, Counters(parts))

    return call


@pytest.fixture
def program(tmp_path):
    """Return a function that makes the same calls in a program, which writes its compiler's own kind of profile."""

    def run(compiler, *flags, **environment):
        texts = ["".join(f"\\x{byte:02x}" for byte in data) for data in CALLS]
        calls = "".join(f'  subject((const unsigned char *)"{text}", {len(text) // 4});\n' for text in texts)
        main = tmp_path / "main.c"
        main.write_text(
            f"int subject(const unsigned char *, unsigned long);\nint main(void) {{\n{calls}  return 0;\n}}\n"
        )
        shutil.copy(SUBJECT, tmp_path)
        for words in (
            [compiler, "-O0", "-g", "-DNDEBUG", *flags, "-c", "subject.c"],
            [compiler, *flags, "main.c", "subject.o", "-o", "program"],
        ):
            subprocess.run(words, cwd=tmp_path, check=True)
        subprocess.run([tmp_path / "program"], cwd=tmp_path, check=True, env=environment or None)
        return tmp_path

    return run
