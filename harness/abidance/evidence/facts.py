"""What a contract and its header say of a boundary, as plain data: promises, and what crosses at which place."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Literal

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span

CrossingKind = Literal["pointer", "handle", "callback", "user data", "untold"]
"""`untold` is a pointer of which the contract says nothing."""
PromiseKind = Literal[
    "requires", "ensures", "returns", "param", "effect", "may", "rejects", "example", "cost", "model"
]


@dataclass(frozen=True, slots=True)
class Promise:
    """One thing that the contract says of a function or law, as it is written there."""

    kind: PromiseKind
    text: str
    span: Span


@dataclass(frozen=True, slots=True)
class Crossing:
    """An address that crosses the boundary. `place` is a parameter, ``result``, or a field such as ``request.route``.

    `direction` is ``in``, ``out``, ``inout`` or, where nothing is read or written through it, empty. `of` is what it
    points at: ``bytes``, ``array``, ``string``, a type, or the name of the handle. `length` and `capacity` are
    expressions as the contract has them. `lifetime` is ``call``, ``static`` or ``handle(NAME)``, and empty where the
    contract says none. With `transfers`, memory or a handle changes hands: a callee takes over what is ``in``, a caller
    what is ``out`` or ``inout``, and frees it with `free`, if that is known. `nullable` is ``yes``, ``no`` or the
    condition, and empty where the contract does not say. `span` is the contract's line, or the header's.
    """

    place: str
    kind: CrossingKind
    of: str
    direction: str
    span: Span
    nullable: str = ""
    length: str = ""
    capacity: str = ""
    lifetime: str = ""
    transfers: bool = False
    alloc: str = ""
    free: str = ""


@dataclass(frozen=True, slots=True)
class KnownFunction:
    """A function of the boundary. `declaration` is its C declaration, `declared` where the header has it.

    `listed` tells that the contract promises something of it, rather than only uses it. `creates`, `uses` and
    `destroys` are names of handles. `types` are all names of the types that a call passes or leads to, `layouts` the
    header's own records among them of which callers see what is inside. `refused` says why it cannot be called.
    """

    name: str
    declaration: str
    declared: Span
    span: Span
    listed: bool
    summary: str = ""
    promises: tuple[Promise, ...] = ()
    crossings: tuple[Crossing, ...] = ()
    creates: tuple[str, ...] = ()
    uses: tuple[str, ...] = ()
    destroys: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    layouts: tuple[str, ...] = ()
    refused: tuple[Diagnostic, ...] = ()

    @property
    def is_promised(self) -> bool:
        """Tell whether any clause says what a call does, beyond how it is made."""
        return any(each.kind in ("ensures", "model", "rejects", "example") for each in self.promises)


@dataclass(frozen=True, slots=True)
class KnownHandle:
    """An object that functions create, use and destroy; `functions` are all that take or give one."""

    name: str
    span: Span
    creates: tuple[str, ...]
    destroy: str
    parents: tuple[str, ...]
    functions: tuple[str, ...]
    concurrent: bool | None
    summary: str = ""


@dataclass(frozen=True, slots=True)
class KnownLaw:
    """A relation between calls, and the functions that its steps call."""

    name: str
    span: Span
    functions: tuple[str, ...]
    promises: tuple[Promise, ...]
    summary: str = ""


@dataclass(frozen=True, slots=True)
class KnownLibrary:
    """An implementation that the contract names. `kind` is the clause that says where it is from, such as ``cargo``."""

    name: str
    kind: str
    span: Span


@dataclass(frozen=True, slots=True)
class KnownBoundary:
    """A boundary. `outside` are functions that the header declares, that belong to it, and that no contract lists."""

    name: str
    contract: Path
    header: Path
    summary: str
    functions: tuple[KnownFunction, ...]
    handles: tuple[KnownHandle, ...]
    laws: tuple[KnownLaw, ...]
    libraries: tuple[KnownLibrary, ...]
    builds: tuple[str, ...]
    outside: tuple[str, ...] = ()
    unread: tuple[str, ...] = ()
