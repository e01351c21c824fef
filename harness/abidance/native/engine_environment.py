"""What a target finds in its environment, and what every engine reads."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.toolchain.preloading import preloadable
from abidance.toolchain.process import run_tool, tool_environment
from abidance.toolchain.sanitizers import worker_environment

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.native.campaign import Assignment

# What is freed is remembered for less long, and with shorter stacks, than where one call is looked into.
_QUICK = "quarantine_size_mb=16:malloc_context_size=6"

_BEGIN = '{"begin"'
_AT_ONCE = 200


def show(work: Assignment, data: bytes, seconds: float = 10.0) -> str:
    """Return what a target says of the calls that an input stands for, up to the one that ends it."""
    return _shown(work, [data], seconds)


def show_all(work: Assignment, inputs: Sequence[bytes], seconds: float = 10.0) -> tuple[str, ...]:
    """Return what a target says of each input, in one process as long as none ends it: of that one, in its own."""
    found: list[str] = []
    while len(found) < len(inputs):
        left = inputs[len(found) : len(found) + _AT_ONCE]
        told = [_BEGIN + each for each in _shown(work, left, seconds).split(_BEGIN)[1:]]
        # What ended the process is the last that it told of; where nothing did, all are there.
        found += told if len(told) == len(left) else told[:-1]
        if len(told) < len(left):
            found.append(_shown(work, [inputs[len(found)]], seconds))
    return tuple(found)


def _shown(work: Assignment, inputs: Sequence[bytes], seconds: float) -> str:
    with (
        tempfile.TemporaryDirectory(prefix="abidance-show-") as scratch,
        preloadable(work.executable.artifact.preload) as preload,
    ):
        files = [Path(scratch, f"{number}") for number in range(len(inputs))]
        for file, data in zip(files, inputs, strict=True):
            file.write_bytes(data)
        environment = {**environment_of(work, preload), "ABIDANCE_SHOW": "1"}
        own = work.executable.engine == "own"
        named = [f"-show={file}" if own else str(file) for file in files]
        if own and work.fenced:
            named.insert(0, "-fenced=1")
        return run_tool([str(work.executable.path), *named], seconds=seconds, environment=environment).stdout


def environment_of(work: Assignment, preload: str) -> dict[str, str]:
    """Return the environment in which a target is run."""
    artifact = work.executable.artifact
    environment = tool_environment(**worker_environment(artifact))
    environment["ASAN_OPTIONS"] = f"{environment['ASAN_OPTIONS']}:{_QUICK}"
    environment |= {"ABIDANCE_ENTRY": work.entry, "ABIDANCE_LIBRARY": str(artifact.path)}
    if work.executable.engine == "afl++":
        # Outside of `afl-fuzz`, it refuses libraries that are loaded late.
        environment["AFL_IGNORE_PROBLEMS"] = "1"
    if work.other is not None:
        environment["ABIDANCE_OTHER"] = str(work.other)
    if work.known:
        environment["ABIDANCE_KNOWN"] = "".join(f"{each};" for each in work.known)
    if preload:
        environment["LD_PRELOAD"] = ":".join(filter(None, (preload, environment.get("LD_PRELOAD"))))
    environment.pop("ABIDANCE_SHOW", None)
    return environment


def write_dictionary(file: Path, words: Sequence[bytes]) -> Path:
    """Write words as libFuzzer and AFL++ read them, and return the file."""
    texts = ("".join(f"\\x{byte:02x}" for byte in word) for word in words)
    file.write_text("".join(f'word_{n}="{text}"\n' for n, text in enumerate(texts)), encoding="ascii")
    return file
