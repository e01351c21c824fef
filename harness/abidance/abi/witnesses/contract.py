"""The contract as a witness: what it promises and demands beyond C, one clause a fact."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.abi.facts import HERE, UNKNOWN, ClauseFacts, Family, Level, WitnessEvidence
from abidance.contract.language.clauses import Clauses, FreeingCall, table
from abidance.contract.language.owners import OwnerByCase
from abidance.contract.model.callbacks import Callback
from abidance.contract.model.places import Element, Lending, TargetPromise
from abidance.ir.arithmetic import canonical
from abidance.ir.traversal import bare
from abidance.ir.types import Basic, EnumRef

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.abi.facts import Facts
    from abidance.contract.language.calls import WrittenCall
    from abidance.contract.model import Contract
    from abidance.contract.model.functions import FunctionPromise
    from abidance.contract.model.laws import Law
    from abidance.contract.model.places import Place
    from abidance.contract.model.returns import Status
    from abidance.contract.model.states import TransitionPromise
    from abidance.contract.model.types import HandlePromise

# What helps to generate calls, or explains, and binds neither side.
_NO_PROMISE = frozenset(
    (
        "summary",
        "generate",
        "examples",
        "model",
        "max",
        "params",
        "returns",
        "fields",
        "layout",
        "prepare",
    )
)
# What the clauses of a callback say of themselves where they are not written.
_UNSAID = {"calls": "0..", "lifetime": "call", "nullable": "false", "threads": "same"}
_APART = ("order", "until")
"""What is said of a callback that is a fact of its own."""
BEHIND, EACH = "*", "[]"
"""End the subject of what is said of a pointer behind a pointer, and of each element of an array of pointers."""
_LISTED = ("requires", "ensures", "effects", "invariants")


def with_contract(facts: Facts, contract: Contract) -> Facts:
    """Return the facts with those of the contract: its clauses, and which enums are closed."""
    enums = dict(facts.enums)
    for name, promise in contract.types.items():
        key = _enum_key(facts, name)
        if key is not None and promise.enum is not None:
            enums[key] = replace(enums[key], closed=promise.enum == "closed")
    return replace(
        facts,
        enums=enums,
        clauses=tuple(
            sorted(set(_all(contract, facts)), key=lambda each: (each.subject, each.aspect, each.text))
        ),
        knows=facts.knows | {Family.CONTRACT},
        evidence=tuple(
            sorted((*facts.evidence, WitnessEvidence("contract", Level.TYPES)), key=lambda each: each.witness)
        ),
    )


def _enum_key(facts: Facts, name: str) -> str | None:
    if name in facts.typedefs:
        target = facts.typedefs[name].type
        target = target if target is UNKNOWN else bare(target, facts.typedefs)
        return target.key if isinstance(target, EnumRef) and target.key in facts.enums else None
    return next((key for key in (name, f"enum {name}") if key in facts.enums), None)


def _is_number(facts: Facts, name: str) -> bool:
    """Tell whether a type is one of whole numbers."""
    if name not in facts.typedefs:
        return canonical(name.split()) is not None
    target = facts.typedefs[name].type
    return target is not UNKNOWN and isinstance(bare(target, facts.typedefs), Basic | EnumRef)


def _all(contract: Contract, facts: Facts) -> Iterator[ClauseFacts]:
    for name, handle in contract.handles.items():
        own = {"create", "destroy", "references", "type", "concurrent", "states", "counts", "transitions"}
        own.add("created_with")  # it is no promise, but what the promises of functions are written with
        yield from _simple(handle, name, leave=own)
        if handle.concurrent:
            yield ClauseFacts(name, "effects", "concurrent", handle.value_span("concurrent"))
        parts = [f"create={handle.create}"] + ([f"destroy={handle.destroy}"] if handle.destroy else [])
        if handle.references is not None:
            parts += [f"acquire={handle.references.acquire}", f"release={handle.references.release}"]
        what = str(handle.type or name)
        if _is_number(facts, what):
            # Several may be of one type, which is no record that callers do not look into.
            parts.append(f"type={what}")
            what = name
        yield ClauseFacts(what, "handle", ", ".join(parts), handle.span)
        yield from _order(handle)
    for name, type_ in contract.types.items():
        yield from _simple(type_, name)
        for field, place in type_.fields.items():
            yield from _simple(place, f"{name}.{field}")
    for name, function in contract.functions.items():
        yield from _function(name, function)
    for name, law in contract.laws.items():
        yield from _law(f"law {name}", law)
    if contract.setup is not None:
        calls = [
            f"{function}({_text(given.entries or {})})"
            for call in contract.setup.calls
            for function, given in call.items()
        ]
        yield ClauseFacts(contract.boundary.text, "setup", _text(calls), contract.value_span("setup"))
    if contract.may:
        yield ClauseFacts(
            contract.boundary.text, "may", _text(sorted(contract.may, key=_text)), contract.value_span("may")
        )


def _order(handle: HandlePromise) -> Iterator[ClauseFacts]:
    """Yield in which states of a handle functions may be called, where that leads, and what they show."""
    for called, several in handle.transitions.items():
        for whose in dict.fromkeys(each.of for each in several):
            own = f"{called}({whose})" if whose is not None else called.text
            yield from _transition(own, [each for each in several if each.of == whose])
    if handle.counts:
        most = sorted(f"{counter}: {each.most}" for counter, each in handle.counts.items())
        yield ClauseFacts(handle.name.text, "counts", ", ".join(most), handle.value_span("counts"))
    for counter, promised in handle.counts.items():
        for function, shown in promised.shown_by.items():
            yield ClauseFacts(function.text, "shown_by", f"{counter}: {_text(shown)}", shown.span)
    for name, state in handle.states.items():
        if state.only:
            allowed = _text(sorted(state.only, key=_text))
            yield ClauseFacts(f"{handle.name}.{name}", "only", allowed, state.value_span("only"))
        for function, shown in state.shown_by.items():
            yield ClauseFacts(function.text, "shown_by", f"{name}: {_text(shown)}", shown.span)


def _transition(own: str, entries: list[TransitionPromise]) -> Iterator[ClauseFacts]:
    """Yield what is said of the calls on one handle: of several entries, each is for the states that it names."""
    span = entries[0].span
    told: dict[str, list[str]] = {"while": [], "counts": [], "transition": []}
    for each in entries:
        whence = f"{_text(sorted(each.from_, key=_text))}: " if len(entries) > 1 and each.from_ else ""
        if each.while_ is not None:
            told["while"].append(whence + _text(each.while_))
        told["counts"] += [f"{whence}{counter}: {_text(number)}" for counter, number in each.counts.items()]
        if each.copies is not None:
            told["transition"].append(f"a copy of {each.copies}")
        if each.to:
            always = [_text(state) for state, condition in each.to.items() if condition is None]
            leads = ", ".join(f"{state}: {_text(condition)}" for state, condition in each.to.items())
            told["transition"].append(whence + (always[0] if always else f"{{{leads}}}"))
    if all(each.from_ for each in entries):
        states = sorted((state for each in entries for state in each.from_), key=_text)
        yield ClauseFacts(own, "from", _text(states), span)
    for aspect in ("once", "resets"):
        if any(each.says(aspect) for each in entries):
            yield ClauseFacts(own, aspect, "true", span)
    for aspect, texts in told.items():
        if texts:
            yield ClauseFacts(own, aspect, ", ".join(texts), span)


def _law(subject: str, law: Law) -> Iterator[ClauseFacts]:
    yield from _simple(law, subject, leave={"given", "steps", "examples"})
    if law.given:
        yield ClauseFacts(subject, "given", _text(law.given), law.value_span("given"))
    if law.steps:
        yield ClauseFacts(
            subject, "steps", _text([_call(each) for each in law.steps]), law.value_span("steps")
        )


def _call(call: WrittenCall) -> str:
    given = [f"{name.text}={_text(each)}" if name else _text(each) for name, each in call.arguments]
    made = f"{call.name.text} = " if call.name else ""
    times = f" {_text(call.times)} times" if call.times is not None else ""
    when = f" if {_text(call.when)}" if call.when is not None else ""
    whose = f"{call.library.text}." if call.library is not None else ""
    return f"{made}{whose}{call.function.text}({', '.join(given)}){times}{when}"


def _function(name: str, function: FunctionPromise) -> Iterator[ClauseFacts]:
    yield from _simple(function, name, leave={"rejects", "cost"})
    if function.cost is not None:
        for key, clause in table(type(function.cost)).items():
            if function.cost.says(key):
                budget = _text(getattr(function.cost, clause.attribute))
                yield ClauseFacts(name, f"cost.{key}", budget, function.cost.value_span(key))
    for each in function.rejects:
        values = dict(sorted(each.values.items(), key=lambda item: _text(item[0])))
        when = _text(values if each.condition is None else each.condition)
        answer = f", returns {_text(each.returns)}" if each.says("returns") else ""
        yield ClauseFacts(name, "rejects", f"{when}{answer}", each.span)
        for condition in each.ensures:
            yield ClauseFacts(name, "rejects", f"{when}, ensures {_text(condition)}", condition.span)
    for parameter, place in function.params.items():
        yield from _simple(place, f"{name}({parameter})", leave={"status"})
        yield from _fields_here(place, f"{name}({parameter})")
        if place.status is not None:
            yield from _status(place.status, f"{name}({parameter})")
    if function.returns is not None:
        yield from _simple(function.returns, f"{name}()", leave={"status"})
        yield from _fields_here(function.returns, f"{name}()")
        if function.returns.status is not None:
            yield from _status(function.returns.status, f"{name}()")


def _fields_here(place: Place, subject: str) -> Iterator[ClauseFacts]:
    """Yield what a place says of fields in place of their type, also where that is nothing."""
    for name, field in place.fields.items():
        yield ClauseFacts(f"{subject}.{name}", HERE, "fields", field.span)
        yield from _simple(field, f"{subject}.{name}")


def _status(status: Status, subject: str) -> Iterator[ClauseFacts]:
    """Yield what tells of success and of failure: one that another field tells, or that is asked, is another."""
    of = f"{status.field_}: " if status.field_ is not None else ""
    if status.call is not None:
        given = ", ".join(_text(each) for _, each in status.call.arguments)
        of = f"{status.call.function}({given}): "
    elif status.is_ is not None:
        of = f"{status.is_}: "
    for good in status.ok:
        yield ClauseFacts(subject, "status-ok", f"{of}{_text(good)}", status.span)
    for value in status.errors:
        yield ClauseFacts(subject, "status-error", f"{of}{_text(value)}", status.span)


def _simple(clauses: Clauses, subject: str, leave: set[str] | None = None) -> Iterator[ClauseFacts]:
    """Yield the clauses that one mapping of the contract has, without those that are mappings of promises."""
    for key, clause in table(type(clauses)).items():
        if key in _NO_PROMISE or key in (leave or ()) or not clauses.says(key):
            continue
        value = getattr(clauses, clause.attribute)
        if value is None:
            continue
        for own in _APART if isinstance(value, Callback) else ():
            if value.says(own):
                yield ClauseFacts(subject, own, _text(getattr(value, own)), value.key_span(own))
        if isinstance(value, Lending):
            yield from _simple(value, f"{subject}{BEHIND}")
        elif isinstance(value, TargetPromise | Element):
            # What it says is said of another place: what lies behind the pointer, or in each element of the array.
            behind = BEHIND if isinstance(value, TargetPromise) else EACH
            yield ClauseFacts(subject, key, "pointer" if behind == BEHIND else "pointers", value.span)
            yield from _simple(value, f"{subject}{behind}")
        elif key in _LISTED:
            for each in value:
                yield ClauseFacts(subject, key, _text(each), getattr(each, "span", clauses.value_span(key)))
        else:
            one = key == "parent" and isinstance(value, tuple) and len(value) == 1
            yield ClauseFacts(subject, key, _text(value[0] if one else value), clauses.value_span(key))


def _text(value: object) -> str:
    """Return a value of the model as the contract may have written it, with single blanks."""
    match value:
        case bool():
            return "true" if value else "false"
        case FreeingCall():
            return str(value)
        case OwnerByCase():
            return _text(dict(value.cases))
        case tuple() | list():
            return f"[{', '.join(map(_text, value))}]"
        case dict():
            return f"{{{', '.join(f'{_text(key)}: {_text(each)}' for key, each in value.items())}}}"
        case Clauses():
            said = {
                key: getattr(value, one.attribute)
                for key, one in table(type(value)).items()
                if value.says(key)
            }
            apart = ("summary", "generate", *(_APART if isinstance(value, Callback) else ()))
            kept = {key: each for key, each in said.items() if key not in apart}
            return _text({key: each for key, each in kept.items() if _text(each) != _UNSAID.get(key)})
        case _:
            items, entries = getattr(value, "items", None), getattr(value, "entries", None)
            if isinstance(items, tuple):
                return _text(items)
            if isinstance(entries, dict):
                return _text(entries)
            text = getattr(value, "text", value)
            return " ".join(str(text).split())
