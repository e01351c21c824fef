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


def show(work: Assignment, data: bytes, seconds: float = 10.0) -> str:
    """Return what a target says of the calls that an input stands for, up to the one that ends it."""
    with (
        tempfile.TemporaryDirectory(prefix="abidance-show-") as scratch,
        preloadable(work.executable.artifact.preload) as preload,
    ):
        file = Path(scratch, "input")
        file.write_bytes(data)
        environment = {**environment_of(work, preload), "ABIDANCE_SHOW": "1"}
        named = f"-show={file}" if work.executable.engine == "own" else str(file)
        return run_tool([str(work.executable.path), named], seconds=seconds, environment=environment).stdout


def environment_of(work: Assignment, preload: str) -> dict[str, str]:
    """Return the environment in which a target is run."""
    artifact = work.executable.artifact
    environment = tool_environment(**worker_environment(artifact))
    environment["ASAN_OPTIONS"] = f"{environment['ASAN_OPTIONS']}:{_QUICK}"
    environment |= {"ABIDANCE_ENTRY": work.entry, "ABIDANCE_LIBRARY": str(artifact.path)}
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
