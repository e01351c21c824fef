"""A contract brought up to date with its header: what is new is added, what is gone is said, all else stays."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.contract.load import load_contract
from abidance.contract.source.compose import compose
from abidance.contract.source.files import read_text
from abidance.contract.source.insertion import NewValue, add_comment, add_entry, meaning
from abidance.core.errors import AbidanceError
from abidance.draft.drafting import assembled, function_drafts
from abidance.draft.fields import field_drafts
from abidance.draft.project import InitRequest, LibraryOptions, viewed
from abidance.draft.rendering import clauses_of, flow, render_function, render_handle
from abidance.draft.rules.statuses import meaning_of
from abidance.ir.types import EnumRef, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.contract.source.insertion import Plain
    from abidance.draft.model import Draft
    from abidance.draft.views import HeaderView

_COMMENT = re.compile(r"#.*")


@dataclass(frozen=True, slots=True)
class ContractUpdate:
    """A contract's text before and after, what was added, and what of it the header no longer has."""

    before: str
    after: str
    added: tuple[str, ...]
    gone: tuple[str, ...]


def update(path: Path) -> ContractUpdate:
    """Return what a changed header makes of a contract; nothing is written.

    A function that the contract names only in a comment is wanted neither as a clause nor as a question. Raises
    UsageError for a contract or header that cannot be read.
    """
    contract = load_contract(path)
    text = read_text(path)
    view = viewed(_request(contract, path)).view
    drafted = assembled(view, function_drafts(view))
    changes = _Changes(path, text, view)
    changes.handles(drafted)
    changes.functions(contract, drafted)
    changes.parameters(drafted)
    changes.fields()
    changes.statuses()
    return ContractUpdate(text, changes.text, tuple(changes.added), tuple(_gone(changes.written, view)))


def _request(contract: Contract, path: Path) -> InitRequest:
    """Return what `init` would have been asked for: a library that is there already tells what it exports."""
    known = [each for each in contract.libraries.values() if each.kind in ("path", "name")]
    named = known[0] if known else None
    library = LibraryOptions()
    if named is not None:
        library = LibraryOptions(str(named.path) if named.kind == "path" else str(named.soname))
    prebuilt = bool(contract.libraries)
    request = InitRequest(
        str(contract.header),
        path.parent,
        contract.include_dirs,
        {name.text: value for name, value in contract.defines.items()},
        contract.prefix,
        library if named is not None or not prebuilt else LibraryOptions(cargo="."),
    )
    try:
        viewed(request)
    except AbidanceError:  # the library is not built yet: then the header alone is asked
        return replace(request, library=LibraryOptions(cargo="."))
    return request


