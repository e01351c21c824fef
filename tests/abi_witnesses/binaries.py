"""Small libraries, built where a test asks for them."""

from __future__ import annotations

import shutil
import subprocess
from pathlib import Path

import pytest

from abidance.abi.facts import UNKNOWN
from abidance.abi.witnesses.binary import binary_facts
from abidance.ir.declarations import spell
from tiers import full

C_BUILDS = [
    ("gcc", "-O0"), ("gcc", "-O2"), ("gcc", "-O3", "-flto"), ("gcc", "-O1", "-gdwarf-4"),
    ("gcc", "-O2", "-fdebug-types-section"), ("gcc", "-O2", "-gz"), ("gcc", "-O2", "-gdwarf-2", "-gstrict-dwarf"),
    ("clang", "-O0"), ("clang", "-O2"), ("clang", "-O1", "-gdwarf-4"), ("clang", "-O3", "-gdwarf-5"),
]  # fmt: skip
RUST_BUILDS = [
    ("-Copt-level=0",), ("-Copt-level=1", "-Zdwarf-version=5"), ("-Copt-level=2",),
    full(("-Copt-level=3", "-Clto")),
]  # fmt: skip


def need(tool):
    """Skip the test where a tool is missing."""
    if shutil.which(tool) is None:
        pytest.skip(f"`{tool}` is not installed")


def run(*command, cwd=None, environment=None):
    """Run a tool that has to succeed."""
    need(command[0])
    done = subprocess.run(
        command, cwd=cwd, env=environment, capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def library(folder, source, *flags, compiler="gcc", name="libx.so"):
    """Compile C source to a shared object with debug information."""
    path = folder / "source.c"
    path.write_text(source)
    run(compiler, "-g", *flags, "-w", "-shared", "-fPIC", str(path), "-o", str(folder / name))
    return folder / name


def rust_library(folder, source, *flags, name="libx.so"):
    """Compile Rust source to a cdylib with debug information."""
    import os  # noqa: PLC0415

    path = folder / "source.rs"
    path.write_text(source)
    need("rustc")
    environment = {**os.environ, "RUSTC_BOOTSTRAP": "1"}
    told = subprocess.run(
        ["rustc", "--print=cfg", *flags],
        env=environment,
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    if told.returncode != 0:
        pytest.skip(f"this rustc does not know {' '.join(flags)}")
    run(
        "rustc", "--edition=2021", "--crate-type=cdylib", "--crate-name=x", "-Cdebuginfo=2", "-Awarnings", *flags,
        str(path), "-o", str(folder / name), environment=environment,
    )  # fmt: skip
    return folder / name


def declaration(facts, name):
    """Return a function as C declares it."""
    signature = facts.functions[name].signature
    if signature is UNKNOWN:
        return "unknown"
    parameters = [
        spell(each.type, each.name if isinstance(each.name, str) else "") for each in signature.parameters
    ]
    if signature.variadic:
        parameters.append("...")
    listed = ", ".join(parameters) or ("void" if signature.prototype else "")
    return spell(signature.returns, f"{name}({listed})")


def members(facts, key):
    """Return a record's members as declaration, byte or bit, and size or width."""
    return [
        (spell(each.type, each.name), each.offset, each.size)
        if each.bit_width is None
        else (spell(each.type, each.name), f"bit {each.bit_offset}", f"{each.bit_width} bits")
        for each in facts.records[key].fields
    ]


def level(facts, witness="dwarf"):
    """Return the level of evidence by name."""
    return facts.level(witness).name


def gaps(facts):
    """Return what the debug information did not tell."""
    return next(each.gaps for each in facts.evidence if each.witness == "dwarf")


__all__ = (
    "C_BUILDS", "RUST_BUILDS", "Path", "binary_facts", "declaration", "gaps", "level", "library", "members", "need",
    "run", "rust_library",
)  # fmt: skip
