"""Compiles callbacks that answer by what they are given: the same for the same contents, as a worker's do.

Which order it is, is told by which function the call is given: two of a kind that are kept may have different ones.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from abidance.boundary.encode.callback_reads import compared_as
from abidance.boundary.model.types import PointerShape, ScalarShape
from abidance.boundary.model.values_json import to_json
from abidance.boundary.values.content_answers import comparand, number_compared
from abidance.boundary.values.memory import pack_scalar
from abidance.native.target.c_text import bound_functions, string
from abidance.native.target.callbacks import LONGEST, size_behind, spelled
from abidance.native.target.places import chained
from abidance.native.target.reasons import NotCompiledError

if TYPE_CHECKING:
    from abidance.native.target.c_text import Lines
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler


def answer_tables(made: CompiledCallback) -> list[str]:
    """Return the declarations of what each of its functions may answer, and of how that is shown."""
    result = made.shape.result
    assert isinstance(result, ScalarShape)
    raw = [b"".join(pack_scalar(result, each) for each in script.answers) for script in made.by_content]
    pieces = (f"{{(const unsigned char *){string(each)}, {len(each)}}}" for each in raw)
    shown = (string(json.dumps(to_json(script)).encode()) for script in made.by_content)
    return [
        f"static const abidance_piece {made.name}_by[] = {{{', '.join(pieces)}}};",
        f"static const char *const {made.name}_shown[] = {{{', '.join(shown)}}};",
    ]


def one_for_each(made: CompiledCallback, returns: str, parameters: list[str], text: str) -> list[str]:
    """Return the declarations of its functions, of which all do what `text` says."""
    answers = [str(n) for n in range(len(made.by_content))]
    return bound_functions(made.function, returns, "unsigned which", parameters, text, answers)


def decide(made: CompiledCallback, result: ScalarShape, clauses: ClauseCompiler, out: Lines) -> None:
    """Compile which answer it is, into `raw`, by what `now` has of its parameters."""
    one, *other = (_piece(made, path, clauses, out) for path in made.shape.by)
    by = f"{made.name}_by[which]"
    if other:
        kind = compared_as(number_compared(comparand(made.shape.members, made.shape.by[0])))
        out(f"int order = abidance_compared({one}, {other[0]}, {kind.value});")
        decided = "(order < 0 ? 0u : order ? 2u : 1u)"
    else:
        decided = f"(size_t)(abidance_hashed({one}) % ({by}.size / {result.size}))"
    out(f"memcpy(raw, {by}.at + {decided} * {result.size}, {result.size});")


def _piece(made: CompiledCallback, path: str, clauses: ClauseCompiler, out: Lines) -> str:
    """Compile the look at what it answers by, again for itself; what cannot be read has no bytes."""
    first, *inner = members = comparand(made.shape.members, path)
    index = next(n for n, member in enumerate(made.shape.members) if member.name == first.name)
    number, piece = number_compared(members), out.fresh("by")
    if not isinstance(first.shape, PointerShape):
        out(f"abidance_piece {piece} = {{now.p{index}, {first.shape.size}}};")
        return piece
    out(f"abidance_piece {piece} = {{ABIDANCE_LOAD(const unsigned char *, now.p{index}), 0}};")
    with out.block(f"if ({piece}.at)"):
        out(f"const unsigned char *from = {piece}.at;")
        around = chained(spelled(made.arguments("now", answered=False)), made.around())
        if not size_behind(first.shape, around, clauses, out):
            raise NotCompiledError(f"how much of `{first.name}` a callback answers by")
        out(f"{piece}.size = size < 0 ? 0 : size < {LONGEST} ? (size_t)size : {LONGEST};")
        out(f"if (!abidance_readable(from, {piece}.size)) {piece}.size = 0;")
        if inner and number is not None:
            out(f"{piece}.at += {sum(each.offset for each in inner)};")
            out(f"if ({piece}.size) {piece}.size = {number.size};")
    return piece
