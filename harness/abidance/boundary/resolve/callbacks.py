"""`callback:` joined with the type of the function that the library calls."""

from __future__ import annotations

from dataclasses import replace
from functools import partial
from typing import TYPE_CHECKING

from abidance.binding.callback_source import CallbackKind
from abidance.binding.value_passing import PassingRefusal, is_va_list, passing
from abidance.boundary.model import types as s
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import calls_back, walk
from abidance.boundary.resolve.allocators import allocated_result, freed_parameter
from abidance.boundary.resolve.callback_files import file_contents, file_use, successful_answer
from abidance.boundary.resolve.callback_freeing import freeing, leaving
from abidance.boundary.resolve.callback_values import (
    callback_members,
    callback_result,
    check_lengths,
    passed_size,
)
from abidance.boundary.resolve.earlier_callbacks import earlier_callback, ending_calls
from abidance.boundary.resolve.nearest_clauses import why_no_callback
from abidance.boundary.resolve.variants import VariantReader
from abidance.boundary.values.callback_files import can_fail
from abidance.boundary.values.callback_writes import (
    counted_answer,
    counted_by_result,
    places_read,
    reading,
    written_number,
)
from abidance.boundary.values.content_answers import comparand, orders
from abidance.contract.expression import spelling
from abidance.contract.model.lifetimes import handle_in
from abidance.contract.model.places import TargetPromise
from abidance.core.catalogue import TYPE_REFUSED, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.ir import types as c

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.resolve.problems import Problems
    from abidance.boundary.resolve.types import Shaper
    from abidance.contract.expression import Expression
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Callback, Contract
    from abidance.contract.model.places import Place
    from abidance.core.span import Span


_MOST_READ = 1 << 16
"""Elements that a callback reads at a time, at most, where it says how many it reads at least."""


def callback_shape(
    shaper: Shaper,
    type_: c.Type,
    callback: Callback,
    place: Place,
    user_data: tuple[Name, c.Type | None] | None,
    declared: Span,
) -> s.Shape:
    """Return the shape of a pointer to a function that the library may call.

    `user_data` is what is handed on to it, with its type where there is such a parameter or field.
    """
    if callback.lifetime is None and place.lifetime is not None:
        callback = replace(callback, lifetime=place.lifetime)  # said where it is said of other pointers
    if not callback.until and place.until:
        callback = replace(callback, until=place.until)
    text = shaper.text(type_)
    nullable = False if place.nullable is None else place.nullable
    bare = s.OpaqueShape(text, nullable=nullable, said=True, calls=True)
    resolved = shaper.declarations.resolve(type_)
    function = shaper.declarations.resolve(resolved.to) if isinstance(resolved, c.Pointer) else resolved
    if not isinstance(function, c.FunctionType):
        message = f"`callback` needs a pointer to a function, and this is a `{text}`"
        shaper.problems.contradiction(message, place.key_span("callback"), declared)
        return bare
    if callback.given:
        return earlier_callback(shaper, function, callback, bare, user_data[0].text if user_data else "")
    why = why_no_callback(function, shaper.declarations, partial(_refusal, shaper))
    if why is not None:
        words = f"no callback of the type `{text}` can be generated: {why[0]}"
        labels = (Label(place.key_span("callback")), Label(declared))
        return replace(bare, refused=Diagnostic(TYPE_REFUSED, words, labels, help=why[1]))
    sizes = tuple(passed_size(shaper, each) for each in function.parameters)
    variants, members = _told(
        shaper, callback, callback_members(shaper, function, callback, declared), declared
    )
    if callback.allocates is not None:
        result, refused = allocated_result(shaper, function, callback, declared)
    else:
        result, refused = callback_result(shaper, function, callback, declared)
    check_lengths(shaper, callback, members)
    _check_most(shaper, callback, members, result, declared)
    _check_position(shaper, callback, members, result, declared)
    _check_whole(shaper, callback, members, result, declared)
    _check_least(shaper, callback, members, result, declared)
    file = file_use(callback, members, result, declared, shaper.problems)
    if file is not None and callback.returns is None and isinstance(result, s.ScalarShape):
        result = successful_answer(result)
    frees, wrong = freed_parameter(shaper, function, callback, members, declared)
    refused = refused or wrong
    if refused is not None:
        return replace(bare, refused=refused)
    least, most = (callback.calls.least, callback.calls.most) if callback.calls else (None, None)
    printf = _format(shaper, function, callback, members, declared)
    number = shaper.callbacks.setdefault((function, printf), len(shaper.callbacks))
    shaper.kinds[number] = CallbackKind(
        number, function, sizes, passed_size(shaper, function.returns), printf
    )
    _note_names(callback, members, result, shaper)
    return CallbackShape(
        text,
        nullable=nullable,
        said=True,
        calls=True,
        span=callback.span,
        declared=declared,
        members=members,
        result=result,
        returns=shaper.text(function.returns),
        sizes=sizes,
        kind=number,
        type=function,
        least=least,
        most=most,
        counted=callback.calls.span if callback.calls else None,
        least_in_all=callback.in_all.least if callback.in_all else None,
        most_in_all=callback.in_all.most if callback.in_all else None,
        counted_in_all=callback.in_all.span if callback.in_all else None,
        order=callback.order,
        ensures=callback.ensures,
        user_data=user_data[0].text if user_data else "",
        given_back=_given_back(shaper, function, callback, members, user_data),
        at_most=callback.at_most,
        at=callback.at,
        whole=callback.whole is not None,
        until_end=callback.whole == "until_end",
        leaves=leaving(shaper, callback, members),
        contents=file_contents(callback, members, result, declared, shaper.problems),
        file=file,
        printf=printf,
        allocates=callback.allocates,
        frees=frees,
        zeroed=callback.zeroed is True,
        lifetime=_lifetime(shaper, callback),
        until=ending_calls(shaper, callback),
        may_call=tuple(name.text for name in callback.may_call),
        variants=variants,
        freeing=freeing(shaper, callback, members),
        by=_answers_by(shaper, callback, members, result, declared),
        any_thread=callback.threads is not None and callback.threads.text == "any",
    )


