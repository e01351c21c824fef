"""Builds the hostile libraries, runs a contract over them once, and keeps what the report says of each item."""

from __future__ import annotations

import contextlib
import json
import re
import subprocess
import sys
from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

HERE = Path(__file__).parent
SHARED = ("-shared", "-fPIC", "-w", "-g", "-O1", f"-I{HERE}")
EXAMPLES = 3
MARK = b"ABIDANCE_ZYGOTE="
"""What is in the environment of every process that a library has started."""


def compile_library(output, source, *flags):
    """Build a library of C or C++ from one source, or of Rust."""
    if source.endswith(".rs"):
        command = ["rustc", "--edition=2021", "-Copt-level=1", "-g", HERE / source, "-o", output, *flags]
    else:
        compiler = "g++" if source.endswith(".cpp") else "gcc"
        command = [compiler, *SHARED, HERE / source, "-o", output, *flags, "-lpthread"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr


def compile_all(jobs):
    """Build several, two at a time."""
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(lambda job: compile_library(*job), jobs))


def functions_of(source):
    """Return the names of the functions that a source exports."""
    pattern = r"^FUNCTION\((\w+)|^int (\w+)\(int|extern \"C(?:-unwind)?\" fn (\w+)\("
    return [
        next(filter(None, found)) for found in re.findall(pattern, (HERE / source).read_text(), re.MULTILINE)
    ]


class Hostile:
    """A folder with a contract over some libraries, and what a run of it said."""

    def __init__(self, folder, functions, libraries, *, limits=()):
        """Write the project; `libraries` are shared objects by name."""
        self.folder = folder
        header = "".join(f"int {name}(int n);\n" for name in functions)
        (folder / "h.h").write_text(f"#ifndef H_H\n#define H_H\n{header}#endif\n")
        paths = "".join(f"  {name}: {{path: {path}}}\n" for name, path in libraries.items())
        promises = "".join(f"  {name}: {{params: {{n: {{range: [0, 1]}}}}}}\n" for name in functions)
        (folder / "h.contract.yaml").write_text(
            "abidance: 1\nboundary: h\nheader: h.h\nequivalence: {compare: none}\n"
            f"libraries:\n{paths}functions:\n{promises}"
        )
        (folder / "abidance.toml").write_text("".join(f"{line}\n" for line in limits))

    def run(self):
        """Run the contract and take its report in."""
        standing = Surroundings.now(self.folder)
        limits = ["--max-examples", str(EXAMPLES), "--seed", "1", "--jobs", "2"]
        command = [sys.executable, "-m", "abidance", "run", "h.contract.yaml", *limits, "--format", "json"]
        ran = subprocess.run(command, cwd=self.folder, capture_output=True, text=True, check=False)
        self.status, self.left = ran.returncode, Surroundings.now(self.folder).beyond(standing)
        assert "Traceback" not in ran.stderr, ran.stderr
        self.document = json.loads(ran.stdout)
        self.outcomes, self.reasons, self.codes = {}, defaultdict(list), defaultdict(set)
        for item in self.document["items"]:
            key = (item["library"], item["phase"], item["function"])
            self.outcomes[key] = item["outcome"]
            self.reasons[key] += [f"{each['code']} {each['message']}" for each in item["reasons"]]
        for found in self.document["findings"]:
            for function in found["functions"]:
                self.codes[found["library"], found["phase"], function].add(found["code"])
        return self

    def told(self, library, function, phase="properties"):
        """Return how an item ended: its outcome, or the codes of what was found."""
        key = (library, phase, function)
        return " ".join(sorted(self.codes[key])) or self.outcomes[key]


class Surroundings:
    """What is beside a run: processes that a library has started, and temporary files."""

    def __init__(self, processes, files):
        self.processes, self.files = processes, files

    @classmethod
    def now(cls, folder):
        """Look; of processes only those count that work in `folder`, for others run at the same time."""
        processes = set()
        for each in Path("/proc").iterdir():
            with contextlib.suppress(OSError):
                mine = each.name.isdigit() and MARK in (each / "environ").read_bytes()
                if mine and (each / "cwd").readlink().is_relative_to(folder):
                    processes.add(each.name)
        files = {*Path("/tmp").glob("abidance-gone-*"), *Path("/dev/shm").glob("abidance-gone*")}  # noqa: S108
        return cls(processes, files)

    def beyond(self, earlier):
        """Return in words what is there now and was not."""
        found = [f"process {each}" for each in sorted(self.processes - earlier.processes)]
        return found + [str(each) for each in sorted(self.files - earlier.files)]
        return found
