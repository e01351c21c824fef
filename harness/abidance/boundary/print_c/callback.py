"""A callback as a C function that answers as it did."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.value_passing import is_va_list
from abidance.boundary.model.callbacks import HandedHandleShape
from abidance.boundary.model.traversal import pointee
from abidance.boundary.model.types import Member, NothingShape, PointerShape, ScalarShape, What
from abidance.boundary.print_c.callback_files import (
    at,
    file,
    left_of_file,
    product,
    reading_all,
    scaled,
    with_position,
    writing_file,
)
from abidance.boundary.print_c.literals import bytes_text, value_text
from abidance.boundary.values.callback_writes import Written, counted_answer
from abidance.boundary.values.content_answers import comparand, number_compared
from abidance.ir.declarations import spell
from abidance.ir.traversal import unqualified
from abidance.plan import plan as p
from abidance.plan.callback_script import (
    RESULT_TOLD,
    CallbackScript,
    Passed,
    Position,
    Write,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from abidance.boundary.model.callbacks import CallbackShape
    from abidance.boundary.model.values import Script, Value
    from abidance.ir.declarations import Declarations
    from abidance.ir.types import Type


def callback_text(
    declarations: Declarations, name: str, shape: CallbackShape, script: Script, plan: CallbackScript
) -> str:
    """Return the function on one line, in which no parameter has the name of what its statements declare or use."""
    marks = [f"\1{number}\2" for number in range(len(shape.members))]
    head, statements = callback_parts(declarations, name, shape, script, plan, marks)
    body = " ".join([*statements, "}"])
    taken = {each for each in _WORDS.findall(body) if not each.startswith('"')}
    for mark, member in zip(marks, shape.members, strict=True):
        free, number = member.name, 2
        while free in taken:
            free, number = f"{member.name}{number}", number + 1
        taken.add(free)
        head, body = head.replace(mark, free), body.replace(mark, free)
    return f"{head} {{ {body}"


_WORDS = re.compile(r'"(?:\\.|[^"\\])*"|[A-Za-z_]\w*')
"""The names in a piece of C, and its literals."""


def callback_parts(
    declarations: Declarations,
    name: str,
    shape: CallbackShape,
    script: Script,
    plan: CallbackScript,
    names: Sequence[str] = (),
    counter: str = "",
    slot: Callable[[int], str] = lambda _: "handle",
) -> tuple[str, list[str]]:
    """Return the function's head, in which parameters may have other `names`, and the statements that answer.

    Turns are counted by the variable `counter`, or by one of the function's own. `slot` says what stands for a pointer
    that an earlier call has saved. Positions that they share are declared by `positions`.
    """
    assert shape.type is not None
    called = names or [member.name for member in shape.members]
    parameters = [
        _declared(type_, each, declarations)
        for type_, each in zip(shape.type.parameters, called, strict=True)
    ]
    listed = ", ".join([*parameters, *["..."] * shape.type.variadic]) or "void"
    head = _declared(shape.type.returns, f"{name}({listed})", declarations)
    if shape.printf is not None:
        plain = replace(shape, printf=None)
        head, rest = callback_parts(declarations, name, plain, script, plan, names, counter, slot)
        return head, [_printing(shape, called, declarations), *rest]
    if plan.calls:
        head, rest = callback_parts(
            declarations, name, shape, replace(script, calls=()), replace(plan, calls=()), names, counter
        )
        given = (n for n, each in enumerate(shape.members) if isinstance(each.shape, HandedHandleShape))
        own = next((called[n] for n in given), "handle")
        return head, [*_calling(plan, script, slot, own, called), *rest]
    if shape.allocator:
        return f"static {head}", _allocating(shape, script, plan, called, counter)
    if plan.file is not None:
        texts = [_answer(shape, answer) for answer in script.answers]
        counting = (_counted(counter), _next(counter, len(plan.file.succeed) - 1))
        if plan.file.data is not None:
            return f"static {head}", [*writing_file(shape, texts, plan, plan.file, called, counting)]
        return f"static {head}", [*with_position(shape, texts, plan, plan.file, called, counting)]
    if script.written or plan.writes:
        return f"static {head}", _taking_turns(shape, script, plan, called, counter)
    if script.by_content:
        return f"static {head}", [*_deciding(shape, script, called)]
    return f"static {head}", [
        *_freeing(plan, called, slot),
        *_answering(shape, script, plan, called, declarations, counter),
    ]


def _printing(shape: CallbackShape, called: Sequence[str], declarations: Declarations) -> str:
    """Return the statements that make a text of a format, as a callback is there to do."""
    assert shape.type is not None
    assert shape.printf is not None
    format_ = called[shape.printf]
    if not shape.type.variadic:
        types = zip(called, shape.type.parameters, strict=True)
        listed = next(name for name, type_ in types if is_va_list(type_, declarations))
        return f"if ({format_}) vprintf({format_}, {listed});"
    begin = f"__builtin_va_list listed; __builtin_va_start(listed, {called[-1]});"
    return f"{begin} if ({format_}) vprintf({format_}, listed); __builtin_va_end(listed);"


def _freeing(plan: CallbackScript, called: Sequence[str], slot: Callable[[int], str]) -> list[str]:
    """Return the statements that free what the callback is given to keep."""
    lines = []
    for each in plan.frees:
        given = [_argument(one, called, slot, "handle") for one in each.given]
        lines.append(f"{each.symbol}({', '.join(given)});")
    return lines


def _argument(
    given: p.Value | p.Slot | p.Address | Passed,
    called: Sequence[str],
    slot: Callable[[int], str],
    address: str,
) -> str:
    """Return what a callback gives to a function that it calls, as C; `address` is what a pointer to a block is."""
    match given:
        case Passed(argument):
            return called[argument]
        case p.Slot(index):
            return slot(index)
        case p.Address():
            return address
    return str(int.from_bytes(given.raw, "little", signed=True))


def _calling(
    plan: CallbackScript, script: Script, slot: Callable[[int], str], own: str, called: Sequence[str]
) -> list[str]:
    """Return the statements that call the library from within; `own` is the handle that the callback is given."""
    lines = ["static int invoked;"]
    for number, call in enumerate(plan.calls):
        # Texts come in the order of the parameters, as what else is passed does.
        made = next((each for each in script.calls if each.turn == call.turn), None)
        passed = [each for each in made.arguments.values() if isinstance(each, bytes)] if made else []
        texts = (bytes_text(each, whole=True) for each in passed)
        given = [
            _argument(each, called, slot, next(texts, own) if isinstance(each, p.Address) else own)
            for each in call.arguments
        ]
        counted = "invoked++" if number == len(plan.calls) - 1 else "invoked"
        lines.append(f"if ({counted} == {call.turn}) {call.symbol}({', '.join(given)});")
    return lines


def _answering(
    shape: CallbackShape,
    script: Script,
    plan: CallbackScript,
    called: Sequence[str],
    declarations: Declarations,
    counter: str,
) -> list[str]:
    answers = script.answers
    if isinstance(shape.result, NothingShape) or not answers:
        return []
    assert shape.type is not None
    texts = [_answer(shape, answer) for answer in answers]
    if len(texts) == 1 and plan.most is None:
        return [f"return {texts[0]};"]
    pointing = isinstance(shape.result, PointerShape)
    if isinstance(shape.result, PointerShape) and shape.result.handed:
        cases = [f"case {n}: return {text};" for n, text in enumerate(texts[:-1])]
        head = [*_counted(counter), f"switch ({_next(counter, len(cases))}) {{"]
        return [*head, *cases, f"default: return {texts[-1]};", "}"]
    declared = (
        "void *answers[]"
        if pointing
        else _declared(unqualified(shape.type.returns), "answers[]", declarations)
    )
    last = len(texts) - 1
    if plan.most is not None:
        most = product(plan.most.scale, plan.most.numbers, called)
        type_ = spell(unqualified(shape.type.returns), "", declarations)
        returning = f"answers[{_next(counter, last)}]" if last else texts[0]
        return [
            *([f"static const {declared} = {{{', '.join(texts)}}};", *_counted(counter)] if last else []),
            f"{_declared(unqualified(shape.type.returns), 'answer', declarations)} = {returning};",
            f"return answer < ({type_})({most}) ? answer : ({type_})({most});",
        ]
    return [
        f"static {'' if pointing else 'const '}{declared} = {{{', '.join(texts)}}};",
        *_counted(counter),
        f"return answers[{_next(counter, last)}];",
    ]


def _deciding(shape: CallbackShape, script: Script, called: Sequence[str]) -> Iterator[str]:
    """Yield the statements that answer by what the function is given."""
    answers = [_answer(shape, each) for each in script.answers]
    contents = [_contents(shape, path, called) for path in shape.by]
    (one, size), *others = contents
    if len({*answers}) == 1:
        yield f"return {answers[0]};"
        return
    if not others:
        yield f"const unsigned char *at = (const unsigned char *){one};"
        count = size or f"strlen({one})"
        yield "unsigned long long hash = 14695981039346656037ULL;"
        yield f"for (size_t i = 0; i < {count}; i++) hash = (hash ^ at[i]) * 1099511628211ULL;"
        cases = " ".join(f"case {n}: return {text};" for n, text in enumerate(answers[:-1]))
        yield f"switch ((hash ^ hash >> 32) % {len(answers)}) {{ {cases} default: return {answers[-1]}; }}"
        return
    other, other_size = others[0]
    if number_compared(comparand(shape.members, shape.by[0])) is not None:
        yield f"int order = ({one} > {other}) - ({one} < {other});"
    elif not size:
        yield f"int order = strcmp({one}, {other});"
    else:
        yield f"size_t x = {size}, y = {other_size};"
        yield f"int order = memcmp({one}, {other}, x < y ? x : y);"
        yield "if (order == 0) order = (x > y) - (x < y);"
    below, alike, above = answers
    if below == above:
        yield f"return order == 0 ? {alike} : {below};"
        return
    yield f"return order < 0 ? {below} : order > 0 ? {above} : {alike};"


def _contents(shape: CallbackShape, path: str, called: Sequence[str]) -> tuple[str, str]:
    """Return what a callback answers by as C: a number, or where it lies and how many bytes; none of a text."""
    members = comparand(shape.members, path)
    names, single = [each.name for each in shape.members], len(shape.by) == 1
    whole, at = members[0].shape, called[names.index(members[0].name)]
    if number_compared(members) is not None:
        value = at
        if isinstance(whole, PointerShape):
            typed = f"((const {getattr(pointee(whole), 'spelling', 'char')} *){at})"
            value = (
                "->".join((typed, ".".join(each.name for each in members[1:])))
                if members[1:]
                else f"*{typed}"
            )
        return (f"&{value}", f"sizeof({value})") if single else (f"({value})", "")
    assert isinstance(whole, PointerShape)
    if whole.what is What.STRING:
        return f"(const char *){at}", ""
    length = whole.length.text if whole.length is not None else "0"
    for name, other in zip(names, called, strict=True):
        length = re.sub(rf"\b{re.escape(name)}\b", other, length)
    scale = 1 if whole.what is What.BYTES else whole.element.size
    return at, f"({length}) * {scale}" if scale != 1 else f"(size_t)({length})"


def _allocating(
    shape: CallbackShape, script: Script, plan: CallbackScript, called: Sequence[str], counter: str
) -> list[str]:
    """Return the statements of an allocator, as C's own has them."""
    part = plan.allocator
    assert part is not None
    old = called[part.frees] if part.frees is not None else ""
    if not part.allocates:
        returning = (
            [] if isinstance(shape.result, NothingShape) else [f"return {_answer(shape, script.answers[0])};"]
        )
        return [f"free({old});", *returning]
    size = product(part.scale, part.room, called)
    give = f"calloc(1, {size})" if part.zeroes else f"malloc({size})"
    give = f"realloc({old}, {size})" if old else give
    lines = []
    if set(script.answers) == {None}:
        give = "NULL"
    elif None in script.answers:
        fails = ", ".join("0" if answer is None else "1" for answer in script.answers)
        lines = [f"static const int there[] = {{{fails}}};", *_counted(counter)]
        give = f"there[{_next(counter, len(script.answers) - 1)}] ? {give} : NULL"
    if old:
        lines.insert(0, f"if ({size} == 0) {{ free({old}); return NULL; }}")
    return [*lines, f"return {give};"]


