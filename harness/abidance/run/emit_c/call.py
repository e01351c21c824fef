"""One call of an emitted program as C, and what it is compared with."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.stub_source import LISTED
from abidance.boundary.print_c.literals import bytes_text
from abidance.ir.declarations import spell
from abidance.ir.spelling import quoted
from abidance.ir.traversal import unqualified
from abidance.ir.types import Pointer, Void
from abidance.plan.plan import Address, Contents, Slot, TextTest, Value
from abidance.plan.signature import SCALAR_SIZES
from abidance.run.emit_c.formulas import formula_in_c

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from abidance.boundary.encode.encoded_plan import PlacedCall
    from abidance.boundary.model.boundary import Boundary
    from abidance.ir.types import Type
    from abidance.plan.plan import Argument, Call, EachPointer, NumberTest, StatusQuestion, ValuePlace


def call_lines(
    boundary: Boundary,
    index: int,
    call: Call,
    placed: PlacedCall,
    *,
    needed: bool,
    calls: Sequence[Call],
    looked_at: bool = True,
) -> Iterator[str]:
    """Yield one of `calls` as C. A result that is `looked_at`, or goes to a slot, is kept as `r` with the call's index.

    What a call is made with must be there when it is `needed`; otherwise it is left out.
    """
    yield from _prepared(call)
    conditions = _conditions(call, calls)
    if conditions and needed:
        yield f"if (!({' && '.join(conditions)})) return 2; /* what this call needs was not made */"
    asked = [] if needed else conditions
    made_if = f"if ({' && '.join(asked)}) " if asked else ""
    invoked, returns = _invocation(boundary, call, placed), placed.function.declaration.returns
    if call.each is not None:
        yield from _for_each(call.each, calls, invoked, asked)
        return
    if call.times > 1:
        yield from _repeated(index, call, invoked, conditions)
    later = calls[index + 1 :]
    counts = any(each.each is not None and each.each.call == index for each in calls[index:])
    handed_on = needed or _is_passed_on(call, later)
    nothing = isinstance(boundary.declarations.resolve(returns), Void)
    if call.once:
        yield from _once(boundary, index, invoked, returns, nothing=nothing)
        return
    saved = any(place.block is None and place.read is None for _, place in call.saves)
    to_slot = saved or call.result_to is not None
    if call.asks is not None and not call.asks.symbol and not call.asks.width:
        yield "errno = 0;"
    if nothing or not (looked_at or (handed_on and to_slot) or _is_tested(call) or counts):
        yield f"{made_if}{'' if nothing else '(void)'}{invoked};"
    else:
        variable = spell(unqualified(returns), f"r{index}", boundary.declarations)
        # Where it is not made, nothing is told by what it returned.
        yield f"{variable}{' = {0}' if made_if else f' = {invoked}'};"
        if made_if:
            yield f"{made_if}r{index} = {invoked};"
    for follow in call.follows if to_slot and needed else ():
        if follow.puts:
            data = bytes_text(follow.puts, whole=True)
            yield f"abd_fill((void *)r{index}, {follow.limit}, {data}, {len(follow.puts)}); /* the room that it lent */"
    saves = call.saves if handed_on or counts else ()
    yield from _saved(index, saves)
    if call.result_to is not None and handed_on:
        yield f"memcpy(b{call.result_to}.at, &r{index}, sizeof r{index});"
    if call.asks is not None:
        yield from _asked(boundary, call.asks, placed, made_if)
    relying = (each for other in later for each in other.only_if)
    kept = next((each for each in relying if each.of_status and each.call == index), None)
    if kept is not None and call.status is not None:
        yield _status_kept(index, call.status, signed=kept.signed)
    reads = [each.each.read for each in calls[index:] if each.each is not None and each.each.call == index]
    given = {each.index for other in later for each in other.arguments if isinstance(each, Slot)}
    lengths = {replace(place, signed=False) for n in reads for place in call.follows[n].numbers}
    yield from _elements_saved(
        call, {slot: place for slot, place in saves if slot in given or place in lengths}
    )
    yield from _moved(index, call, asked)
    for block in dict.fromkeys(call.follows[n].pointer.block for n in reads if call.follows[n].held):
        yield f"unsigned char *{_kept_elements(block)} = memcpy(malloc(b{block}.size + 1), b{block}.at, b{block}.size);"


def _prepared(call: Call) -> Iterator[str]:
    """Yield what puts a call's arguments in their places."""
    for store in call.stores:
        target = f"b{store.block}.at + {store.offset}"
        if isinstance(store.value, Value):
            yield f"memcpy({target}, {bytes_text(store.value.raw, whole=True)}, {len(store.value.raw)});"
        else:
            yield f"abd_point({target}, {_pointer(store.value)});"
    for fill in call.fills:
        raw = fill.value.raw
        yield f"if (slot[{fill.slot}] != NULL) memcpy(slot[{fill.slot}], {bytes_text(raw, whole=True)}, {len(raw)});"
    for move in call.carries:
        counter, raw = f"b{move.counter}.at", move.more.raw
        done = "NULL" if move.position is None else f"{counter} + {move.position}"
        window = f"b{move.record}.at + {move.pointer}, {counter} + {move.count}, {done}, {move.width}, {move.scale}"
        more = f"{bytes_text(raw, whole=True)}, {len(raw)}, {move.room}, {move.most}"
        ways = f"{int(move.copies)}, {int(move.leftmost)}"
        yield f"abd_move({window}, &b{move.source}, &b{move.target}, {more}, {ways}); /* what is left, and more */"
    yield from (f"abd_retire(&b{block}); /* lent until here */" for block in call.takes_back)


