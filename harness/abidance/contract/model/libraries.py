"""`libraries:`: the implementations of the boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar, Literal

from abidance.contract.language.clauses import Clauses, ClauseSnippet, NamedClauses, clause
from abidance.contract.language.kinds import (
    ARGUMENT,
    CACHE_TEXT,
    CACHE_VARIABLE,
    FLAG,
    LABEL,
    PATH,
    TEXT,
)
from abidance.contract.language.rules import ExactlyOne, Needs
from abidance.contract.language.shapes import ListOf, MapOf, Shorthand

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.contract.language.clauses import Name

LibraryKind = Literal["path", "name", "cmake", "cargo", "command"]
KINDS: tuple[LibraryKind, ...] = ("path", "name", "cmake", "cargo", "command")


@dataclass(frozen=True, slots=True, kw_only=True)
class CMakeProject(Clauses):
    """Where a CMake project is and how it is configured."""

    title: ClassVar[str] = "A CMake project, and how it is configured."

    source: Path = field(metadata=clause(PATH, "The folder of the project.", required=True))
    defines: Mapping[Name, str] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(CACHE_VARIABLE, CACHE_TEXT, words="a mapping from cache variables to values"),
            "Cache variables, as `cmake -D` sets them.",
        ),
    )
    preset: str | None = field(
        default=None, metadata=clause(TEXT, "A configure preset of the project's `CMakePresets.json`.")
    )
    toolchain: Path | None = field(
        default=None, metadata=clause(PATH, "A toolchain file, `CMAKE_TOOLCHAIN_FILE`.")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Library(NamedClauses):
    """One implementation: a file, a system library, or how to build it."""

    title: ClassVar[str] = "One implementation of the boundary: a shared object, or how to build it."
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType(
        dict.fromkeys(("source", "sources", "build", "compile", "make", "meson"), "command")
        | dict.fromkeys(("file", "so", "shared_object"), "path")
        | dict.fromkeys(("lib", "library", "soname", "system"), "name")
    )
    rules = (
        ExactlyOne(KINDS),
        Needs("target", ("cmake",)),
        Needs("cmake", ("target",)),
        Needs("command", ("artifact",)),
        Needs("artifact", ("command",)),
        *(Needs(key, ("cargo",)) for key in ("package", "features", "default_features")),
        Needs("links", ("path", "command")),
    )
    snippets = (
        ClauseSnippet("a shared object", {"path": "${1:build/libname.so}"}),
        ClauseSnippet("an installed library", {"name": "${1:z}"}),
        ClauseSnippet("built by CMake", {"cmake": "${1:.}", "target": "${2:TARGET}"}),
        ClauseSnippet("built by Cargo", {"cargo": "${1:rust}"}),
        ClauseSnippet("built by a command", {"command": ["${1:make}"], "artifact": "${2:build/libname.so}"}),
    )

    path: Path | None = field(
        default=None, metadata=clause(PATH, "A prebuilt shared object, or a static library.")
    )
    soname: str | None = field(
        default=None,
        metadata=clause(
            LABEL, "An installed library, found as the dynamic linker finds it: `z` for libz.so.", key="name"
        ),
    )
    cmake: CMakeProject | None = field(
        default=None,
        metadata=clause(
            Shorthand(CMakeProject, "source", PATH, words="a path, or a mapping with `source`"),
            "A CMake project: its folder, or a mapping with more.",
        ),
    )
    cargo: Path | None = field(
        default=None, metadata=clause(PATH, "The folder of a Cargo package with a cdylib.")
    )
    command: tuple[str, ...] | None = field(
        default=None,
        metadata=clause(
            ListOf(ARGUMENT, least=1, words="a list of words"),
            "The command that builds it, run in the contract's folder.",
        ),
    )
    target: str | None = field(default=None, metadata=clause(LABEL, "The CMake target."))
    package: str | None = field(default=None, metadata=clause(LABEL, "The package of a Cargo workspace."))
    features: tuple[str, ...] | None = field(
        default=None,
        metadata=clause(ListOf(LABEL, words="a list of features"), "Cargo features to enable."),
    )
    default_features: bool | None = field(
        default=None, metadata=clause(FLAG, "Whether Cargo's default features stay enabled.")
    )
    artifact: Path | None = field(
        default=None,
        metadata=clause(PATH, "The shared object or static library that the command produces."),
    )
    links: tuple[str, ...] | None = field(
        default=None,
        metadata=clause(
            ListOf(ARGUMENT, words="a list of libraries"),
            "What a static library needs: `z` for libz, or the path of a file.",
        ),
    )

    @property
    def kind(self) -> LibraryKind:
        """Return which of the kinds it is."""
        return next(kind for kind in KINDS if self.says(kind))

    @property
    def prebuilt(self) -> bool:
        """Return whether it is taken as it is."""
        return self.kind in {"path", "name"}

    @property
    def options(self) -> Mapping[str, object]:
        """Return what else the builder is told."""
        listed: dict[str, object] = {
            "features": self.features,
            "default_features": self.default_features,
            "links": self._links(),
        }
        if self.cmake is not None:
            listed |= {
                "defines": {name.text: value for name, value in self.cmake.defines.items()} or None,
                "preset": self.cmake.preset,
                "toolchain": self.cmake.toolchain,
            }
        return {key: value for key, value in listed.items() if value is not None}

    def _links(self) -> tuple[str, ...] | None:
        """Return what is linked with, paths made absolute: those are relative to the contract."""
        if self.links is None:
            return None
        home = self.span.path.parent
        return tuple(str((home / each).absolute()) if "/" in each else each for each in self.links)

    @property
    def label(self) -> Name:
        """Return the name that the contract gives it."""
        return self.name
