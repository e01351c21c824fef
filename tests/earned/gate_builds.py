"""What the tests of the gate build: a library from a text, in a folder of its own, and what the command says of two."""

from __future__ import annotations

import json
import subprocess
from typing import TYPE_CHECKING

from abidance.cli.main import main

if TYPE_CHECKING:
    from pathlib import Path


def c_library(folder: Path, source: str, *flags: str, header: str = "", name: str = "lib.so") -> Path:
    """Build `source` as a shared object with debug information; `header` is `lib.h` beside it."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lib.h").write_text(header)
    (folder / "lib.c").write_text(source)
    command = ["gcc", "-g", "-w", "-shared", "-fPIC", *flags, "-o", name, "lib.c"]
    subprocess.run(command, cwd=folder, check=True)
    return folder / name


def rust_library(folder: Path, source: str, *flags: str) -> Path:
    """Build `source` as a cdylib with debug information."""
    folder.mkdir(parents=True, exist_ok=True)
    (folder / "lib.rs").write_text(source)
    command = [
        "rustc",
        "--crate-type=cdylib",
        "--edition=2021",
        "-Cpanic=abort",
        "-g",
        *flags,
        "-o",
        "lib.so",
    ]
    subprocess.run([*command, "lib.rs"], cwd=folder, check=True, capture_output=True)
    return folder / "lib.so"


def compared(capsys, old: Path, new: Path, *options: str | Path) -> tuple[int, dict[str, str], dict]:
    """Return the exit status of `abi diff`, the verdict of each change that is not compatible, and the document."""
    code = main(["abi", "diff", str(old), str(new), "--format", "json", *map(str, options)])
    document = json.loads(capsys.readouterr().out)
    told = {each["name"]: each["verdict"] for each in document["changes"] if each["verdict"] != "compatible"}
    return code, told, document


def headers(old: Path, new: Path) -> tuple[str, ...]:
    """Return the options that give each side the header beside it."""
    return "--old-header", str(old.with_name("lib.h")), "--new-header", str(new.with_name("lib.h"))
