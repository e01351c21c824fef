"""Measures the tables of `upgrades.md`: `python docs/explanation/make_upgrades.py --repositories DIR`.

DIR holds clones of the libraries' public repositories by name (zlib, libyaml, lz4, libpng). Each release is built with
gcc as its own makefile has it, and each pair is shown to the gate, to abidiff and to abicheck, where installed.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
import tempfile
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Library:
    """How a library is built. `sources` are patterns; `copied` are files that its own build would make."""

    repository: str
    releases: tuple[str, ...]
    sources: tuple[str, ...]
    header: str
    soname: str
    flags: tuple[str, ...] = ()
    libraries: tuple[str, ...] = ()
    copied: tuple[tuple[str, str], ...] = ()
    without: tuple[str, ...] = ()
    script: str = ""


LIBRARIES = (
    Library(
        "https://github.com/madler/zlib",
        ("v1.2.8", "v1.2.9", "v1.2.11", "v1.2.12", "v1.2.13", "v1.3", "v1.3.1"),
        ("*.c",),
        "zlib.h",
        "libz.so.1",
        ("-DHAVE_UNISTD_H", "-DHAVE_STDARG_H", "-DHAVE_HIDDEN", "-D_LARGEFILE64_SOURCE=1"),
        script="zlib.map",
    ),
    Library(
        "https://github.com/yaml/libyaml",
        ("0.1.4", "0.1.5", "0.1.7", "0.2.1", "0.2.2", "0.2.4", "0.2.5"),
        ("src/*.c",),
        "include/yaml.h",
        "libyaml-0.so.2",
        (
            "-Iinclude",
            "-DYAML_VERSION_MAJOR=0",
            "-DYAML_VERSION_MINOR=0",
            "-DYAML_VERSION_PATCH=0",
            '-DYAML_VERSION_STRING="0"',
        ),
    ),
    Library(
        "https://github.com/lz4/lz4",
        ("v1.8.0", "v1.8.3", "v1.9.0", "v1.9.2", "v1.9.3", "v1.9.4", "v1.10.0"),
        ("lib/*.c",),
        "lib/lz4.h",
        "liblz4.so.1",
        ("-DXXH_NAMESPACE=LZ4_", "-fvisibility=hidden"),
    ),
    Library(
        "https://github.com/pnggroup/libpng",
        ("v1.6.0", "v1.6.21", "v1.6.37", "v1.6.43", "v1.6.50"),
        ("*.c",),
        "png.h",
        "libpng16.so.16",
        ("-DPNG_INTEL_SSE_OPT=0",),
        ("-lz", "-lm"),
        (("scripts/pnglibconf.h.prebuilt", "pnglibconf.h"),),
        ("example.c", "pngtest.c"),
    ),
)


@dataclass(frozen=True, slots=True)
class Release:
    name: str
    library: Path
    header: Path


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--repositories", type=Path, required=True, help="a folder of clones")
    parser.add_argument("--abicheck", default="abicheck", help="the command, where it is in no PATH")
    parser.add_argument("--keep", type=Path, help="where to build, to look at afterwards")
    options = parser.parse_args()
    with tempfile.TemporaryDirectory() as scratch:
        place = options.keep or Path(scratch)
        for library in LIBRARIES:
            name = library.repository.rpartition("/")[2]
            releases = [
                built(library, options.repositories / name, place / name, each) for each in library.releases
            ]
            print(f"\n## {name}\n")
            print(
                "| From | To | abidance | the worst of it | abidiff | abicheck |\n|---|---|---|---|---|---|",
                flush=True,
            )
            pairs = [*pairwise(releases), (releases[0], releases[-1])]
            for old, new in pairs:
                cells = (*gate(old, new), abidiff(old, new), abicheck(options.abicheck, old, new))
                print(f"| {old.name} | {new.name} | {' | '.join(cells)} |", flush=True)


def built(library: Library, repository: Path, place: Path, release: str) -> Release:
    """Build one release as a shared object with debug information."""
    folder = place / release
    output = folder / library.soname
    if not output.exists():
        folder.mkdir(parents=True, exist_ok=True)
        archive = subprocess.run(
            ["git", "-C", repository, "archive", release], capture_output=True, check=True
        ).stdout
        subprocess.run(["tar", "x", "-C", folder], input=archive, check=True)
        for source, target in library.copied:
            shutil.copy(folder / source, folder / target)
        sources = [each for pattern in library.sources for each in sorted(folder.glob(pattern))]
        sources = [str(each) for each in sources if each.name not in library.without]
        script = [f"-Wl,--version-script,{library.script}"] if library.script else []
        command = [
            "gcc",
            "-g",
            "-O2",
            "-w",
            "-fPIC",
            "-shared",
            f"-Wl,-soname,{library.soname}",
            *script,
            *library.flags,
        ]
        subprocess.run([*command, "-o", output, *sources, *library.libraries], cwd=folder, check=True)
    return Release(release.removeprefix("v"), output, folder / library.header)


def gate(old: Release, new: Release) -> tuple[str, str]:
    """Return the verdict, and what it rests on: the kinds of the changes that share it."""
    command = [sys.executable, "-m", "abidance", "abi", "diff", old.library, new.library, "--format", "json"]
    ran = run([*command, "--old-header", old.header, "--new-header", new.header])
    found = json.loads(ran.stdout)
    worst = [each for each in found["changes"] if each["verdict"] == found["verdict"]]
    kinds: dict[str, list[str]] = {}
    for each in worst:
        kinds.setdefault(each["name"], []).append(each["subject"])
    if found["verdict"] == "compatible":
        return "compatible", ", ".join(f"{len(names)} {kind}" for kind, names in kinds.items()) or "-"
    told = [
        f"{kind}: {', '.join(names[:3])}{f' and {len(names) - 3} more' if len(names) > 3 else ''}"
        for kind, names in kinds.items()
    ]
    return found["verdict"], "; ".join(told)


def abidiff(old: Release, new: Release) -> str:
    """Return what abidiff's exit status says, and what it counts (abidiff(1), return values)."""
    if shutil.which("abidiff") is None:
        return "not installed"
    headers = ["--headers-dir1", old.header.parent, "--headers-dir2", new.header.parent]
    ran = run(["abidiff", *headers, old.library, new.library])
    words = "no change" if ran.returncode == 0 else "incompatible" if ran.returncode & 8 else "changed"
    counts = [
        line for line in ran.stdout.splitlines() if "changes summary:" in line or "symbols changes" in line
    ]
    short = [line.partition(":")[2].strip() for line in counts if "0 Removed, 0 Changed, 0 Added" not in line]
    return f"{words}{': ' + '; '.join(short) if short and ran.returncode else ''}"


def abicheck(command: str, old: Release, new: Release) -> str:
    """Return abicheck's verdict."""
    if shutil.which(command) is None:
        return "not installed"
    headers = ["--header", f"old={old.header}", "--header", f"new={new.header}"]
    os.environ.setdefault("ABICHECK_AST_FRONTEND", "clang")
    ran = run([command, "compare", old.library, new.library, *headers])
    return {0: "compatible", 2: "source break", 4: "breaking"}.get(ran.returncode, f"status {ran.returncode}")


def run(command: list[object]) -> subprocess.CompletedProcess[str]:
    return subprocess.run([str(each) for each in command], capture_output=True, text=True, check=False)


if __name__ == "__main__":
    main()
