"""The script that builds libraries and fuzzers, with what `compile` of OSS-Fuzz and ClusterFuzzLite sets."""

from __future__ import annotations

import os
import shlex
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError
from abidance.toolchain.coverage import rust_coverage_flags

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.contract.model.libraries import CMakeProject, Library

_HEAD = """#!/bin/bash -eu
# Builds the fuzz targets of the contract `@NAME@`. Written by `abidance fuzz --emit`; do not edit.
# ClusterFuzzLite and OSS-Fuzz set CC, CXX, their flags, LIB_FUZZING_ENGINE, OUT and WORK.
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
root=$(cd "$here/../.." && pwd)
work="$WORK/@NAME@"
mkdir -p "$work"
declare -A shared
# Where the target is says nothing about the library.
plain="-fno-sanitize=fuzzer-no-link -w"

# fuzzer NAME ENTRY WORDS...: links one entry of the target with a library, or so that it loads two.
fuzzer() {
    local name=$1 entry=$2
    shift 2
    $CC $CFLAGS $plain "${defines[@]}" "-DABIDANCE_DEFAULT_ENTRY=\\"$entry\\"" -c "$here/target.c" -o "$work/$name.o"
    $CXX $CXXFLAGS "$work/$name.o" "$@" $LIB_FUZZING_ENGINE -rdynamic -ldl -lm -lpthread \\
        "-Wl,-rpath,\\$ORIGIN/lib/$label" -o "$OUT/$name"
    cp "$here/target.dict" "$OUT/$name.dict"
    cp "$here/target.options" "$OUT/$name.options"
    if [ -f "$here/seeds/$entry.zip" ]; then
        cp "$here/seeds/$entry.zip" "$OUT/${name}_seed_corpus.zip"
    fi
}

# take FILE: sets `linked` to what a fuzzer is linked with, and the library's entry in `shared` to a shared object.
take() {
    local name
    mkdir -p "$OUT/lib/$label"
    case "$1" in
    *.a)
        linked=("$1" "${needs[@]}")
        name=$(basename "$1" .a).so
        $CXX $CXXFLAGS -shared -Wl,--whole-archive "$1" -Wl,--no-whole-archive "${needs[@]}" \\
            -o "$OUT/lib/$label/$name"
        ;;
    *)
        # The loader looks for the name that the file itself has.
        name=$(readelf -d "$1" | sed -n 's/.*(SONAME).*\\[\\(.*\\)\\]/\\1/p')
        cp -L "$1" "$OUT/lib/$label/${name:=$(basename "$1")}"
        linked=("$OUT/lib/$label/$name")
        ;;
    esac
    shared[$label]="lib/$label/$name"
}
needs=()
"""
_CMAKE = """
label=@LABEL@
cmake -S "$root/@FOLDER@" -B "$work/$label" -DCMAKE_BUILD_TYPE=None -DBUILD_SHARED_LIBS=OFF \\
    -DCMAKE_POSITION_INDEPENDENT_CODE=ON -DCMAKE_C_COMPILER="$CC" -DCMAKE_CXX_COMPILER="$CXX" \\
    -DCMAKE_C_FLAGS="$CFLAGS" -DCMAKE_CXX_FLAGS="$CXXFLAGS"@OPTIONS@
cmake --build "$work/$label" --target @TARGET@ -j "$(nproc)"
found=$(find "$work/$label" \\( -name 'lib@TARGET@.a' -o -name 'lib@TARGET@.so*' \\) | sort | head -n 1)
if [ -z "$found" ]; then # under another name than its target's
    newest=$(find "$work/$label" \\( -name '*.a' -o -name '*.so' \\) -printf '%T@ %p\\n' | sort -n | tail -n 1)
    found=${newest#* }
fi
take "$found"
"""
_CARGO = """
label=@LABEL@
host=$(rustc -vV | sed -n 's/^host: //p')
RUSTFLAGS="${RUSTFLAGS:-} @FLAGS@" cargo rustc --release --lib --crate-type staticlib --target "$host" \\
    --manifest-path "$root/@FOLDER@/Cargo.toml" --target-dir "$work/$label"@OPTIONS@
needs=(-lutil -lrt)
take "$(find "$work/$label/$host/release" -maxdepth 1 -name 'lib*.a' | sort | head -n 1)"
needs=()
"""
_COMMAND = """
label=@LABEL@
(cd "$root/@FOLDER@" && @COMMAND@)
take "$root/@ARTIFACT@"
"""
_PATH = """
label=@LABEL@
take "$root/@ARTIFACT@"
"""
_INSTALLED = """
label=@LABEL@
take "$($CC -print-file-name=lib@SONAME@.so)"
"""