def _answers_by(
    shaper: Shaper, callback: Callback, members: tuple[s.Member, ...], result: s.Shape, declared: Span
) -> tuple[str, ...]:
    """Return what a callback compares, or hashes; complain about what has no contents, or no answer for that."""
    named = callback.compares or ((callback.hashes,) if callback.hashes is not None else ())
    if not named:
        return ()
    known = {member.name: member for member in members}
    wrong: list[tuple[str, Span, str | None]] = []
    if len(named) != (2 if callback.compares else 1):
        wrong.append(("`compares` names two parameters", named[0].span, "say `compares: [a, b]`"))
    for each in named:
        first = each.text.partition(".")[0]
        if first not in known:
            declared_at = {name: member.declared for name, member in known.items()}
            shaper.problems.unknown("parameter", first, each.span, declared_at, "the callback")
            return ()
        if not comparand(members, each.text):
            words = (
                f"`{each}` is nothing that can be compared by what it contains: a number, bytes, or a text"
            )
            help_ = f"say what it points to, `params: {{{first}: {{to: string}}}}`, or name a field, `{first}.key`"
            wrong.append((words, each.span, help_))
    if not isinstance(result, s.ScalarShape) or result.kind == "float":
        wrong.append(("what a callback answers by contents is a whole number", named[0].span, None))
    elif callback.compares and not orders(CallbackShape("", result=result)):
        words = "a callback that orders answers below 0, 0 and above 0, and `returns` does not allow all"
        help_ = "where it tells only whether two are equal, say `returns: {bool: true}`"
        wrong.append((words, named[0].span, help_))
    for words, span, remedy in wrong:
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(span), Label(declared)), help=remedy))
    return () if wrong else tuple(each.text for each in named)


def _refusal(shaper: Shaper, type_: c.Type) -> PassingRefusal | None:
    found = passing(type_, shaper.declarations, shaper.layouts)
    return found if isinstance(found, PassingRefusal) else None


