"""The whole contract."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from pathlib import Path
from types import MappingProxyType
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, Name, clause
from abidance.contract.language.kinds import (
    FUNCTION_NAME,
    GLOB,
    HEADER,
    LAW_NAME,
    MACRO_NAME,
    NAME,
    PATH,
    PREFIX,
    TEXT,
    TYPE_NAME,
    BuildKind,
    MacroText,
    Version,
)
from abidance.contract.language.rules import AtMostOne, Needs
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.model.abi import Abi, Suppression
from abidance.contract.model.equivalence import Equivalence
from abidance.contract.model.explore import EXPLORE
from abidance.contract.model.functions import FunctionPromise
from abidance.contract.model.laws import Law
from abidance.contract.model.libraries import Library
from abidance.contract.model.may import MAY
from abidance.contract.model.setup import CALLS, SetupPromise
from abidance.contract.model.types import HandlePromise, TypePromise
from abidance.toolchain.builds import DEFAULT_BUILDS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.language.clauses import Name
    from abidance.contract.language.literals import Literal
    from abidance.contract.language.reader import NotJudged
    from abidance.contract.model.explore import Explore


@dataclass(frozen=True, slots=True, kw_only=True)
class Select(Clauses):
    """Globs for what belongs to the boundary."""

    title: ClassVar[str] = (
        "Which functions and types of the header belong to the boundary, where no single prefix covers them."
    )

    functions: tuple[Name, ...] = field(
        default=(), metadata=clause(ListOf(GLOB, words="a list of names"), "Functions, by name or pattern.")
    )
    types: tuple[Name, ...] = field(
        default=(), metadata=clause(ListOf(GLOB, words="a list of names"), "Types, by name or pattern.")
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class Contract(Clauses):
    """What one YAML file promises about a boundary. Paths in it are absolute.

    `header` keeps its angle brackets where the compiler is to look it up. `not_judged` lists the clauses that are
    read and not put to the test.
    """

    title: ClassVar[str] = "What the functions of one C header promise."
    rules = (AtMostOne(("prefix", "select")), Needs("teardown", ("setup",)), Needs("without", ("extends",)))
    other_words: ClassVar[Mapping[str, str]] = MappingProxyType(
        {"name": "boundary", "version": "abidance", "structs": "types", "enums": "types"}
    )

    path: Path = field(default_factory=Path)
    not_judged: tuple[NotJudged, ...] = ()
    files: tuple[Path, ...] = ()
    """What was read: the contract itself, and what it builds on."""
    shared: frozenset[tuple[str, str]] = frozenset()
    """The types and handles that came by `include`, as (section, name): not every header has all of them."""

    abidance: int = field(metadata=clause(Version(), "The version of the contract language.", required=True))
    boundary: Name = field(metadata=clause(NAME, "The boundary's name.", required=True))
    summary: str | None = field(
        default=None, metadata=clause(TEXT, "What the boundary is for, in a sentence.")
    )
    header: Path = field(
        metadata=clause(
            HEADER,
            "The header, relative to this file; or `<zlib.h>`, which the compiler looks up.",
            required=True,
        )
    )
    include_dirs: tuple[Path, ...] = field(
        default=(),
        metadata=clause(ListOf(PATH, words="a list of folders"), "Include directories for the header."),
    )
    defines: Mapping[Name, str] = field(
        default_factory=dict, metadata=clause(MapOf(MACRO_NAME, MacroText()), "Macros to define.")
    )
    prefix: str | None = field(
        default=None, metadata=clause(PREFIX, "The prefix of the names that belong to the boundary.")
    )
    select: Select | None = field(
        default=None,
        metadata=clause(
            RecordOf(Select), "Patterns for the names that belong to the boundary, instead of `prefix`."
        ),
    )
    include: tuple[Path, ...] = field(
        default=(),
        metadata=clause(
            ListOf(PATH, words="a list of paths"),
            "Files whose `types` and `handles` are added to this contract's.",
        ),
    )
    extends: Path | None = field(default=None, metadata=clause(PATH, "The contract that this one extends."))
    without: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(TYPE_NAME, words="a list of names"),
            "Types, handles, functions and laws of the contract that this one extends, and does not have.",
        ),
    )
    libraries: Mapping[str, Library] = field(
        default_factory=dict,
        metadata=clause(MapOf(NAME, RecordOf(Library)), "The implementations of the boundary, by name."),
    )
    builds: tuple[str, ...] = field(
        default=DEFAULT_BUILDS,
        metadata=clause(
            ListOf(BuildKind(), least=1, words="a list of builds"),
            "How cmake, cargo and command libraries are built; `[release, asan+ubsan]` by default.",
        ),
    )
    types: Mapping[str, TypePromise] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(TYPE_NAME, RecordOf(TypePromise)), "What the header cannot express about types."
        ),
    )
    handles: Mapping[str, HandlePromise] = field(
        default_factory=dict,
        metadata=clause(
            MapOf(TYPE_NAME, RecordOf(HandlePromise)),
            "Opaque objects that functions create, use and destroy.",
        ),
    )
    setup: SetupPromise | None = field(
        default=None,
        metadata=clause(
            Shorthand(SetupPromise, "calls", CALLS, words="a list of calls, or a mapping"),
            "Calls that are made before all others, such as `xmlInitParser()`.",
        ),
    )
    teardown: tuple[Mapping[Name, Literal], ...] = field(
        default=(),
        metadata=clause(CALLS, "Calls that are made when all handles of a test case were destroyed."),
    )
    may: tuple[Name, ...] = field(default=(), metadata=MAY)
    functions: Mapping[str, FunctionPromise] = field(
        metadata=clause(
            MapOf(FUNCTION_NAME, RecordOf(FunctionPromise)),
            "The promises of each function.",
            required=True,
        )
    )
    explore: Explore | None = field(
        default=None,
        metadata=clause(EXPLORE, "How long each function and handle is explored; 2 seconds by default."),
    )
    laws: Mapping[str, Law] = field(
        default_factory=dict,
        metadata=clause(MapOf(LAW_NAME, RecordOf(Law, "ensures")), "Relations that must hold between calls."),
    )
    equivalence: Equivalence | None = field(
        default=None, metadata=clause(RecordOf(Equivalence), "Which libraries must give the same results.")
    )
    abi: Abi | None = field(
        default=None, metadata=clause(RecordOf(Abi), "The accepted ABI, and which changes to it are allowed.")
    )
    suppressions: tuple[Suppression, ...] = field(
        default=(),
        metadata=clause(
            ListOf(RecordOf(Suppression), words="a list of mappings"),
            "Exceptions to findings, each with a reason and, if wanted, an expiry date.",
        ),
    )

    def owns(self, name: str) -> bool:
        """Tell whether a function of the header is part of the boundary by its name."""
        return any(fnmatchcase(name, pattern) for pattern in self._patterns)

    def owns_type(self, name: str) -> bool:
        """Tell whether a type of the header is part of the boundary by its name."""
        patterns = map(str, self.select.types) if self.select else self._patterns
        return any(fnmatchcase(name, pattern) for pattern in patterns)

    def owns_constant(self, name: str) -> bool:
        """Tell whether an enumerator or macro is: their names may be in the other case."""
        patterns = (*self._patterns, *map(str, self.select.types if self.select else ()))
        return any(fnmatchcase(name.lower(), pattern.lower()) for pattern in patterns)

    @property
    def _patterns(self) -> tuple[str, ...]:
        if self.select is not None:
            return tuple(map(str, self.select.functions))
        return (f"{self.prefix}*",) if self.prefix else ()