def _conditions(call: Call, calls: Sequence[Call]) -> list[str]:
    """Return on which conditions a call is made."""
    found = [f"slot[{slot}] != NULL" for slot in call.needs]
    for condition in call.only_if:
        returns, told = calls[condition.call].signature.rpartition(">")[2], f"r{condition.call}"
        if condition.of_status:
            place = calls[condition.call].status
            assert place is not None
            returns, told = f"{'i' if condition.signed else 'u'}{8 * place.width}", f"s{condition.call}"
        # That an earlier call ran is so where the program comes as far as this one.
        inside = [_within(told, low, high, returns) for low, high in condition.ranges] or ["1"]
        text = inside[0] if len(inside) == 1 else f"({' || '.join(inside)})"
        found.append(f"!({text})" if condition.negated else text)
    for guard in call.guards:
        if guard.apart is not None:
            found.append(f"slot[{guard.slot}] != (void *)b{guard.apart}.at")
            continue
        if guard.unlike is not None:
            found.append(f"(slot[{guard.slot}] != slot[{guard.unlike}] || slot[{guard.slot}] == NULL)")
            continue
        inside = [f"slot[{guard.slot}] == (void *){number}" for number in guard.numbers]
        found.append(inside[0] if len(inside) == 1 else f"({' || '.join(inside) or '0'})")
    return found


def _invocation(boundary: Boundary, call: Call, placed: PlacedCall) -> str:
    """Return the call itself: the function with its arguments."""
    declared, ending = placed.function.declaration, placed.function.ending
    name = declared.in_c
    listed = [
        _argument(boundary, parameter.type, argument)
        for parameter, argument in zip(declared.parameters, call.arguments, strict=True)
    ]
    if ending is not None and ending.listed:
        name = f"{LISTED}{declared.name}"
        listed = [f"(void *){declared.in_c}", *listed[: ending.fixed], "NULL", *listed[ending.fixed :]]
    return f"{name}({', '.join(listed)})"


def _is_tested(call: Call) -> bool:
    """Tell whether it depends on what a call returns in which state a handle is after it."""
    tests = (test for move in call.moves for test in move.tests)
    return any(isinstance(test, TextTest) or test.place.block is None for test in tests)


def _saved(index: int, saves: Sequence[tuple[int, ValuePlace]]) -> Iterator[str]:
    """Yield what keeps what a call returned, or left in memory, for later calls."""
    for slot, place in saves:
        if place.read is not None:
            continue
        source = f"&r{index}" if place.block is None else f"b{place.block}.at + {place.offset}"
        size = f"sizeof slot[{slot}]" if place.width >= 8 else f"{place.width}"
        yield f"memcpy(&slot[{slot}], {source}, {size});"


