"""A contract as a target, and libraries linked to it as they are asked for."""

from __future__ import annotations

import re
import shutil
import subprocess

from hypothesis import Phase, given, settings
from native_twins import ROOT

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.native.seeds import encode
from abidance.native.shown_calls import read
from abidance.native.target import emit

RUN = ROOT / "tests" / "run"
SANITIZED = ("-fsanitize=address,undefined", "-fno-sanitize-recover=all", "-g", "-O1")
QUIET = {"ASAN_OPTIONS": "detect_leaks=0:symbolize=0:handle_abort=0", "UBSAN_OPTIONS": "symbolize=0"}


def cc(*words):
    ended = subprocess.run(["gcc", *map(str, words)], capture_output=True, text=True, check=False)
    assert ended.returncode == 0, ended.stderr


class BuiltContract:
    """The target of a contract.

    `sources` tells, by the name that a test gives a library, its source, what is patched there, and compiler flags.
    """

    def __init__(self, folder, contract, include, sources):
        self.boundary, self.folder = join(load_contract(contract)), folder
        self._include, self._sources = include, sources
        self.target = emit(self.boundary)
        (folder / "target.c").write_text(self.target.source)
        warned = ("-Wall", "-Wextra", "-Werror", "-DABIDANCE_STATIC", "-c")
        cc("-O0", "-fsanitize=address", *warned, folder / "target.c", "-o", folder / "target.o")
        cc("-O1", "-c", ROOT / "tests/native/driver.c", "-o", folder / "driver.o")

    def with_library(self, name):
        fuzz = self.folder / name / "fuzz"
        if not fuzz.exists():
            fuzz.parent.mkdir(exist_ok=True)
            source, patch, *flags = self._sources(name)
            copy = shutil.copy(source, fuzz.parent)
            if patch is not None:
                subprocess.run(["patch", "-s", copy, patch], cwd=fuzz.parent, check=True)
            objects = [self.folder / "target.o", self.folder / "driver.o", copy]
            cc(*SANITIZED, *flags, "-I", self._include, *objects, "-o", fuzz, "-ldl", "-lm")
        return fuzz

    def run(self, library, entry, *words, **variables):
        environment = {**QUIET, "ABIDANCE_ENTRY": entry, **variables}
        command = [self.with_library(library), *map(str, words or (20_000, 1))]
        return subprocess.run(command, env=environment, capture_output=True, text=True, check=False)

    def again(self, library, entry, cases):
        """Return those of some cases that are inputs, and what the target shows of each of these."""
        inputs = [(case, encode(self.boundary, entry, case)) for case in cases]
        encoded = [(case, raw) for case, raw in inputs if raw is not None]
        assert encoded, "no case is an input"
        files = [self.folder / f"{entry}{number}" for number in range(len(encoded))]
        for file, (_, raw) in zip(files, encoded, strict=True):
            file.write_bytes(raw)
        ended = self.run(library, entry, *files, ABIDANCE_SHOW="1")
        assert ended.returncode == 0, ended.stderr
        # A parameter may have that name.
        begun = re.split(r'^(?=\{"begin")', ended.stdout, flags=re.MULTILINE)[1:]
        found = [read(self.boundary, entry, text) for text in begun]
        return [case for case, _ in encoded], [each.case for each in found]


def named_defect(wrong):
    """Return what the source of a library is compiled with whose name is that of a defect."""
    return f"-DWRONG={wrong}", "-w"


def of_texts(folder, name, header, contract, source, flags=named_defect):
    """Return the target of these texts; `flags` tells, by the name of a library, what its source is compiled with."""
    for suffix, text in {".h": header, ".c": source, ".contract.yaml": contract}.items():
        (folder / f"{name}{suffix}").write_text(text)
    return BuiltContract(
        folder,
        folder / f"{name}.contract.yaml",
        folder,
        lambda library: (folder / f"{name}.c", None, *flags(library)),
    )


def of_words(folder, name, header, contract, source, words):
    """Return the target of these texts; `words` tells, by the name of a library, what its source has for words."""
    for suffix, text in {".h": header, ".contract.yaml": contract}.items():
        (folder / f"{name}{suffix}").write_text(text)

    def sources(library):
        text = source
        for word, value in words(library).items():
            text = text.replace(word, value)
        (folder / f"{library}.c").write_text(text)
        return folder / f"{library}.c", None

    return BuiltContract(folder, folder / f"{name}.contract.yaml", folder, sources)


def of_family(folder, family, number):
    """Return the target of a family of `tests/run`; `number` tells which variant of its source a library is."""
    return BuiltContract(
        folder,
        RUN / f"{family}.contract.yaml",
        RUN,
        lambda library: (RUN / f"{family}.c", None, f"-DVARIANT={number(library)}", "-w"),
    )


def of_module(folder, name, module):
    """Return the target of what a test module of `run` holds, whose defects have names."""
    return of_texts(folder, name, module.HEADER, module.CONTRACT, module.SOURCE)


def made(strategy, count=40):
    found = []

    @settings(max_examples=count, database=None, derandomize=True, deadline=None, phases=[Phase.generate])
    @given(strategy)
    def collect(case):
        found.append(case)

    collect()
    return found