class _Changes:
    """The text as it grows."""

    def __init__(self, path: Path, text: str, view: HeaderView) -> None:
        self._path = path
        self._view = view
        self.text = text
        self.written = _mapping(meaning(compose(text, path)))
        self.added: list[str] = []

    def handles(self, draft: Draft) -> None:
        """Add handles of types that the contract has none of."""
        known = _mapping(self.written.get("handles"))
        types = {str(_mapping(each).get("type", name)) for name, each in known.items()}
        used = {
            str(guess.value)
            for each in draft.functions
            if self._is_new(each.name) and each.left_out is None
            for guess in each.every_guess()
            if guess.clause == "handle"
        }
        for handle in draft.handles:
            if handle.name in known or handle.name in types or handle.name not in used:
                continue
            first, *block = render_handle(handle)
            value = NewValue(first.partition(": ")[2], tuple(line.removeprefix("  ") for line in block))
            self._entry(("handles",), handle.name, value)
            self.added.append(f"handle `{handle.name}`")

    def functions(self, contract: Contract, draft: Draft) -> None:
        """Add functions: those that can be called as clauses, others as comments with their question."""
        for function in draft.functions:
            owned = contract.owns(function.name) if contract.prefix or contract.select else True
            if not owned or not self._is_new(function.name):
                continue
            lines = render_function(function)
            if function.left_out is None:
                block = tuple(line.removeprefix("  ") for line in lines[1:])
                self._entry(("functions",), function.name, NewValue("", block))
            else:
                bare = [line.removeprefix("# ") for line in lines]
                self.text = add_comment(self.text, self._path, ("functions",), bare)
            self.added.append(
                f"function `{function.name}`{'' if function.left_out is None else ', as a comment'}"
            )

    def parameters(self, draft: Draft) -> None:
        """Add parameters that a function of the contract has now."""
        for name, promise in _mapping(self.written.get("functions")).items():
            function = draft.function(name)
            if function is None or "prototype" in _mapping(promise):
                continue
            named = [place for place in function.params if not place.name.startswith("arg")]
            known = _described(promise, [place.name for place in named])
            if not set(known) & {place.name for place in named}:
                continue  # the header has no names: these are the contract's own
            for place in named:
                pointer = self._view.points(name, place.name)
                if place.name not in known and pointer:
                    self._entry(("functions", name, "params"), place.name, flow(clauses_of(place)))
                    self.added.append(f"parameter `{place.name}` of `{name}`")

    def fields(self) -> None:
        """Add pointer fields of records whose fields the contract describes."""
        for name, promise in _mapping(self.written.get("types")).items():
            known = _mapping(_mapping(promise).get("fields"))
            type_ = self._view.declarations.find_type(name)
            if not known or type_ is None:
                continue
            for place in field_drafts(self._view, type_):
                if place.name not in known:
                    self._entry(("types", name, "fields"), place.name, flow(clauses_of(place)))
                    self.added.append(f"field `{name}.{place.name}`")

    def statuses(self) -> None:
        """Add enumerators to the errors of a status whose enum has them now."""
        declarations = self._view.declarations
        for name, promise in _mapping(self.written.get("functions")).items():
            function = declarations.functions.get(name)
            status = _mapping(_mapping(_mapping(promise).get("returns")).get("status"))
            bare = self._view.bare(function.returns) if function is not None else None
            if not status or not isinstance(bare, EnumRef) or bare.key not in declarations.enums:
                continue
            ok = status.get("ok")
            listed = {*map(str, ok if isinstance(ok, list) else [ok]), *_mapping(status.get("errors"))}
            enum = declarations.enums[bare.key]
            if not listed <= {each.name for each in enum.enumerators}:
                continue  # by ranges or numbers, which need not be added to
            for each in enum.enumerators:
                if each.name not in listed:
                    at = ("functions", name, "returns", "status", "errors")
                    self._entry(at, each.name, flow(meaning_of(self._view, enum, each)))
                    self.added.append(f"status `{each.name}` of `{name}`")

    def _is_new(self, name: str) -> bool:
        """Tell whether the contract does not speak of a function, not even in a comment."""
        if name in _mapping(self.written.get("functions")):
            return False
        named = re.compile(rf"\b{re.escape(name)}\b")
        return not any(named.search(found[0]) for found in _COMMENT.finditer(self.text))

    def _entry(self, at: tuple[str, ...], key: str, value: NewValue | str) -> None:
        self.text = add_entry(self.text, self._path, at, key, value)


def _described(promise: Plain, names: Sequence[str]) -> list[str]:
    """Return the parameters that a function's clauses describe, one with reserved underscores by its name without."""
    params = _mapping(_mapping(promise).get("params"))
    return [each.lstrip("_") if each not in names and each.lstrip("_") in names else each for each in params]


def _gone(written: dict[str, Plain], view: HeaderView) -> Iterator[str]:
    """Yield what the contract names and the header does not have."""
    declarations = view.declarations
    for name, promise in _mapping(written.get("functions")).items():
        if "prototype" in _mapping(promise):
            continue
        function = declarations.functions.get(name)
        if function is None:
            yield f"function `{name}`"
            continue
        names = [each.name for each in function.parameters]
        if all(names) or not names:
            gone = (each for each in _described(promise, names) if each not in names)
            yield from (f"parameter `{each}` of `{name}`" for each in gone)
    for name, promise in _mapping(written.get("types")).items():
        type_ = declarations.find_type(name)
        if type_ is None:
            yield f"type `{name}`"
            continue
        bare = view.bare(type_)
        record = declarations.records.get(bare.key) if isinstance(bare, RecordRef) else None
        if record is not None and record.fields is not None:
            there = {each.name for each in declarations.named_fields(record)}
            yield from (
                f"field `{name}.{each}`"
                for each in _mapping(_mapping(promise).get("fields"))
                if each not in there
            )


def _mapping(value: Plain) -> dict[str, Plain]:
    return value if isinstance(value, dict) else {}
