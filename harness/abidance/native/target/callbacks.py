"""Compiles callbacks: functions that the library calls, which answer from the input and note how they were called.

Each place that takes one has a function and a struct of its own in the target. What is noted of an invocation is what
`boundary.decode.callback_invocations` reads of one; memory is looked at while the callback runs, and copied.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.binding.value_passing import PassingRefusal, passing
from abidance.boundary.model.types import (
    RESULT_NAME,
    AddressShape,
    Direction,
    NothingShape,
    OpaqueShape,
    PointerShape,
    RecordShape,
    ScalarShape,
    What,
)
from abidance.contract.expression import spelling
from abidance.native.expressions.values import (
    CBytes,
    CGuarded,
    CList,
    CNullable,
    COpaque,
    CRecord,
    CUnavailable,
)
from abidance.native.target.c_text import Lines, at_offset, words
from abidance.native.target.domains import in_domain
from abidance.native.target.input_format import MOST_ANSWERS
from abidance.native.target.places import Places, chained, elements, number
from abidance.native.target.reasons import NotCompiledError
from abidance.plan.signature import RecordClass, ScalarClass

if TYPE_CHECKING:
    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.types import CallbackShape
    from abidance.contract.expression import Expression
    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import PassedTypes
    from abidance.native.target.clauses import ClauseCompiler
    from abidance.native.target.input_format import Path
    from abidance.native.target.tables import Tables

NOTED = 24
"""So many invocations of one call are noted; where there are more, nothing is said of all of them."""
_LONGEST = 4096
"""Behind a pointer at most so many bytes are looked at."""


def refuse_callback(boundary: Boundary, shape: CallbackShape) -> None:
    """Raise NotCompiledError for a callback that is not compiled."""
    assert shape.type is not None
    for each in (*shape.type.parameters, shape.type.returns):
        found = passing(each, boundary.declarations, boundary.layouts)
        if (
            isinstance(found, PassingRefusal)
            or found.why
            or not isinstance(found.class_, ScalarClass | RecordClass)
        ):
            raise NotCompiledError("a callback that passes by value what only a compiler can pass")
    if any(isinstance(m.shape, PointerShape) and m.shape.direction.written for m in shape.members):
        raise NotCompiledError("a callback that writes to memory")
    if any(isinstance(m.shape, PointerShape) and m.shape.handed for m in shape.members):
        raise NotCompiledError("a callback that is given memory to keep")
    result = shape.result
    if shape.frees is not None and shape.allocates is None and not isinstance(result, NothingShape):
        raise NotCompiledError("a callback that frees memory and returns something")
    if shape.allocates is not None:
        return
    if isinstance(result, ScalarShape | NothingShape):
        return
    if isinstance(result, PointerShape) or not isinstance(result, OpaqueShape) or result.nullable is not True:
        raise NotCompiledError("a callback that returns memory")


@dataclass(frozen=True, slots=True)
class Captured:
    """Memory behind a pointer that a callback is given: its path from the parameters, and how it is looked at."""

    path: Path
    shape: PointerShape
    number: int


@dataclass(frozen=True, slots=True)
class CompiledCallback:
    """One callback in the target: `name` is its struct, `function` itself. `lasting` ones outlive their call."""

    name: str
    function: str
    shape: CallbackShape
    captured: tuple[Captured, ...] = ()

    @property
    def lasting(self) -> bool:
        """Tell whether it may be invoked by later calls."""
        return self.shape.lifetime != "call"

    def calls(self) -> CValue:
        """Return what expressions see of it after the call: how it was called."""
        if self.lasting:
            return CRecord({"calls": CUnavailable("the callback is kept")})
        listed = CList(f"{self.name}.count", self.invocation)
        return CRecord({"calls": CGuarded(f"{self.name}.more", listed)})

    def invocation(self, index: str) -> CRecord:
        """Return what expressions see of one invocation."""
        return CRecord(self.arguments(f"{self.name}.calls[{index}]"))

    def arguments(self, call: str, *, answered: bool = True) -> dict[str, CValue]:
        """Return the values of one invocation by the names that C has for them."""
        shape = self.shape
        found: dict[str, CValue] = {}
        for index, member in enumerate(shape.members):
            if index != shape.given_back or not answered:
                found[member.name] = self._value(member.shape, f"{call}.p{index}", (member.name,), call)
        if answered and RESULT_NAME not in found and isinstance(shape.result, ScalarShape):
            found[RESULT_NAME] = number(shape.result, f"{call}.answer")
        return found

    def _value(self, shape: object, at: str, path: Path, call: str) -> CValue:
        match shape:
            case ScalarShape():
                return number(shape, at)
            case PointerShape():
                return self._behind(shape, at, path, call)
            case RecordShape():
                return self._record(shape, at, path, call)
            case AddressShape():
                return COpaque(f"(ABIDANCE_LOAD(void *, {at}) == NULL)")
        return CUnavailable("a callback's array")

    def _behind(self, shape: PointerShape, at: str, path: Path, call: str) -> CValue:
        null = f"(ABIDANCE_LOAD(void *, {at}) == NULL)"
        found = next((each for each in self.captured if each.path == path), None)
        if found is None:
            return COpaque(null)
        behind, size = f"{call}.b{found.number}", f"{call}.n{found.number}"
        match shape.what:
            case What.ONE if isinstance(shape.element, RecordShape):
                inner: CValue = self._record(shape.element, behind, path, call)
            case What.ONE if isinstance(shape.element, ScalarShape):
                inner = number(shape.element, behind)
            case What.STRING | What.BYTES:
                inner = CBytes(behind, size)
            case What.ARRAY:
                inner = elements(shape.element, behind, f"{size} / {shape.element.size}", whole=False)
            case _:
                inner = COpaque()
        return CNullable(null, CGuarded(f"!{behind}", inner))

    def _record(self, shape: RecordShape, at: str, path: Path, call: str) -> CRecord:
        fields: dict[str, CValue] = {}
        for member in shape.members:
            there = at_offset(at, member)
            if isinstance(member.shape, ScalarShape):
                fields[member.name] = number(member.shape, there, member.bits)
            elif isinstance(member.shape, PointerShape) and not member.within:
                fields[member.name] = self._behind(member.shape, there, (*path, member.name), call)
            else:
                fields[member.name] = Places().seen(member.shape, there, ())
        return CRecord(fields)


@dataclass(slots=True)
class Callbacks:
    """The callbacks of a target, each compiled once for the function and the path that takes it."""

    boundary: Boundary
    tables: Tables
    types: PassedTypes
    _made: dict[tuple[str, Path], CompiledCallback] = field(default_factory=dict)
    _allocators: dict[tuple[str, Path], int] = field(default_factory=dict)
    """Callbacks in one record or parameter list are one allocator."""

    def compiled(self, clauses: ClauseCompiler, path: Path, shape: CallbackShape) -> CompiledCallback:
        """Return the callback of a place; raises NotCompiledError."""
        key = (clauses.subject, path)
        if key not in self._made:
            refuse_callback(self.boundary, shape)
            allocator = self._allocators.setdefault((clauses.subject, path[:-1]), len(self._allocators) + 1)
            self._made[key] = _Compiler(self, clauses, path, shape, len(self._made), allocator).compile()
        return self._made[key]


class _Compiler:
    def __init__(
        self,
        callbacks: Callbacks,
        clauses: ClauseCompiler,
        path: Path,
        shape: CallbackShape,
        index: int,
        allocator: int,
    ) -> None:
        self._boundary = callbacks.boundary
        self._types = callbacks.types
        self._tables = callbacks.tables
        self._clauses = clauses
        self._path, self._shape = ".".join(path), shape
        self._name, self._function = f"abidance_script{index}", f"abidance_callback{index}"
        self._allocator_number = allocator
        self._captured: list[Captured] = []
        self._out = Lines()

    def compile(self) -> CompiledCallback:
        """Declare the struct and the function."""
        shape = self._shape
        assert shape.type is not None
        types = [self._type(each) for each in shape.type.parameters]
        returns = self._type(shape.type.returns)
        self._capture()
        made = CompiledCallback(self._name, self._function, shape, tuple(self._captured))
        if shape.allocator:
            self._allocator(made, types)
        else:
            self._note(made, types)
            self._answer(returns)
        parts = [
            *(f"unsigned char p{i}[{max(size, 8)}];" for i, size in enumerate(shape.sizes)),
            *(f"const unsigned char *b{c.number}; size_t n{c.number};" for c in self._captured),
            f"unsigned char answer[{max(shape.result.size, 8)}];",
        ]
        parameters = ", ".join(f"{of} x{i}" for i, of in enumerate(types)) or "void"
        answer = max(shape.result.size, 8)
        kept = f"unsigned turns, turn, count; unsigned char answers[{MOST_ANSWERS}][{answer}], user[8];"
        noted = f"struct {{ {' '.join(parts)} }} calls[{NOTED}];"
        self._tables.declarations += [
            f"static struct {{ int active, judges, more; {kept} {noted} }} {self._name};",
            f"static {returns} {self._function}({parameters})\n{{\n{self._out.text}\n}}",
        ]
        return made

    def _type(self, type_: object) -> str:
        found = passing(type_, self._boundary.declarations, self._boundary.layouts)  # type: ignore[arg-type]
        assert not isinstance(found, PassingRefusal)
        return self._types.name(found.class_)

    def _capture(self) -> None:
        """Decide which memory is looked at: behind parameters, and behind fields of records there."""
        for member in self._shape.members:
            if isinstance(member.shape, PointerShape):
                self._captured.append(Captured((member.name,), member.shape, len(self._captured)))
        for each in tuple(self._captured):
            of = each.shape.element
            if each.shape.what is What.ONE and isinstance(of, RecordShape):
                for field_ in of.members:
                    inner = field_.shape
                    if (
                        isinstance(inner, PointerShape)
                        and not field_.within
                        and inner.direction is Direction.IN
                    ):
                        path = (*each.path, field_.name)
                        self._captured.append(Captured(path, inner, len(self._captured)))

    # ------------------------------------------------------------------ what is noted

    def _note(self, made: CompiledCallback, types: list[str]) -> None:
        out, name = self._out, self._name
        out(f"unsigned turn = {name}.turn < {name}.turns ? {name}.turn : {name}.turns - 1; (void)turn;")
        out("int noted = 0; (void)noted;")
        out("if (!abidance_caller) {")
        if not self._shape.any_thread:
            out(f'    if ({name}.judges) abidance_report("ABD344", {self._subject}, {words(self._path)});')
        out("    goto answer;\n}")
        if not made.lasting:
            self._report("ABD345", f"!{name}.active", self._path)
            out(f"if (!{name}.active) goto answer;")
        index = "0" if made.lasting else f"{name}.count"
        out(f"if ({index} == {NOTED}) {{ {name}.more = 1; goto answer; }}")
        call = f"{name}.calls[{index}]"
        for number_, of in enumerate(types):
            out(f"{{ {of} given = x{number_}; memcpy({call}.p{number_}, &given, sizeof given); }}")
        for each in self._captured:
            out(f"{call}.b{each.number} = NULL; {call}.n{each.number} = 0;")
        for depth in (1, 2):
            mine = [each for each in self._captured if len(each.path) == depth]
            for each in sorted(mine, key=lambda c: c.shape.what is not What.ONE):
                self._look(made, each, call)
        self._domains(made, call)
        self._promises(made, call)
        if not made.lasting:
            out(f"{name}.count++; noted = 1;")
        out("answer: __attribute__((unused));")
        out(f"{name}.turn++;")

    def _report(self, code: str, condition: str, what: str) -> None:
        self._out(
            f'if ({self._name}.judges && ({condition})) abidance_report("{code}", {self._subject}, {words(what)});'
        )

    @property
    def _subject(self) -> str:
        return words(self._clauses.subject)

    def _place(self, path: Path, call: str) -> tuple[str, dict[str, CValue]]:
        """Return the address of a pointer that is captured, and what expressions see around it."""
        members = self._shape.members
        index = next(i for i, member in enumerate(members) if member.name == path[0])
        made = CompiledCallback(self._name, self._function, self._shape, tuple(self._captured))
        around = _spelled(made.arguments(call, answered=False))
        if len(path) == 1:
            return f"{call}.p{index}", around
        outer = next(each for each in self._captured if each.path == path[:-1])
        record = outer.shape.element
        assert isinstance(record, RecordShape)
        member = next(m for m in record.members if m.name == path[-1])
        behind = f"{call}.b{outer.number}"
        fields = Places().fields(_without_pointers(record), behind, path[:-1])
        return at_offset(behind, member), chained(fields, around)

    def _look(self, made: CompiledCallback, each: Captured, call: str) -> None:
        """Copy what a pointer points at, as far as it is known how much that is."""
        out, shape = self._out, each.shape
        at, around = self._place(each.path, call)
        outer = "" if len(each.path) == 1 else f"{call}.b{made_number(made, each.path[:-1])} && "
        with out.block(f"if ({outer}ABIDANCE_LOAD(void *, {at}) != NULL)"):
            out(f"const unsigned char *from = ABIDANCE_LOAD(const unsigned char *, {at});")
            align = max(shape.element.align if shape.what in (What.ONE, What.ARRAY) else 1, shape.align_to)
            if align > 1 and not shape.misaligned:
                self._report(
                    "ABD343", f"(uintptr_t)from % {align} != 0", f"{self._path}:{'.'.join(each.path)}"
                )
            if not self._size(shape, around):
                return
            path = f"{self._path}:{'.'.join(each.path)}"
            if shape.what is What.STRING:
                self._report("ABD343", "size == ABIDANCE_NO_TEXT", path)
            else:
                out("int ends = size > 0 && !abidance_readable(from, (size_t)size);")
                self._report("ABD343", "ends", path)
                out("if (ends) size = -1;")
            out(
                f"{call}.b{each.number} = size >= 0 && size <= {_LONGEST} ? abidance_copy(from, (size_t)size) : NULL;"
            )
            out(f"{call}.n{each.number} = {call}.b{each.number} ? (size_t)size : 0;")
        if shape.nullable is False:
            self._report(
                "ABD343", f"{outer}ABIDANCE_LOAD(void *, {at}) == NULL", f"{self._path}:{'.'.join(each.path)}"
            )

    def _size(self, shape: PointerShape, around: dict[str, CValue]) -> bool:
        """Compile how many bytes there are to look at; return whether that is known."""
        out = self._out
        unit = shape.element.size if shape.what is What.ARRAY else 1
        match shape.what:
            case What.ONE:
                out(f"abidance_int size = {shape.element.size};")
                return bool(shape.element.size)
            case What.STRING:
                out("abidance_int size = abidance_text_size(from);")
                return True
        if shape.length is None:
            return False
        out("abidance_int size = 0;")
        try:
            told = self._clauses.number(shape.length, around, "size")
        except NotCompiledError:
            return False
        out(f"if (({told}) != 1) size = -1;")
        if unit != 1:
            out(f"size = size < 0 || size > {_LONGEST} ? -1 : size * {unit};")
        return True

    # ------------------------------------------------------------------ what is judged at once

    def _domains(self, made: CompiledCallback, call: str) -> None:
        """Compile the look for numbers outside their domain, in arguments and in records behind them."""
        for index, member in enumerate(self._shape.members):
            path = f"{self._path}:{member.name}"
            if isinstance(member.shape, ScalarShape):
                self._domain(member.shape, f"{call}.p{index}", "1", path)
            elif isinstance(member.shape, RecordShape):
                self._record_domains(member.shape, f"{call}.p{index}", "1", path)
            elif (
                isinstance(member.shape, OpaqueShape)
                and member.shape.nullable is False
                and index != made.shape.given_back
            ):
                self._report("ABD343", f"ABIDANCE_LOAD(void *, {call}.p{index}) == NULL", path)
        for each in made.captured:
            behind, path = f"{call}.b{each.number}", f"{self._path}:{'.'.join(each.path)}"
            if each.shape.what is What.ONE:
                self._record_domains(each.shape.element, behind, behind, path)
        back = made.shape.given_back
        if back is not None and not made.lasting:
            size = min(self._shape.sizes[back], 8)
            self._report("ABD342", f"memcmp({call}.p{back}, {self._name}.user, {size}) != 0", self._path)

    def _record_domains(self, shape: object, at: str, when: str, path: str) -> None:
        match shape:
            case ScalarShape():
                self._domain(shape, at, when, path)
            case RecordShape():
                for member in shape.members:
                    if not member.within and not member.bits:
                        self._record_domains(
                            member.shape, at_offset(at, member), when, f"{path}.{member.name}"
                        )

    def _domain(self, shape: ScalarShape, at: str, when: str, path: str) -> None:
        allowed = in_domain(shape, at)
        if allowed:
            self._report("ABD343", f"{when} && !({allowed})", path)

    def _promises(self, made: CompiledCallback, call: str) -> None:
        """Compile the promises about its arguments alone; the others are judged after the call."""
        names = _spelled(made.arguments(call, answered=False))
        for index, expression in enumerate(self._shape.ensures):
            if alone(expression, names, self._clauses):
                holds = self._clauses.promise(expression, names)
                if holds is not None:
                    self._report("ABD346", f"({holds}) == 0", f"{self._path}:ensures[{index}]")

    # ------------------------------------------------------------------ what it answers

    def _answer(self, returns: str) -> None:
        out, result = self._out, self._shape.result
        if isinstance(result, ScalarShape):
            out(f"unsigned char *raw = {self._name}.answers[turn];")
            answer = f"{self._name}.calls[{self._name}.count - 1].answer"
            out(f"if (noted) memcpy({answer}, raw, {result.size});")
            out(f"return ABIDANCE_LOAD({returns}, raw);")
        elif returns != "void":
            out("return NULL;")

    def _allocator(self, made: CompiledCallback, types: list[str]) -> None:
        """Compile one that gives memory, or takes it back: the heap's, so that its misuse is seen (ABD377, ABD378)."""
        out, shape, name = self._out, self._shape, self._name
        for number_ in range(len(types)):
            out(f"(void)x{number_};")
        whose = f"{self._allocator_number}, {self._subject}, {words(self._path)}"
        if shape.frees is not None and shape.allocates is None:
            out(f"abidance_free_allotted((void *)x{shape.frees}, {whose});")
            return
        call = f"{name}.calls[0]"
        for number_, of in enumerate(types):
            out(f"{{ {of} given = x{number_}; memcpy({call}.p{number_}, &given, sizeof given); }}")
        assert shape.allocates is not None
        out("abidance_int size = 0;")
        told = self._clauses.number(shape.allocates, _spelled(made.arguments(call, answered=False)), "size")
        out(f"int known = ({told}) == 1 && size >= 0 && size <= 1 << 26;")
        if shape.frees is not None:  # no bytes are wanted in the place of a block that is given back
            out("if (known && size == 0) {")
            out(f"abidance_free_allotted((void *)x{shape.frees}, {whose}); return NULL; }}")
        out(f"unsigned turn = {name}.turn++;")
        out(f"if (turn == {name}.turns || ({name}.more && turn > {name}.turns) || !known) return NULL;")
        old = f"(void *)x{shape.frees}" if shape.frees is not None else "NULL"
        out(
            f"return abidance_allot({old}, (size_t)size, {int(shape.zeroed)}, {int(self._for_good)}, {whose});"
        )

    @property
    def _for_good(self) -> bool:
        """Tell whether what it gave may stay with the library when every handle is gone."""
        lifetime = self._shape.lifetime
        if lifetime in ("", "call"):
            return False
        life = self._boundary.handles.get(lifetime.removeprefix("handle(").removesuffix(")"))
        return life is None or life.destroy is None


def made_number(made: CompiledCallback, path: Path) -> int:
    """Return the number under which the memory at a path is captured."""
    return next(each.number for each in made.captured if each.path == path)


def alone(expression: Expression, names: dict[str, CValue], clauses: ClauseCompiler) -> bool:
    """Tell whether a promise about a callback looks at nothing but what the callback is given."""
    return expression.names <= names.keys() | clauses.constants.keys()


def _spelled(values: dict[str, CValue]) -> dict[str, CValue]:
    return {spelling(name): value for name, value in values.items()}


def _without_pointers(record: RecordShape) -> RecordShape:
    """Return a record without the fields that are pointers, which say no length."""
    members = tuple(m for m in record.members if not isinstance(m.shape, AddressShape))
    return RecordShape(record.spelling, record.size, record.align, members)
