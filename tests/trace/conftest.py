"""A library and its users: a sound program, one that misuses it, and one that has it inside of itself."""

from __future__ import annotations

import json
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from abidance.cli.main import main

HERE = Path(__file__).parent
collect_ignore_glob = ["*.contract.yaml"]  # it is for a library that the tests build
FILES = ("box.h", "box.c", "box.contract.yaml", "user.c")


@dataclass(frozen=True)
class Traced:
    status: int
    told: str
    document: dict

    def codes(self, function=None):
        return {f["code"] for f in self.document["findings"] if function in (None, f["function"])}

    def function(self, name):
        return next(each for each in self.document["functions"] if each["name"] == name)


@pytest.fixture(scope="session")
def boxes(tmp_path_factory):
    """Return a folder with the library, and the program that uses it."""
    folder = tmp_path_factory.mktemp("boxes")
    for name in FILES:
        shutil.copy(HERE / name, folder)
    build = ["cc", "-g", "-O1", "-w"]
    subprocess.run([*build, "-shared", "-fPIC", "-o", "libbox.so", "box.c"], cwd=folder, check=True)
    linked = ["-L.", "-lbox", f"-Wl,-rpath,{folder}", "-pthread"]
    subprocess.run([*build, "-o", "user", "user.c", *linked], cwd=folder, check=True)
    return folder


@pytest.fixture(scope="session")
def trace_boxes(boxes, tmp_path_factory):
    """Return what traces a command with the library, and gives the document that it writes."""

    def trace(*command, library="box"):
        out = tmp_path_factory.mktemp("trace") / "trace.json"
        words = ["trace", str(boxes / "box.contract.yaml"), "--library", library, "--format", "json"]
        status = main([*words, "-o", str(out), "--", *map(str, command)])
        text = out.read_text() if out.exists() else "null"
        return Traced(status, text, json.loads(text))

    return trace