def _format(
    shaper: Shaper, function: c.FunctionType, callback: Callback, members: Sequence[s.Member], declared: Span
) -> int | None:
    """Return which parameter is a format; complain about one that is no text, or has nothing to make one of."""
    formats = [name for name, promise in callback.params.items() if promise.printf]
    for name in formats:
        span = callback.params[name].key_span("printf")
        shape = next((member.shape for member in members if member.name == name), None)
        words = remedy = ""
        if shape is None:
            continue
        if not isinstance(shape, s.PointerShape) or shape.what is not s.What.STRING:
            words, remedy = f"`{name}` is no text, and a format is one", "say `to: string`"
        elif len(formats) > 1:
            words = f"a callback has one format, and this has {len(formats)}"
        elif not function.variadic and not any(
            is_va_list(each, shaper.declarations) for each in function.parameters
        ):
            words = f"`{name}` is a format of nothing: the callback takes neither `...` nor a `va_list`"
            remedy = "leave `printf` out: it is a text like any other"
        else:
            return next(n for n, member in enumerate(members) if member.name == name)
        shaper.problems.add(
            Diagnostic(WRONG_VALUE, words, (Label(span), Label(declared)), help=remedy or None)
        )
    return None


def _told(
    shaper: Shaper, callback: Callback, members: tuple[s.Member, ...], declared: Span
) -> tuple[tuple[tuple[str, s.TaggedUnion], ...], tuple[s.Member, ...]]:
    """Return of which parameters others tell what they lead to, and all with tags of no other values."""
    found = []
    reader = VariantReader("the callback", declared, shaper.constants, shaper.problems)
    for name, promise in callback.params.items():
        if promise.variant is not None and any(member.name == name for member in members):
            variant, members = reader.of_parameter(promise.variant, name, members, "to: void")
            found += [(name, variant)] if variant is not None else []
    return tuple(found), members


def _complain(
    shaper: Shaper, callback: Callback, clause: str, words: str, remedy: str | None, declared: Span
) -> None:
    where = (Label(callback.key_span(clause)), Label(declared))
    shaper.problems.add(Diagnostic(WRONG_VALUE, words, where, help=remedy))


def _check_most(
    shaper: Shaper, callback: Callback, members: tuple[s.Member, ...], result: s.Shape, declared: Span
) -> None:
    """Complain about `at_most` of a callback that answers no number, or one that says how much it has written."""
    if callback.at_most is None:
        return
    words = help_ = ""
    if not isinstance(result, s.ScalarShape) or result.kind in ("float", "bool", "enum"):
        words = "what a callback answers at most is a whole number"
    elif counted_by_result(CallbackShape("", members=members, result=result)):
        words = "this callback answers how much it has written, of which there is never more than room for"
        help_ = "leave `at_most` out: the `capacity` says it; `whole: until_end` says that less comes at the end alone"
    elif callback.at is not None and callback.writes is None:
        words = "this callback reads where it is told to, and does not answer how much it takes"
    if words:
        _complain(shaper, callback, "at_most", words, help_ or None, declared)


def _check_position(
    shaper: Shaper, callback: Callback, members: tuple[s.Member, ...], result: s.Shape, declared: Span
) -> None:
    """Complain about `at` of one that reads and writes nothing, or several things, or gives away what it reads."""
    if callback.at is None:
        return
    places = places_read(CallbackShape("", members=members, result=result))
    words, remedy = "", None
    if callback.writes is None and len(places) != 1:
        words = "it is not plain what this callback reads there" if places else "this callback reads nothing"
        remedy = "say what it writes, and how much: `{out: bytes, capacity: n, length: result}`"
    elif isinstance(result, s.PointerShape) and result.handed:
        words = "what is given away begins where it was allocated, and nowhere else"
    numbers = {
        spelling(m.name) for m in members if isinstance(m.shape, s.ScalarShape) and m.shape.kind == "int"
    }
    if not words and not callback.at.names <= numbers:
        words = "where it begins is told by whole numbers that the callback is given"
    if words:
        _complain(shaper, callback, "at", words, remedy, declared)