def _answer(shape: CallbackShape, answer: Value) -> str:
    """Return an answer as C; what it points at is there for good."""
    if isinstance(shape.result, PointerShape) and answer is not None:
        raw = Written(0, Member("result", shape.result, shape.result.span), shape.result).raw(answer)
        text = bytes_text(raw, whole=True)
        if shape.result.handed:
            return f"memcpy(malloc({len(raw)}), {text}, {len(raw)})"
        return f"(void *){text}"
    if isinstance(shape.result, ScalarShape) and shape.result.kind == "bool" and shape.returns not in _BOOLS:
        return str(int(bool(answer)))  # an `int`, say, in a header that need not have `true`
    return value_text(shape.result, answer)


_BOOLS = ("bool", "_Bool")


def _lent(member: Member, value: Value) -> str:
    """Return the address of what a callback lends, as a literal that is there for good."""
    lent = Written(0, member, member.shape).lends  # type: ignore[arg-type]
    assert lent is not None
    if value is None:
        return "NULL"
    raw = Written(0, Member(member.name, lent, member.declared), lent).raw(value)
    return f"(void *){bytes_text(raw, whole=True)}"


def _taking_turns(
    shape: CallbackShape, script: Script, plan: CallbackScript, called: Sequence[str], counter: str
) -> list[str]:
    """Return the statements of a callback that writes: `put` writes what there is room for, `fill` all of the room."""
    if plan.position is not None and plan.position.whole:
        answers = [_answer(shape, each) for each in script.answers[first_read(plan.position) :]]
        return [*reading_all(shape, answers, plan, plan.position, called)]
    if plan.position is not None:
        return [*_reading(shape, script, plan, plan.position, called)]
    last = len(plan.answers) - 1
    turns = []
    for number in range(last + 1):
        statements = list(_writing(shape, script, plan.writes, number, called))
        if script.answers and not any(each.startswith("return") for each in statements):
            statements.append(f"return {_answer(shape, script.answers[number])};")
        turns.append(statements)
    if last == 0:
        return turns[0]
    cases = [
        " ".join([*each, *["break;"] * (not each[-1:] or not each[-1].startswith("return"))])
        for each in turns
    ]
    named = [*(f"case {number}:" for number in range(last)), "default:"]
    return [
        *_counted(counter),
        f"switch ({_next(counter, last)}) {{",
        *(f"{name} {each}" for name, each in zip(named, cases, strict=True)),
        "}",
    ]


