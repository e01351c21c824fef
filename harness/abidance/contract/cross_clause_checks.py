"""What clauses in different places of one contract demand of each other."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.contract.language.lifetime_cases import LifetimeByCase
from abidance.contract.model.callbacks import CallbackParam
from abidance.contract.model.functions import Param
from abidance.contract.model.places import SEVERAL, STRING, TargetPromise
from abidance.contract.model.returns import Returns
from abidance.core.catalogue import UNKNOWN_NAME, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.nearest import did_you_mean

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.contract.language.clauses import Name
    from abidance.contract.model.callbacks import Callback
    from abidance.contract.model.contract import Contract
    from abidance.contract.model.functions import FunctionPromise
    from abidance.contract.model.places import Element, Place
    from abidance.contract.model.types import FieldPromise

_NOTHING_PROMISED = "text that is `mostly` valid promises nothing of what the library writes"


def disagreements(contract: Contract) -> Iterator[Diagnostic]:
    """Yield what contradicts something else in the contract, and names that nothing in it has."""
    for place in _places(contract):
        if place.handle and place.handle.text not in contract.handles:
            yield _unknown("handle", place.handle, contract.handles)
        yield from _contradictions(place)
    libraries = [*(contract.equivalence.libraries if contract.equivalence else ())]
    costs = [function.cost for function in contract.functions.values()]
    for cost in costs:
        others = cost.threads.others if cost and cost.threads else None
        if others is not None and others.text not in contract.functions:
            yield _unknown("function", others, contract.functions)
    libraries += [cost.no_worse_than.library for cost in costs if cost and cost.no_worse_than]
    for library in libraries:
        if library.text not in contract.libraries:
            yield _unknown("library", library, contract.libraries)


def _places(contract: Contract) -> Iterator[Place]:
    for record in contract.types.values():
        yield from _of_fields(record.fields)
    for function in contract.functions.values():
        yield from _of_function(function)


def _of_function(function: FunctionPromise) -> Iterator[Place]:
    for parameter in function.params.values():
        yield parameter
        yield from _of_callback(parameter.callback)
        yield from _of_fields(parameter.fields)
    if function.returns:
        yield function.returns
        yield from _of_fields(function.returns.fields)


def _of_fields(fields: Mapping[str, FieldPromise]) -> Iterator[Place]:
    for field in fields.values():
        yield field
        yield from _of_callback(field.callback)


def _of_callback(callback: Callback | None) -> Iterator[Place]:
    if callback is not None:
        yield from callback.params.values()
        if callback.returns:
            yield callback.returns


def _contradictions(place: Place) -> Iterator[Diagnostic]:
    what = place.points_at
    if what is None and isinstance(place.lifetime, LifetimeByCase):
        message = "only how long memory is lent depends on a condition: `in`, `out` or `inout` is missing"
        yield Diagnostic(WRONG_VALUE, message, (Label(place.key_span("lifetime")),))
    if what is None:
        if place.handle:
            for key in ("range", "one_of", "flags"):
                yield from _refuse(place, key, "a handle is not a number")
        return
    if what.text == STRING:
        yield from _length_of_text(place)
        for key in ("range", "one_of", "flags"):
            yield from _refuse(place, key, "a `string` is no number: its form is `like: 'one|other'`")
    elif isinstance(place, Param) and place.nul_terminated is not None:
        yield from _nul_of_array(place, what)
    if what.text not in (STRING, "bytes"):
        for key in ("encoding", "like"):
            yield from _refuse(place, key, f"it points to `{what.text}`, not to a `string` or `bytes`")
    if isinstance(place, CallbackParam | Returns) or (isinstance(place, Param) and place.out):
        behind = what if isinstance(what, TargetPromise) else None
        for each in (place, place.of, behind, behind.of if behind is not None else None):
            if each is not None and each.encoding is not None and each.encoding.mostly:
                yield from _refuse(each, "encoding", _NOTHING_PROMISED)
    if place.ended_by and place.says("length") and isinstance(place, Returns | TargetPromise):
        yield from _refuse(place, "length", "the array ends with the element that `ended_by` names")
    if place.records is not None and what.text not in SEVERAL:
        yield from _refuse(
            place, "records", f"`bytes` or an `array` may be full of records, and not `{what.text}`"
        )
    for key in (
        ("of", "ended_by", "encoding", "like", "window", "secret") if place.records is not None else ()
    ):
        yield from _refuse(place, key, "what is there is said by `records`")
    if what.text not in (*SEVERAL, STRING):
        for key in ("length", "capacity", "max"):
            one = f"it points to exactly one `{what.text}`"
            if isinstance(what, TargetPromise):
                yield from _refuse(place, key, f"{one}; of what lies behind that, this stands there")
            else:
                yield from _refuse(place, key, one, "several of them are an `array`")
    if isinstance(what, TargetPromise):
        yield from _contradictions(what)
    if isinstance(place, Param) and place.in_:
        yield from _refuse(place, "capacity", "`in` memory is only read, so nothing is written there")


def _nul_of_array(place: Param, what: Name | TargetPromise) -> Iterator[Diagnostic]:
    """Refuse a NUL that ends something else than an array that is read, of which one parameter is the length."""
    if what.text != "array" or isinstance(what, TargetPromise) or not place.in_:
        words = f"only a `string` or an `array` that is read may end at its NUL, not `{what.text}`"
        yield from _refuse(place, "nul_terminated", words)
    elif place.length is not None and not place.length.sole_name:
        message = f"`{place.length.text}` is no parameter: only one may say that an `array` ends at its NUL"
        yield Diagnostic(WRONG_VALUE, message, (Label(place.length.span),))
    elif place.ended_by is not None:
        words = "the element 0 ends the array where its `length` says so, and none does otherwise"
        yield from _refuse(place, "ended_by", words)


def _length_of_text(place: Place) -> Iterator[Diagnostic]:
    """Refuse a length of a text that ends at its NUL, but for a parameter that may say so."""
    if not isinstance(place, Param) or not place.in_ or isinstance(place.in_, TargetPromise):
        yield from _refuse(place, "length", "a `string` ends at its NUL")
    elif place.length is not None and not place.length.sole_name:
        message = f"`{place.length.text}` is no parameter: only one may say that a `string` ends at its NUL"
        remedy = "text that always is so long is `bytes`, with an `encoding`"
        yield Diagnostic(WRONG_VALUE, message, (Label(place.length.span),), help=remedy)


def _refuse(place: Place | Element, key: str, why: str, remedy: str | None = None) -> Iterator[Diagnostic]:
    if place.says(key):
        labels = (Label(place.key_span(key)),)
        yield Diagnostic(WRONG_VALUE, f"`{key}` has no meaning here: {why}", labels, help=remedy)


def _unknown(what: str, name: Name, known: Mapping[str, object]) -> Diagnostic:
    section = {"handle": "handles", "library": "libraries", "function": "functions"}[what]
    label = Label(name.span, did_you_mean(name.text, known))
    return Diagnostic(UNKNOWN_NAME, f"{what} `{name}` is not in `{section}`", (label,))
