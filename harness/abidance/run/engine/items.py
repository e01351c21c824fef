"""The items of a contract: one for each function, handle or law, phase and build.

Listing them builds and loads nothing.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION, NOTHING_SELECTED
from abidance.core.diagnostic import VERSUS, Diagnostic, Label
from abidance.core.errors import NothingCollectedError, UsageError
from abidance.core.events import ItemId
from abidance.core.nearest import did_you_mean
from abidance.run.engine.partition import shares
from abidance.run.inputs.applicability import is_as_shipped
from abidance.run.inputs.exploring import seconds_for
from abidance.run.inputs.selection import Selection
from abidance.run.phases import EXPLORE, LAWS, LOAD, PHASES
from abidance.run.phases.whole import WHOLE_PHASES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from abidance.contract.model import Contract, Library
    from abidance.contract.model.laws import Law
    from abidance.core.span import Span

PREBUILT = "prebuilt"
EVERYTHING = Selection()


@dataclass(frozen=True, slots=True)
class Item:
    """An item and the contract's line of its function."""

    id: ItemId
    span: Span


def list_items(
    contract: Contract,
    selection: Selection = EVERYTHING,
    builds: Sequence[str] = (),
    explore: float | None = None,
) -> tuple[Item, ...]:
    """Return the selected items: those about the header first, then library by library, build by build.

    `builds` replaces the builds that the contract names, and `explore` its seconds for phase `explore`.
    """
    items = tuple(_items(contract, selection, builds, explore))
    if not selection.is_partition:
        return items
    number, count = selection.partition
    return tuple(item for item, share in zip(items, shares(items, count), strict=True) if share == number)


def check_names(contract: Contract, selection: Selection) -> None:
    """Raise UsageError for a selected library that the contract does not have, naming the nearest."""
    for name in selection.libraries:
        if name not in contract.libraries and name not in dict(selection.extra):
            raise UsageError(
                Diagnostic(
                    BAD_CONFIGURATION,
                    f"`{contract.boundary}` has no library `{name}`",
                    help=did_you_mean(name, contract.libraries)
                    or f"it has {', '.join(contract.libraries)}; `NAME=PATH` tests another file",
                )
            )


def no_library(contract: Contract) -> NothingCollectedError:
    """Return the error of a contract whose functions nothing implements."""
    return NothingCollectedError(
        Diagnostic(
            NOTHING_SELECTED,
            f"nothing was called: `{contract.boundary}` has no library",
            (Label(contract.key_span("boundary")),),
            help="name one under `libraries:`, or give a shared object with `--library NAME=PATH`",
        )
    )


def _items(
    contract: Contract, selection: Selection, builds: Sequence[str], explore: float | None
) -> Iterator[Item]:
    boundary = str(contract.boundary)
    phases = [phase for phase in PHASES if selection.takes_phase(phase.name)]
    subjects = {
        section: [(n, p) for n, p in getattr(contract, section).items() if selection.takes_function(n)]
        for section in dict.fromkeys(section for phase in phases for section in phase.of)
    }
    yield from _whole(contract, selection)
    for phase in phases:
        if not phase.calls:
            for name, promise in (each for section in phase.of for each in subjects[section]):
                yield Item(ItemId(boundary, name, phase.name), promise.span)
    # Without a library the calls are still listed: they cannot be judged, and must not look as if none was due.
    for library, build in libraries(contract, selection, builds) or [("", "")]:
        loads = selection.takes_phase(LOAD) and selection.takes_boundary(boundary)
        if library and contract.functions and loads:
            yield Item(ItemId(boundary, boundary, LOAD, library, build), contract.key_span("boundary"))
        for section, promises in subjects.items():
            for name, promise in promises:
                if section == LAWS and promise.libraries:
                    continue
                for phase in phases:
                    called = phase.calls and not phase.compares and section in phase.of
                    fits = called and phase.applies(promise) and phase.fits(contract, promise)
                    if fits and phase.name == EXPLORE:
                        fits = seconds_for(contract, promise, explore) > 0
                    if fits and phase.on(promise, library, build):
                        yield Item(ItemId(boundary, name, phase.name, library, build), promise.span)
    for name, law in subjects.get(LAWS, ()):
        if selection.takes_phase(LAWS):
            for library, build in _called_by(contract, law, selection, builds):
                yield Item(ItemId(boundary, name, LAWS, library, build), law.span)
    for library, build in comparisons(contract, selection, builds):
        for section, promises in subjects.items():
            for name, promise in promises:
                for phase in phases:
                    compared = phase.compares and section in phase.of and not _left_out(contract, name)
                    if compared and phase.applies(promise) and phase.fits(contract, promise):
                        yield Item(ItemId(boundary, name, phase.name, library, build), promise.span)