def _is_passed_on(call: Call, later: Sequence[Call]) -> bool:
    """Tell whether what a call returns or leaves is given to another one."""
    slots = {slot for slot, _ in call.saves}
    return any(
        (isinstance(each, Slot) and each.index in slots)
        or (isinstance(each, Contents) and each.block == call.result_to)
        for other in later
        for each in other.arguments
    )


def _status_kept(index: int, place: ValuePlace, *, signed: bool) -> str:
    """Return what keeps the status of a call for the conditions of later ones: its memory may be lent no longer."""
    type_ = f"{'' if signed else 'u'}int{8 * place.width}_t"
    at = f"(char *)&r{index}" if place.block is None else f"b{place.block}.at"
    return f"{type_} s{index} = *({type_} *)({at} + {place.offset});"


def _once(boundary: Boundary, index: int, invoked: str, returns: Type, *, nothing: bool) -> Iterator[str]:
    """Yield a call that is made once in a program, however often it makes the others."""
    yield f"static int made{index};"
    if nothing:
        yield f"if (!made{index}++) {invoked};"
        return
    yield f"static {spell(unqualified(returns), f'r{index}', boundary.declarations)};"
    yield f"if (!made{index}++) r{index} = {invoked};"
    yield f"(void)r{index};"


def _moved(index: int, call: Call, conditions: Sequence[str]) -> Iterator[str]:
    """Yield what notes the state that a handle is in after a call."""
    returns = call.signature.rpartition(">")[2]
    for slot in dict.fromkeys(move.slot for move in call.moves):
        otherwise = ""
        for move in (each for each in call.moves if each.slot == slot):
            tests = [*conditions, *(_tested(index, test, returns) for test in move.tests)]
            number = str(move.number)
            if move.within is not None:
                held, low, high = f"(uintptr_t)slot[{move.within[0]}]", *move.within[1:]
                tests.append(f"{held} >= {low} && {held} <= {high}" if low < high else f"{held} == {low}")
                times = f"{move.times} * ({held} - {low})" if move.times != 1 else f"{held} - {low}"
                number = f"({move.number} + {times})" if low < high else number
            yield f"{otherwise}if ({' && '.join(tests) or '1'}) slot[{slot}] = (void *){number};"
            otherwise = "else "


def _tested(index: int, test: NumberTest | TextTest, returns: str) -> str:
    if isinstance(test, TextTest):
        if b"\0" in test.text:
            return "0"
        text = bytes_text(test.text, whole=True)
        return f"r{index} != NULL && strcmp((const char *)r{index}, {text}) == 0"
    place, kind = test.place, f"{'i' if test.signed else 'u'}{8 * test.place.width}"
    if place.block is not None and test.fraction:
        value = f"abd_fraction(b{place.block}.at + {place.offset}, {place.width})"
    elif place.block is not None:
        value = f"*({'' if test.signed else 'u'}int{8 * place.width}_t *)(b{place.block}.at + {place.offset})"
    else:
        value = f"(uintptr_t)r{index}" if returns == "p" else f"r{index}"
    if test.formula:
        return f"{formula_in_c(test.formula, value, fraction=test.fraction)} == 1"
    inside = [_within(value, low, high, kind) for low, high in test.ranges]
    return inside[0] if len(inside) == 1 else f"({' || '.join(inside) or '0'})"


def _repeated(index: int, call: Call, invoked: str, conditions: Sequence[str]) -> Iterator[str]:
    """Yield what makes a call all but the last time, with the same bytes each time in memory that it may write."""
    kept = {block: f"kept{index}_{block}" for block in call.watched}
    for block, name in kept.items():
        yield f"unsigned char *{name} = memcpy(malloc(b{block}.size + 1), b{block}.at, b{block}.size);"
    yield f"for (int n = 1; {' && '.join([f'n < {call.times}', *conditions])}; n++) {{"
    yield f"    (void){invoked};"
    yield from (f"    memcpy(b{block}.at, {name}, b{block}.size);" for block, name in kept.items())
    yield "}"


