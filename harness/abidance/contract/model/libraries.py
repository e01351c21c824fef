"""`libraries:`: the implementations of the boundary."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar, Literal

from abidance.contract.language.clauses import ClauseSnippet, NamedClauses, clause
from abidance.contract.language.kinds import ARGUMENT, FLAG, LABEL, PATH
from abidance.contract.language.rules import ExactlyOne, Needs
from abidance.contract.language.shapes import ListOf

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from abidance.contract.language.clauses import Name

LibraryKind = Literal["path", "name", "cmake", "cargo", "command"]
KINDS: tuple[LibraryKind, ...] = ("path", "name", "cmake", "cargo", "command")


@dataclass(frozen=True, slots=True, kw_only=True)
class Library(NamedClauses):
    """One implementation: a file, a system library, or how to build it."""

    title: ClassVar[str] = "One implementation of the boundary: a shared object, or how to build it."
    rules = (
        ExactlyOne(KINDS),
        Needs("target", ("cmake",)),
        Needs("cmake", ("target",)),
        Needs("command", ("artifact",)),
        Needs("artifact", ("command",)),
        *(Needs(key, ("cargo",)) for key in ("package", "features", "default_features")),
    )
    snippets = (
        ClauseSnippet("a shared object", {"path": "${1:build/libname.so}"}),
        ClauseSnippet("an installed library", {"name": "${1:z}"}),
        ClauseSnippet("built by CMake", {"cmake": "${1:.}", "target": "${2:TARGET}"}),
        ClauseSnippet("built by Cargo", {"cargo": "${1:rust}"}),
        ClauseSnippet("built by a command", {"command": ["${1:make}"], "artifact": "${2:build/libname.so}"}),
    )

    path: Path | None = field(default=None, metadata=clause(PATH, "A prebuilt shared object."))
    soname: str | None = field(
        default=None,
        metadata=clause(
            LABEL, "An installed library, found as the dynamic linker finds it: `z` for libz.so.", key="name"
        ),
    )
    cmake: Path | None = field(default=None, metadata=clause(PATH, "The folder of a CMake project."))
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
        default=None, metadata=clause(PATH, "The shared object that the command produces.")
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
        listed = {"features": self.features, "default_features": self.default_features}
        return {key: value for key, value in listed.items() if value is not None}

    @property
    def label(self) -> Name:
        """Return the name that the contract gives it."""
        return self.name