def _whole(contract: Contract, selection: Selection) -> Iterator[Item]:
    """Yield the items of the boundary itself, unless only some of its functions are selected."""
    boundary = str(contract.boundary)
    for phase in WHOLE_PHASES.values():
        chosen = selection.takes_phase(phase.name) and selection.takes_boundary(boundary)
        if contract.says(phase.clause) and chosen:
            yield Item(ItemId(boundary, boundary, phase.name), contract.key_span(phase.clause))


def libraries(
    contract: Contract, selection: Selection = EVERYTHING, builds: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Return the selected libraries with each of their builds, in the order in which they were named."""
    given = [name for name, _ in selection.extra]
    unordered = [name for name in given if name not in selection.libraries]
    pairs: list[tuple[str, str]] = []
    for name in (*unordered, *selection.libraries) or tuple(contract.libraries):
        if name in given:
            pairs.append((name, PREBUILT))
            continue
        library = contract.libraries[name]
        pairs += [(name, build) for build in _builds(contract, library, selection.builds or tuple(builds))]
    if selection.builds:
        pairs = [(name, build) for name, build in pairs if build in selection.builds or build == PREBUILT]
    return pairs


def comparisons(
    contract: Contract, selection: Selection = EVERYTHING, builds: Sequence[str] = ()
) -> list[tuple[str, str]]:
    """Return what is compared, as names for an ItemId: each library with the first, on the first build of each.

    With one library, its first two builds are compared.
    """
    clause = contract.equivalence
    if clause is not None and clause.compare == "none":
        return []
    found: dict[str, list[str]] = {}
    for library, build in libraries(contract, selection, builds):
        found.setdefault(library, []).append(build)
    if clause is not None and clause.libraries:
        named = {name.text for name in clause.libraries} | {name for name, _ in selection.extra}
        found = {library: those for library, those in found.items() if library in named}
    if len(found) == 1:
        ((library, those),) = found.items()
        return [(library, VERSUS.join(those[:2]))] if len(those) > 1 else []
    pairs = []
    for other in list(found)[1:]:
        one = next(iter(found))
        shared = next((build for build in found[one] if build in found[other]), None)
        pairs.append((f"{one}{VERSUS}{other}", shared or f"{found[one][0]}{VERSUS}{found[other][0]}"))
    return pairs


def _called_by(
    contract: Contract, law: Law, selection: Selection, builds: Sequence[str]
) -> list[tuple[str, str]]:
    """Return the libraries that a law names, and their build, as names for an ItemId.

    Of several it is the first build that they share, without a sanitizer where there is one: what these find, they find
    of each library by itself. There is none where one of the libraries is no part of the run.
    """
    found: dict[str, list[str]] = {name: [] for name in law.libraries}
    for library, build in libraries(contract, selection, builds):
        if library in found:
            found[library].append(build)
    if not found or not all(found.values()):
        return []
    named = VERSUS.join(found)
    if len(found) == 1:
        return [(named, build) for build in found[named]]
    first, *others = found.values()
    shared = [build for build in first if all(build in each for each in others)]
    plain = sorted(shared, key=lambda build: not is_as_shipped(build))
    return [(named, plain[0] if plain else VERSUS.join(each[0] for each in found.values()))]


def _left_out(contract: Contract, function: str) -> bool:
    clause = contract.equivalence
    known = {name.text: each for name, each in clause.except_.items()} if clause is not None else {}
    return any(each.when is None for each in known.get(function, ()))


def _builds(contract: Contract, library: Library, chosen: Sequence[str]) -> Sequence[str]:
    if library.prebuilt:
        return (PREBUILT,)
    return tuple(chosen or contract.builds)