def _for_each(
    each: EachPointer, calls: Sequence[Call], invoked: str, conditions: Sequence[str]
) -> Iterator[str]:
    """Yield a loop that makes a call for each pointer in what an earlier one left: those that are not NULL."""
    array, there = _elements_read(calls[each.call], each.read, each.stride)
    element = f"elements + i * {each.stride}"
    yield f"if ({' && '.join([*conditions, f'{array} != 0'])}) {{"
    yield f"    unsigned char *elements = (unsigned char *){array};"
    yield f"    for (size_t i = {each.first}; {there}; i++) {{"
    yield f"        memcpy(&slot[{each.slot}], {element} + {each.offset}, sizeof slot[{each.slot}]);"
    yield f"        if (slot[{each.slot}] != NULL) (void){invoked};"
    yield "    }"
    yield "}"


def _elements_saved(call: Call, saves: Mapping[int, ValuePlace]) -> Iterator[str]:
    """Yield what saves elements of arrays that a call has left, in slots; those that are not there stay NULL."""
    for number in dict.fromkeys(place.read for place in saves.values() if place.read is not None):
        wanted = {slot: place for slot, place in saves.items() if place.read == number}
        width = next(iter(wanted.values())).width
        array, there = _elements_read(call, number, width)
        yield f"if ({array} != 0) {{"
        yield f"    unsigned char *elements = (unsigned char *){array};"
        yield f"    for (size_t i = 0; {there}; i++) {{"
        for slot, place in wanted.items():
            stored = f"memcpy(&slot[{slot}], elements + {place.offset}, {width})"
            yield f"        if (i == {place.offset // width}) {stored};"
        yield "    }"
        yield "}"


def _elements_read(call: Call, number: int, stride: int) -> tuple[str, str]:
    """Return where the array lies that a read of a call is about, and the condition that element `i` is in it."""
    read, slots = call.follows[number], {place: slot for slot, place in call.saves}
    array = _kept_elements(read.pointer.block) if read.held else _read_at(read.pointer, slots)
    element = f"elements + i * {stride}"
    if read.ends:
        value, offset = read.ends.value, read.ends.offset
        field = f"{element} + {offset}" if offset else element
        there = f"memcmp({field}, {bytes_text(value, whole=True)}, {len(value)}) != 0"
    elif read.length is None:
        there = f"i < {read.limit // stride}"
    else:
        products = [(read.scale, (read.length, *read.times)), *((e.scale, e.places) for e in read.plus)]
        even = all(scale % stride == 0 for scale, _ in products)
        terms = []
        for scale, places in products:
            factor = scale // stride if even else scale
            numbers = [_read_at(place, slots) for place in places]
            terms.append(" * ".join([*numbers, *([str(factor)] if factor != 1 or not numbers else [])]))
        whole = " + ".join(terms) if len(terms) == 1 else f"({' + '.join(terms)})"
        there = f"i < (size_t){whole}{'' if even else f' / {stride}'}"
    return array, there


def _kept_elements(block: int | None) -> str:
    """Return the copy of an array of the caller's that a call has filled: it is lent no longer than the call."""
    return f"elements_of_b{block}"


def _read_at(place: ValuePlace, slots: Mapping[ValuePlace, int]) -> str:
    """Return the pointer or the number that was at a place after a call, which has saved it in a slot."""
    slot = slots[replace(place, signed=False)] if place.slot is None else place.slot
    return f"({f'int{8 * place.width}_t)(' if place.signed else ''}uintptr_t)slot[{slot}]"


def _within(name: str, low: int, high: int, returns: str) -> str:
    """Return a condition, in which compilers find nothing that always holds: a bound that is the type's own."""
    if low == high:
        return f"{name} == {_number(low)}"
    lowest, highest = _domain(returns)
    bounds = [f"{name} >= {_number(low)}"] * (low > lowest) + [f"{name} <= {_number(high)}"] * (
        high < highest
    )
    return f"({' && '.join(bounds) or '1'})"


