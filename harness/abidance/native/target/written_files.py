"""Files that callbacks write: what they are told to write is kept, and what reads there reads that."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import PointerShape, ScalarShape
from abidance.boundary.values.callback_files import failure
from abidance.native.target.c_text import load, string

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.native.expressions.values import CValue
    from abidance.native.target.c_text import Lines
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler


def store(made: CompiledCallback, clauses: ClauseCompiler, out: Lines, names: Mapping[str, CValue]) -> None:
    """Compile that a callback keeps what it is given to write, as much as it answers that it has taken."""
    shape, file = made.shape, made.shape.file
    assert file is not None
    assert file.data is not None
    memory, result = shape.members[file.data].shape, shape.result
    assert isinstance(memory, PointerShape)
    assert memory.length is not None
    out("abidance_int wanted = 0, begin = 0;")
    out(f"int known = ({clauses.number(memory.length, names, 'wanted')}) == 1 && wanted >= 0;")
    if shape.at is None:
        out(f"begin = {made.at}.at;")
    else:
        out(f"if (({clauses.number(shape.at, names, 'begin')}) != 1 || begin < 0) known = 0;")
    if shape.at_most is not None and isinstance(result, ScalarShape):
        out(f"abidance_int taken = {load(result, 'raw')};")
        out("wanted = most > 0 && taken >= 0 && taken <= most ? wanted / most * taken : 0;")
    from_ = f"ABIDANCE_LOAD(const unsigned char *, now.p{file.data})"
    placed = int(shape.at is not None)
    kept = f"abidance_store(&{made.at}, {from_}, wanted, begin, {memory.unit}, {placed})"
    lost = f"{made.at}.lost = 1;"
    fails = ""
    if isinstance(result, ScalarShape):
        fails = f"memcpy(raw, {string(failure(shape))}, {result.size});"
    out(f"if (!known) {lost}")
    well = "well && " if isinstance(result, ScalarShape) else ""
    out(f"else if ({well}!{kept}) {{ {fails} }}")


def begin(made: CompiledCallback, out: Lines) -> None:
    """Compile that a file begins: with what there is to read, or empty where nobody reads it."""
    file, read = made.shape.file, made.read
    if made.shape.is_written and read is not None:
        turns = f"{made.name}.{read.turns}, {made.name}.turns"
        out(f"abidance_joined(&{made.name}.whole, {turns});")
        out(f"abidance_file_begins(&{made.at}, &{made.name}.whole, {read.written.size});")
    elif file is not None and file.own:
        out(f"abidance_file_begins(&{made.at}, NULL, 1);")


def look(made: CompiledCallback, out: Lines) -> None:
    """Compile that what is read comes from the file, in as large pieces as the turns are."""
    read = made.read
    assert read is not None
    turns = f"{made.name}.{read.turns}, {made.name}.turns"
    whole = int(made.shape.whole)
    out(
        f"abidance_piece rest = abidance_stored(&{made.at}, {turns}, begin, {read.written.size}, {whole}, &turn);"
    )
