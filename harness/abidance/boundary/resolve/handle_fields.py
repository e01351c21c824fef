"""What a contract says of the fields of handles that the caller allocates: which it sets, and which it only reads."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import AddressShape, HandleShape, RecordShape
from abidance.boundary.resolve.unseen_fields import fields_shown, reader_of
from abidance.core.catalogue import WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.plan.remnants import LEAST_BYTES

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from abidance.boundary.model.handle_life import HandleLife
    from abidance.boundary.model.states import StateMachine
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.model import Contract, FieldPromise, HandlePromise
    from abidance.core.span import Span


def described(fields: Mapping[str, FieldPromise]) -> frozenset[str]:
    """Return the fields that the contract describes for the caller to set before each call."""
    handed_on = {each.user_data.text for each in fields.values() if each.user_data is not None}
    return frozenset({*fields, *handed_on} - {*read_only(fields)})


def read_only(fields: Mapping[str, FieldPromise]) -> Iterator[str]:
    return (name for name, each in fields.items() if each.read_only)


def read_in(
    fields: Mapping[str, FieldPromise], machine: StateMachine | None, handle: str, problems: Problems
) -> Mapping[str, frozenset[str]]:
    """Return in which states fields have a value that have one in some only; complain about states that are none."""
    found: dict[str, frozenset[str]] = {}
    for name, each in fields.items():
        for state in each.read_only if isinstance(each.read_only, tuple) else ():
            called = machine.called(state.text) if machine is not None else ()
            if not called:
                known: dict[str, Span | None] = dict.fromkeys(machine.named if machine is not None else ())
                problems.unknown("state", state.text, state.span, known, f"`{handle}`")
            found[name] = found.get(name, frozenset()) | {*called}
    return found


def promised_fields(contract: Contract, promise: HandlePromise, shaper: Shaper) -> Mapping[str, FieldPromise]:
    """Return what the contract says of the fields of a handle's type."""
    wanted = (promise.type or promise.name).text
    for name, type_ in (contract.types or {}).items():
        one, other = shaper.declarations.find_object(name), shaper.declarations.find_object(wanted)
        if one and other and shaper.declarations.same(one, other):
            return type_.fields
    return {}


def _held_in(
    name: str, promises: Iterable[HandlePromise], lives: Mapping[str, HandleLife], shaper: Shaper
) -> tuple[str, str] | None:
    """Return a handle of the caller's memory with a field that is a record of a type, and that field."""
    wanted = shaper.declarations.find_object(name)
    for promise in promises:
        record = lives[promise.name.text].record
        for member in record.members if record is not None and wanted is not None else ():
            shape = member.shape
            held = shaper.declarations.find_type(shape.spelling) if isinstance(shape, RecordShape) else None
            if held is not None and wanted is not None and shaper.declarations.same(held, wanted):
                return str(promise.type or promise.name), member.name
    return None


def check_fields_of_handles(
    contract: Contract, lives: Mapping[str, HandleLife], shaper: Shaper, problems: Problems
) -> None:
    """Complain about fields that are only read, or secret, of types of which the caller makes values.

    Of secret ones, also where they hold no memory that a copy would be known by.
    """
    records = [promise for name, promise in contract.handles.items() if name in lives and lives[name].record]
    for type_ in contract.types.values():
        if any(promised_fields(contract, each, shaper) is type_.fields for each in records):
            continue
        library = next(
            (
                life
                for kind, life in lives.items()
                if promised_fields(contract, contract.handles[kind], shaper) is type_.fields
            ),
            None,
        )
        for name, each in type_.fields.items():
            for clause in ("read_only", "secret"):
                if not each.says(clause):
                    continue
                words = f"`{clause}` is about handles that the caller allocates, and no `{type_.name}` is one"
                help_ = f"`handles: {{{type_.name}: {{create: ...}}}}` says that it is"
                if held := _held_in(type_.name.text, records, lives, shaper):
                    said = f"{held[0]}: {{fields: {{{held[1]}: {{{clause}: true}}}}}}"
                    help_ = f"say it of the field that holds one: `{said}`"
                elif library is not None and clause == "secret":
                    help_ = "the library allocates it: what a function is given to put there may be `secret`"
                elif library is not None:
                    shown = fields_shown(library, shaper.declarations).get(name)
                    reader = shown and reader_of(library, shown, library.name, shaper.declarations)[0]
                    asked = f", `{reader}` under `functions`" if reader else ""
                    help_ = f"the library allocates it: a function of the contract's own returns it{asked}"
                problems.add(Diagnostic(WRONG_VALUE, words, (Label(each.key_span(clause)),), help=help_))
    for promise in records:
        fields = promised_fields(contract, promise, shaper) or {}
        record = lives[promise.name.text].record
        for member in record.members if record is not None else ():
            field = fields.get(member.name)
            if field is None or not field.secret:
                continue
            if isinstance(member.shape, AddressShape | HandleShape) or member.shape.size < LEAST_BYTES:
                words = f"no copy of `{member.name}` would be known: a secret field has {LEAST_BYTES} bytes or more"
                help_ = "what a function is given to put there may be `secret`"
                labels = (Label(field.key_span("secret")), Label(member.declared))
                problems.add(Diagnostic(WRONG_VALUE, words, labels, help=help_))