def _domain(returns: str) -> tuple[int, int]:
    """Return the least and the greatest number of a register class, such as ``i32``."""
    bits = 8 * SCALAR_SIZES.get(returns, 8)
    return (-(1 << (bits - 1)), (1 << (bits - 1)) - 1) if returns.startswith("i") else (0, (1 << bits) - 1)


def _number(value: int) -> str:
    """Return a number as C has it; the smallest one of 64 bits is no literal (C11 6.4.4.1)."""
    if value > (1 << 63) - 1:
        return f"{value}u"
    return f"({value + 1} - 1)" if value == -(1 << 63) else str(value)


def _asked(boundary: Boundary, asked: StatusQuestion, placed: PlacedCall, made_if: str) -> Iterator[str]:
    """Yield what puts into memory whether a call has succeeded, where that is asked; `made_if` that was made."""
    status = placed.function.status
    assert status is not None
    assert status.asked is not None
    if asked.width:
        (given,) = asked.arguments
        assert not isinstance(given, Contents)
        pointer = _pointer(given)
        copied = f"memcpy(b{asked.block}.at, (char *){pointer} + {asked.offset}, {asked.width});"
        yield f"{made_if}if ({pointer} != NULL) {copied}"
        return
    if not asked.symbol:
        yield f"{made_if}*(int *)b{asked.block}.at = errno;"
        return
    teller = boundary.functions[status.asked.function].declaration
    types = (parameter.type for parameter in teller.parameters)
    listed = [_argument(boundary, *each) for each in zip(types, asked.arguments, strict=True)]
    there = [f"slot[{slot}] != NULL" for slot in asked.needs]
    there_if = f"if ({' && '.join(there)}) " if there else ""
    pointer = spell(Pointer(unqualified(teller.returns)), "", boundary.declarations)
    yield f"{made_if}{there_if}*({pointer})b{asked.block}.at = {teller.in_c}({', '.join(listed)});"


def _argument(boundary: Boundary, type_: Type, argument: Argument) -> str:
    declared = spell(unqualified(type_), "", boundary.declarations)
    match argument:
        case Contents(block):
            return f"*({declared} *)b{block}.at"
        case Value(raw):
            resolved = boundary.declarations.resolve(type_)
            scalar = getattr(resolved, "spelling", "")
            if scalar in ("float", "double"):
                return f"abd_from_{scalar}({bytes_text(raw, whole=True)})"
            if not isinstance(boundary.declarations.resolve(type_), Pointer) and not _is_integer(
                boundary, type_
            ):
                return f"*({declared} *)abd_copied({bytes_text(raw, whole=True)}, {len(raw)})"
            number = int.from_bytes(raw, "little")
            return f"({declared})0x{number:x}{'ULL' if number > 0x7FFFFFFF else ''}"
        case Slot() if _is_integer(boundary, type_):
            return f"({declared})(uintptr_t)({_pointer(argument)})"
        case _:
            return f"({declared})({_pointer(argument)})"


def _is_integer(boundary: Boundary, type_: Type) -> bool:
    """Tell whether C has literals of a type: not of 128 bits, nor of vectors and decimals."""
    number = boundary.layouts.number(boundary.declarations.resolve(type_))
    return number is not None and number.kind in {"int", "bool"} and number.size <= 8


def _pointer(value: Address | Slot | Value) -> str:
    match value:
        case Address(block, addend):
            return f"b{block}.at + {addend}" if addend else f"b{block}.at"
        case Slot(index):
            return f"slot[{index}]"
    return "NULL"


def complaint(message: str) -> str:
    """Return the statement that prints what failed."""
    return f'fprintf(stderr, {quoted(message.replace("%", "%%"))[:-1]}\\n");'


def same_bytes(place: str, raw: bytes, mask: bytes) -> str:
    """Return a C condition: `raw` is at `place`. Bytes of padding may be anything (C11 6.2.6.1p6)."""
    if not mask or len(raw) % len(mask) or all(each == 0xFF for each in mask):
        return f"memcmp({place}, {bytes_text(raw, whole=True)}, {len(raw)}) == 0"
    whole = mask * (len(raw) // len(mask))
    texts = (bytes_text(each, whole=True) for each in (raw, whole))
    return f"abd_same({place}, {', '.join(texts)}, {len(raw)})"