def _check_whole(
    shaper: Shaper, callback: Callback, members: tuple[s.Member, ...], result: s.Shape, declared: Span
) -> None:
    """Complain about `whole` of a callback that reads nothing of its own, or has no way to say that there is less."""
    if callback.whole is None:
        return
    shape = CallbackShape("", members=members, result=result)
    words, remedy = "", None
    if len(places_read(shape)) != 1 or reading(shape)[1].lends is not None or counted_answer(shape):
        words = "there is no room that this callback fills"
        remedy = "say what it reads, and how much there is room for: `{out: bytes, capacity: n}`"
    elif callback.whole == "until_end":
        if not reading(shape)[1].told:
            words = "this callback does not tell how much was left"
            remedy = "say what tells it, `{out: bytes, capacity: n, length: result}`, or that it fails: `whole: true`"
        elif callback.fails is not None:
            words = "`until_end` it reads what is left, and does not fail"
            remedy = "leave `fails` out, or say `whole: true`"
    elif callback.fails is None and not can_fail(shape):
        words = "this callback has no way to tell that there is less to read"
        remedy = "say what it answers then, behind the answer of a success: `returns: {one_of: [0, -1]}`"
        if isinstance(result, s.NothingShape):
            remedy = "say what it calls then, and does not come back from: `fails: png_error(png, null)`"
    if words:
        _complain(shaper, callback, "whole", words, remedy, declared)


def _check_least(
    shaper: Shaper, callback: Callback, members: tuple[s.Member, ...], result: s.Shape, declared: Span
) -> None:
    """Complain about a callback that reads more each time, by the lowest of its answers, than is ever made."""
    counted = counted_by_result(CallbackShape("", members=members, result=result))
    if not counted or callback.whole is not None or not isinstance(result, s.ScalarShape):
        return
    least = int(min(result.members, default=result.lowest))
    if least > _MOST_READ:
        words = f"this callback reads {least:,} elements each time at least, and nothing has more than {_MOST_READ:,}"
        help_ = (
            "`whole: until_end` says that it reads as much as there is room for, and less at the end alone"
        )
        shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(declared),), help=help_))


def _given_back(
    shaper: Shaper,
    function: c.FunctionType,
    callback: Callback,
    members: tuple[s.Member, ...],
    user_data: tuple[Name, c.Type | None] | None,
) -> int | None:
    """Return which of a callback's parameters the user data comes back in; complain when that is not plain."""
    known: dict[str, Span | None] = {member.name: member.declared for member in members}
    told = callback.user_data
    if told is not None and told.text not in known:
        shaper.problems.unknown("parameter", told.text, told.span, known, f"`{shaper.text(function)}`")
        return None
    if told is not None:
        return next(index for index, member in enumerate(members) if member.name == told.text)
    if user_data is None or (type_ := user_data[1]) is None:
        return None
    freed = callback.frees.text if callback.frees is not None else ""
    fitting = receivers(shaper, function, members, type_, freed)
    return chosen_receiver(shaper, members, fitting, user_data[0])


def receivers(
    shaper: Shaper, function: c.FunctionType, members: tuple[s.Member, ...], type_: c.Type, freed: str = ""
) -> list[int]:
    """Return which of a callback's parameters user data of a type may come back in."""
    return [
        index
        for index, (member, each) in enumerate(zip(members, function.parameters, strict=True))
        if shaper.declarations.same(each, type_)
        and not isinstance(member.shape, s.PointerShape)
        and member.name != freed
    ]


def chosen_receiver(
    shaper: Shaper, members: tuple[s.Member, ...], fitting: Sequence[int], name: Name
) -> int | None:
    """Return which of these parameters `name` comes back in; complain when that is not plain."""
    same = [index for index in fitting if members[index].name == name.text]
    if len(same) == 1 or len(fitting) == 1:
        return (same or fitting)[0]
    words = f"the parameter that receives `{name}` is ambiguous: " + (
        "none has its type" if not fitting else f"{len(fitting)} have its type"
    )
    remedy = "name it: `callback: {user_data: PARAMETER}`"
    shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(name.span),), help=remedy))
    return None


