"""Compiles the look at the memory that a callback is given: as far as it is known, it is copied while that runs."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.encode.callback_reads import MOST_BEHIND_EACH
from abidance.boundary.model.types import AddressShape, PointerShape, RecordShape, What
from abidance.native.target.c_text import at_offset
from abidance.native.target.callbacks import LONGEST, is_list, size_behind, spelled
from abidance.native.target.forms import form_table
from abidance.native.target.places import Places, chained
from abidance.native.target.reasons import NotCompiledError
from abidance.native.target.texts import codec_check
from abidance.native.target.variants import lives, pointer_told

if TYPE_CHECKING:
    from collections.abc import Callable

    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import Lines
    from abidance.native.target.callbacks import Captured, CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler
    from abidance.native.target.input_format import Path
    from abidance.native.target.tables import Tables
    from abidance.native.target.variants import TaggedUnionPlace


@dataclass(frozen=True, slots=True)
class CallbackMemory:
    """The memory of one callback. `report` compiles a finding from its code, its condition and what it is about."""

    made: CompiledCallback
    path: str
    clauses: ClauseCompiler
    tables: Tables
    out: Lines
    report: Callable[[str, str, str], None]

    def all(self, call: str) -> None:
        """Compile the look at all of it: at records behind parameters before what their fields lead to."""
        for depth in (1, 2):
            mine = [each for each in self.made.captured if len(each.path) == depth]
            for each in sorted(mine, key=lambda c: c.shape.what is not What.ONE):
                self._look(each, call)

    def _place(self, path: Path, call: str) -> tuple[str, dict[str, CValue]]:
        """Return the address of a pointer that is captured, and what expressions see around it."""
        members = self.made.shape.members
        index = next(i for i, member in enumerate(members) if member.name == path[0])
        around = chained(spelled(self.made.arguments(call, answered=False)), self.made.around())
        if len(path) == 1:
            return f"{call}.p{index}", around
        outer = next(each for each in self.made.captured if each.path == path[:-1])
        record = outer.shape.element
        assert isinstance(record, RecordShape)
        member = next(m for m in record.members if m.name == path[-1])
        behind = f"{call}.b{outer.number}"
        fields = Places().fields(_without_pointers(record), behind, path[:-1])
        return at_offset(behind, member), chained(fields, around)

    def _look(self, each: Captured, call: str) -> None:
        """Copy what a pointer points at, as far as it is known how much that is."""
        out, shape = self.out, each.shape
        at, around = self._place(each.path, call)
        outer = "" if len(each.path) == 1 else f"{call}.b{capture_number(self.made, each.path[:-1])} && "
        if each.which is not None:
            told = self._tag_of(each, call)
            if told is None:
                return
            outer += f"{lives(told.variant, each.which, told.tag)} && "
        with out.block(f"if ({outer}ABIDANCE_LOAD(void *, {at}) != NULL)"):
            out(f"const unsigned char *from = ABIDANCE_LOAD(const unsigned char *, {at});")
            align = max(shape.element.align if shape.what in (What.ONE, What.ARRAY) else 1, shape.align_to)
            if align > 1 and not shape.misaligned:
                self.report("ABD343", f"(uintptr_t)from % {align} != 0", f"{self.path}:{'.'.join(each.path)}")
            if not size_behind(shape, around, self.clauses, out):
                return
            path = f"{self.path}:{'.'.join(each.path)}"
            if shape.what is What.STRING or shape.ended_by is not None:
                self.report("ABD343", "size == ABIDANCE_NO_TEXT", path)
                if shape.what is What.STRING:
                    self._encoding(shape, path)
            else:
                out("int ends = size > 0 && !abidance_readable(from, (size_t)size);")
                self.report("ABD343", "ends", path)
                out("if (ends) size = -1;")
                if shape.encoded:
                    self._encoding(shape, path)
            self._form(shape, path)
            out(
                f"{call}.b{each.number} = size >= 0 && size <= {LONGEST} ? abidance_copy(from, (size_t)size) : NULL;"
            )
            out(f"{call}.n{each.number} = {call}.b{each.number} ? (size_t)size : 0;")
            if is_list(shape):
                self._look_at_each(shape, f"{call}.b{each.number}", f"{call}.n{each.number}", path)
        if shape.nullable is False:
            self.report(
                "ABD343", f"{outer}ABIDANCE_LOAD(void *, {at}) == NULL", f"{self.path}:{'.'.join(each.path)}"
            )

    def _tag_of(self, each: Captured, call: str) -> TaggedUnionPlace | None:
        """Return the tag that tells what a pointer leads to: another parameter, or a field beside it."""
        if len(each.path) == 1:
            return self.made.told(call)[each.path[0]]
        outer = next(one for one in self.made.captured if one.path == each.path[:-1])
        record = outer.shape.element
        assert isinstance(record, RecordShape)
        return pointer_told(record, each.path[-1], f"{call}.b{outer.number}")

    def _look_at_each(self, shape: PointerShape, list_: str, size: str, path: str) -> None:
        """Copy what the pointers of a list lead to, and let those of its own copy lead there; else nothing is known."""
        out, element, index = self.out, shape.element, self.out.fresh("i")
        assert isinstance(element, PointerShape)
        text = element.what is What.STRING
        out(f"if ({size} > {MOST_BEHIND_EACH} * sizeof(void *)) {list_} = NULL;")
        head = f"for (size_t {index} = 0; {list_} && {index} < {size} / sizeof(void *); {index}++)"
        with out.block(head):
            out(f"unsigned char *place = (unsigned char *){list_} + {index} * sizeof(void *);")
            out("const unsigned char *from = ABIDANCE_LOAD(const unsigned char *, place);")
            if element.nullable is False:
                self.report("ABD343", "!from", f"{path}[]")
            out("if (!from) continue;")
            if size_behind(element, {}, self.clauses, out):
                lost = "size == ABIDANCE_NO_TEXT" if text else "!abidance_readable(from, (size_t)size)"
                self.report("ABD343", lost, f"{path}[]")
                if text:
                    self._encoding(element, f"{path}[]")
                self._form(element, f"{path}[]")
                known = f"size >= 0 && size <= {LONGEST} && !({lost})"
                out(f"void *copy = {known} ? abidance_copy(from, (size_t)size + {int(text)}) : NULL;")
                out("ABIDANCE_STORE(void *, place, copy);")
                out(f"if (!copy) {list_} = NULL;")

    def _form(self, shape: PointerShape, path: str) -> None:
        if shape.like is None:
            return
        try:
            form = form_table(shape, self.tables)
        except NotCompiledError as error:
            self.clauses.leave(error.reason)
        else:
            self.report("ABD343", f"size >= 0 && !abidance_has_form({form}, from, (size_t)size)", path)

    def _encoding(self, shape: PointerShape, path: str) -> None:
        check = codec_check(shape.encoding)
        if check is None:
            self.clauses.leave(f"whether `{path}` is text in {shape.encoding}")
        elif (broken := check.broken(self.tables, "from", "(size_t)size")) != "0":
            self.report("ABD343", f"size > 0 && {broken}", path)


def capture_number(made: CompiledCallback, path: Path) -> int:
    """Return the number under which the memory at a path is captured."""
    return next(each.number for each in made.captured if each.path == path)


def _without_pointers(record: RecordShape) -> RecordShape:
    """Return a record without the fields that are pointers, which say no length."""
    members = tuple(m for m in record.members if not isinstance(m.shape, AddressShape))
    return RecordShape(record.spelling, record.size, record.align, members)