def first_read(position: Position) -> int:
    """Return the first turn in which a callback does not fail, or the first of all."""
    return next((n for n, length in enumerate(position.lengths) if length is not None), 0)


def _reading(
    shape: CallbackShape, script: Script, plan: CallbackScript, position: Position, called: Sequence[str]
) -> Iterator[str]:
    """Yield the statements of a callback that is told where to read: its turn, and how much of that it skips."""
    lengths, last = position.lengths, len(position.lengths) - 1
    first = first_read(position)
    begin = product(position.scale, position.numbers, called)
    if position.cursor is not None and not position.placed:
        begin = at(position.cursor)
    turns, before, behind = [], 0, f"{last}"
    if position.stored and position.cursor is not None:
        here = f"(long long)({begin})" if position.placed else begin
        yield from left_of_file(position.cursor, here, lengths)
        written = next((n for n, length in enumerate(lengths) if length), last)
        behind = f"left > 0 ? {written} : {last}"
    if position.repeats:
        yield f"size_t skip = ({begin}) % {lengths[first] or 1};"
    elif last == 0:
        yield f"size_t begin = {begin}, skip = begin < {lengths[0] or 0} ? begin : {lengths[0] or 0};"
    else:
        yield f"size_t begin = {begin}, skip = 0;"
    for turn, length in enumerate(lengths):
        if length is None:
            turns.append(f"begin == {before} ? {turn} : ")
        elif length:
            turns.append(
                f"begin < {before + length} ? (skip = begin{f' - {before}' * bool(before)}, {turn}) : "
            )
        before += length or 0
    statements = [[*_reading_turn(shape, script, plan, position, turn, called)] for turn in range(last + 1)]
    if position.repeats or last == 0:
        yield from statements[first]
        return
    yield f"switch ({''.join(turns)}(skip = {lengths[-1] or 0}, {behind})) {{"
    for turn, each in enumerate(statements):
        ends = bool(each) and each[-1].startswith("return")
        braces = ("{", "}") if position.cursor is not None else ()
        label = "default:" if turn == last else f"case {turn}:"
        yield " ".join([label, *braces[:1], *each, *braces[1:], *["break;"] * (not ends)])
    yield "}"