def fuzzer_name(boundary: str, libraries: Sequence[str], entry: str) -> str:
    """Return the name of the fuzzer of a function or handle: of one library, or of two whose answers it compares."""
    return f"{boundary}_{'_'.join(libraries)}_{entry}_fuzzer"


@dataclass(frozen=True, slots=True)
class BuildScript:
    """Builds a fuzzer for each library and entry and, where libraries are equivalent, one that compares two of them."""

    boundary: Boundary
    root: Path
    entries: tuple[str, ...]

    @property
    def uses_rust(self) -> bool:
        """Tell whether a library is a Cargo package."""
        return any(library.kind == "cargo" for library in self.boundary.contract.libraries.values())

    def text(self) -> str:
        """Return the script; raises UsageError for a library that is not below the root."""
        name, contract = self.boundary.name, self.boundary.contract
        parts = [_HEAD.replace("@NAME@", name)]
        for library in contract.libraries.values():
            parts.append(self._build(library))
            parts.append("defines=(-DABIDANCE_STATIC)")
            label = library.label.text
            parts += [
                f'fuzzer {fuzzer_name(name, (label,), entry)} {entry} "${{linked[@]}}"'
                for entry in self.entries
            ]
        if contract.equivalence is not None and len(contract.libraries) > 1:
            parts.append(self._compared())
        return "\n".join(parts) + "\n"

    def _compared(self) -> str:
        name, equivalence = self.boundary.name, self.boundary.contract.equivalence
        assert equivalence is not None
        named = [each.text for each in equivalence.libraries] or [*self.boundary.contract.libraries]
        one, other = (f'\\"\\$ORIGIN/${{shared[{label}]}}\\"' for label in named[:2])
        lines = [
            "# One process loads both, and their answers are compared.",
            f'defines=("-DABIDANCE_DEFAULT_LIBRARY={one}" "-DABIDANCE_DEFAULT_OTHER={other}")',
        ]
        lines += [f"fuzzer {fuzzer_name(name, named[:2], entry)} {entry}" for entry in self.entries]
        return "\n".join(lines)

    def _build(self, library: Library) -> str:
        match library.kind:
            case "cmake":
                assert library.cmake is not None
                text = _CMAKE.replace("@TARGET@", library.target or "")
                text = text.replace("@FOLDER@", self._below(library, library.cmake.source))
                text = text.replace("@OPTIONS@", "".join(self._configured(library.cmake)))
            case "cargo":
                options = [f"--package {library.package}"] if library.package else []
                options += [f"--features {','.join(library.features)}"] if library.features else []
                options += ["--no-default-features"] if library.default_features is False else []
                text = _CARGO.replace("@FOLDER@", self._below(library, library.cargo))
                text = text.replace("@OPTIONS@", "".join(f" {option}" for option in options))
                text = text.replace("@FLAGS@", " ".join(rust_coverage_flags("edges")))
            case "command":
                text = _COMMAND.replace("@COMMAND@", shlex.join(library.command or ()))
                text = text.replace("@FOLDER@", self._below(library, self.boundary.contract.path.parent))
                text = text.replace("@ARTIFACT@", self._below(library, library.artifact))
            case "path":
                text = _PATH.replace("@ARTIFACT@", self._below(library, library.path))
            case "name":
                text = _INSTALLED.replace("@SONAME@", library.soname or "")
        return text.replace("@LABEL@", library.label.text)

    def _configured(self, project: CMakeProject) -> Iterator[str]:
        """Yield what else CMake is told; a toolchain file would name the compiler, which the services do."""
        if project.preset:
            yield f" --preset {shlex.quote(project.preset)}"
        for name, value in project.defines.items():
            yield f" {shlex.quote(f'-D{name.text}={value}')}"

    def _below(self, library: Library, path: Path | None) -> str:
        """Return a path from the root; services have nothing else."""
        assert path is not None
        found = Path(os.path.relpath(path, self.root.absolute()))
        if ".." in found.parts:
            raise UsageError(
                Diagnostic(
                    BAD_CONFIGURATION,
                    f"`{path}` is not below `{self.root}`, which is all that a fuzzing service has",
                    (Label(library.value_span(library.kind)),),
                    help="give `--emit` the root of the repository",
                )
            )
        return found.as_posix()
