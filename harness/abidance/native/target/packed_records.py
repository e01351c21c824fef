"""Compiles records that memory is full of, one behind the other: where each ends, and what expressions see of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.model.types import What
from abidance.boundary.values.memory import tail_of
from abidance.native.expressions.values import CBytes, CGuarded, CList, CRecord
from abidance.native.target.c_text import Lines
from abidance.native.target.clauses import ClauseCompiler
from abidance.native.target.places import Places, elements

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.types import PackedRecords
    from abidance.contract.expression import Expression
    from abidance.native.expressions.values import CValue
    from abidance.native.target.tables import Tables


@dataclass(frozen=True, slots=True)
class RecordRuns:
    """The functions of a target that tell where records end; each is declared once."""

    tables: Tables
    constants: Mapping[str, object]

    def count(self, records: PackedRecords, at: str, size: str) -> str:
        """Return how many records so many bytes are full of, in C: -1 where one does not end where one can.

        Raises NotCompiledError.
        """
        return f"abidance_record_count({at}, {size}, {self._end(records)}, {records.align})"

    def seen(self, records: PackedRecords, at: str, size: str) -> CValue:
        """Return what expressions see of them. Raises NotCompiledError."""
        count, end = self.count(records, at, size), self._end(records)

        def element(index: str) -> CValue:
            there = f"abidance_record_at({at}, {size}, {end}, {records.align}, (size_t)({index}))"
            return self._record(records, there)

        return CGuarded(f"{count} < 0", CList(f"(abidance_int){count}", element))

    def _record(self, records: PackedRecords, at: str) -> CRecord:
        record, tail = Places().record(records.of, at, ()), tail_of(records.of)
        if tail is None:
            return record
        offset, shape = tail
        there, count = f"({at} + {offset})", f"(size_t){self._tail(records)}({at})"
        inner: CValue = CBytes(there, count)
        if shape.what is not What.BYTES:
            inner = elements(shape.element, there, count, whole=False)
        return CRecord({**record.fields, records.of.members[-1].name: inner})

    def _end(self, records: PackedRecords) -> str:
        """Return the function that tells how many bytes of those that are left a record has."""
        return self.tables.declared("record_end", id(records), lambda name: self._ending(name, records))

    def _tail(self, records: PackedRecords) -> str:
        """Return the function that tells how many elements the flexible array member of a record has."""
        return self.tables.declared("record_tail", id(records), lambda name: self._tailing(name, records))

    def _ending(self, name: str, records: PackedRecords) -> Iterator[str]:
        tail, out = tail_of(records.of), Lines()
        fixed = records.of.size if tail is None else tail[0]
        out(f"if (left < {fixed}) return -1;")
        out(f"abidance_int least = {fixed}, told = 0; (void)told;")
        if tail is not None:
            out(f"least += (abidance_int){self._tail(records)}(at) * {tail[1].unit};")
        out("abidance_int size = least;")
        if records.size is not None:
            out(
                f"if (({self._number(records, records.size)}) != 1) return -1;\nsize = told * {records.unit};"
            )
        out(f"if (least < {fixed}) least = {fixed};")
        out("return size < least || size > (abidance_int)left ? -1 : (int64_t)size;")
        yield f"static int64_t {name}(const unsigned char *at, size_t left)\n{{\n{out.text}\n}}"

    def _tailing(self, name: str, records: PackedRecords) -> Iterator[str]:
        tail, out = tail_of(records.of), Lines()
        assert tail is not None
        assert tail[1].length is not None
        out("abidance_int told = 0; (void)told;")
        out(f"if (({self._number(records, tail[1].length)}) != 1) return 0;")
        out("return told < 0 || told > 1 << 24 ? -1 : (int64_t)told;")
        yield f"static int64_t {name}(const unsigned char *at)\n{{\n{out.text}\n}}"

    def _number(self, records: PackedRecords, expression: Expression) -> str:
        """Return C that sets `told` to a number that follows from the fields of the record that is `at` a place."""
        head = records.of
        if tail_of(head) is not None:
            head = replace(head, members=head.members[:-1])
        names = Places().fields(head, "at", ())
        return ClauseCompiler(head.spelling, self.constants).number(expression, names, "told")