def _reading_turn(
    shape: CallbackShape,
    script: Script,
    plan: CallbackScript,
    position: Position,
    turn: int,
    called: Sequence[str],
) -> Iterator[str]:
    statements = list(_writing(shape, script, plan.writes, turn, called, position))
    leads = position.data is None and script.answers[turn] is not None
    if position.moves is not None and position.lengths[turn] is not None and leads:
        yield f"{at(position.moves)} += {position.lengths[turn]} - skip;"
    yield from statements
    if script.answers and not any(each.startswith("return") for each in statements):
        answer = _answer(shape, script.answers[turn])
        yield f"return (char *){answer} + {_skipped(position)};" if leads else f"return {answer};"


def _skipped(position: Position) -> str:
    return scaled("skip", position.size)


def _counted(counter: str) -> list[str]:
    return [] if counter else ["static int n;"]


def _next(counter: str, last: int) -> str:
    name = counter or "n"
    return f"{name} < {last} ? {name}++ : {last}"


def _writing(
    shape: CallbackShape,
    script: Script,
    writes: Sequence[Write],
    turn: int,
    called: Sequence[str],
    position: Position | None = None,
) -> Iterator[str]:
    """Yield the statements of one turn, the one that returns how much it was at the end.

    With a `position`, as many elements are skipped of what is read as `skip` says.
    """
    returning = ""
    counted = counted_answer(shape)
    for number, each in enumerate(writes):
        raw, name = each.contents[turn], called[each.argument]
        if raw is None:
            continue
        member = shape.members[each.argument]
        moved = position is not None and number == position.data
        if member.name == counted:
            yield f"*{name} = {int.from_bytes(raw, 'little')}{' - skip' if position is not None else ''};"
            continue
        if each.lends:
            count = f"{int.from_bytes(raw[8:], 'little')}{' - skip' if moved else ''}"
            lent = _lent(member, script.written[turn][member.name])
            there = f"(char *){lent} + {_skipped(position)}" if position is not None and moved else lent
            yield f"*{name} = {there};"
            if position is not None and moved and position.moves is not None:
                yield f"{at(position.moves)} += {count};"
            if each.told == RESULT_TOLD:
                returning = f"return {count};"
            elif each.told is not None:
                yield f"*{called[each.told]} = {count};"
            continue
        room = product(each.scale, each.room, called)
        text = f"{bytes_text(raw, whole=True)}, {len(raw)}"
        if position is not None and moved and position.repeats:
            text = f"{bytes_text(raw + raw, whole=True)} + {_skipped(position)}, {len(raw)}"
        elif position is not None and moved:
            skipped = _skipped(position)
            text = f"{bytes_text(raw, whole=True)} + {skipped}, {len(raw)} - {skipped}"
            if position.stored and position.cursor is not None:
                begin, left = scaled("begin", position.size), scaled("left", position.size)
                text = f"{file(position.cursor)} + {begin}, {left}"
        if each.told is None:
            yield f"abd_fill({name}, {room}, {text});"
            continue
        unit = product(each.unit, each.units, called)
        put = f"abd_put({name}, {room}, {unit}, {text})"
        if position is not None and moved and position.moves is not None:
            yield f"size_t put = {put};"
            whole = "put" if unit == str(position.size) else f"put * ({unit}) / {position.size}"
            yield f"{at(position.moves)} += (long long)({whole});"
            put = "put"
        if each.told == RESULT_TOLD:
            returning = f"return {put};"
        else:
            yield f"if ({called[each.told]} != NULL) *{called[each.told]} = {put};"
    if returning:
        yield returning


def _declared(type_: Type, declarator: str, declarations: Declarations) -> str:
    return spell(type_, declarator, declarations)