def _note_names(callback: Callback, members: tuple[s.Member, ...], result: s.Shape, shaper: Shaper) -> None:
    """Keep the expressions that are about invocations until the names of the call are known."""
    own = {spelling(member.name): member.shape for member in members}
    after = {"result": result, **own}
    for param in callback.params.values():
        for clause in (param.length, param.capacity, param.nullable):
            if clause is not None and not isinstance(clause, bool):
                told = clause is param.length and not param.to
                shaper.inside.append((clause, after if told else own))
    shaper.inside.extend((expression, own) for expression in callback.ensures)
    shaper.inside.extend(
        (each, own) for each in (callback.allocates, callback.at_most, callback.at) if each is not None
    )
    for param in callback.params.values():
        if isinstance(param.out, TargetPromise):
            clauses = (param.out.length, param.out.nullable)
            shaper.inside.extend((each, after) for each in clauses if each and not isinstance(each, bool))
    if callback.returns is not None and callback.returns.length is not None:
        counts = {spelling(m.name): m.shape for m in members if written_number(m.shape)}
        shaper.inside.append((callback.returns.length, counts))
    if callback.calls:
        bounds = (callback.calls.least, callback.calls.most)
        shaper.inside.extend((bound, {}) for bound in bounds if bound is not None)


def _lifetime(shaper: Shaper, callback: Callback) -> str:
    """Return how long the library may invoke a callback: as long as a handle, which may be a parameter's."""
    if callback.lifetime is None:
        return "" if callback.allocator else "call"
    handle = handle_in(callback.lifetime.text)
    known: dict[str, Span | None] = {**dict.fromkeys(shaper.handles), **shaper.parameters}
    if handle and handle not in (s.RESULT_NAME, *known):
        shaper.problems.unknown(
            "handle", handle, callback.lifetime.span, known, "`handles` or the parameters"
        )
    return callback.lifetime.text


def with_lifetimes(members: Iterable[s.Member], result: s.Shape, shaper: Shaper) -> list[s.Member]:
    """Return parameters whose callbacks last as long as a kind of handle, where one was named that is a handle.

    That is a parameter, or the result. Callbacks in records of theirs do as well.
    """
    members = [*members]
    places = {s.RESULT_NAME: result} | {m.name: m.shape for m in members}
    kinds = {name: shape.handle for name, shape in places.items() if isinstance(shape, s.HandleShape)}
    others = places.keys() - kinds.keys() - shaper.handles.keys()

    def lasting(member: s.Member) -> s.Member:
        return replace(member, shape=of_kind(member.shape, member)) if calls_back(member.shape) else member

    def of_kind(shape: s.Shape, member: s.Member) -> s.Shape:
        match shape:
            case CallbackShape() if named := shape.lasts_with:
                if named in others:
                    words = f"`{named}` is no handle, so `{member.name}` cannot last as long as it"
                    shaper.problems.add(Diagnostic(WRONG_VALUE, words, (Label(member.promised),)))
                return replace(shape, lifetime=f"handle({kinds.get(named, named)})")
            case s.RecordShape():
                return replace(shape, members=tuple(map(lasting, shape.members)))
            case s.PointerShape():
                return replace(shape, element=of_kind(shape.element, member))
            case s.ArrayShape():
                return replace(shape, of=of_kind(shape.of, member))
        return shape

    return [lasting(member) for member in members]


Inside = list[tuple["Expression", "Mapping[str, s.Shape]"]]
"""Expressions about invocations, each with the names that are its own."""


def check_in_all(contract: Contract, functions: Mapping[str, BoundaryFunction], problems: Problems) -> None:
    """Complain about counts of what is invoked until a handle is destroyed, where nobody sees when that is."""
    for function in functions.values():
        for shape in (each for member in function.members for each in walk(member.shape)):
            if not isinstance(shape, CallbackShape) or shape.counted_in_all is None:
                continue
            handle = contract.handles.get(shape.lasts_with)
            if handle is not None and (handle.destroy is not None or handle.references is not None):
                continue
            words = f"`in_all` counts until a handle is destroyed, and a lifetime of `{shape.lifetime}` ends with none"
            help_ = "say how long it may be invoked: `lifetime: handle(NAME)`, of a handle that is destroyed"
            problems.add(Diagnostic(WRONG_VALUE, words, (Label(shape.counted_in_all),), help=help_))
