"""Compiles callbacks that are allocators: the memory that they give is the heap's, so that its misuse is seen."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import ScalarShape
from abidance.native.target.c_text import words
from abidance.native.target.callbacks import spelled
from abidance.native.target.user_data import changed_data, lasts_for_good

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.native.target.c_text import Lines
    from abidance.native.target.callbacks import CompiledCallback
    from abidance.native.target.clauses import ClauseCompiler


def allocate(
    boundary: Boundary,
    clauses: ClauseCompiler,
    out: Lines,
    made: CompiledCallback,
    types: Sequence[str],
    returns: str,
    number: int,
    path: str,
    report: Callable[[str, str, str], None],
) -> None:
    """Compile one that gives memory, or takes it back: the heap's, so that its misuse is seen (ABD377, ABD378)."""
    shape, name = made.shape, made.name
    for number_ in range(len(types)):
        out(f"(void)x{number_};")
    whose = f"{number}, {words(clauses.subject)}, {words(path)}"
    if wrong := changed_data(made, f"&x{shape.given_back}"):
        report("ABD342", wrong, path)
    if shape.frees is not None and shape.allocates is None:
        out(f"abidance_free_allotted((void *)x{shape.frees}, {whose});")
        if isinstance(shape.result, ScalarShape):
            out(f"unsigned turn = {name}.turn < {name}.turns ? {name}.turn : {name}.turns - 1;")
            out(f"{name}.turn++;\nreturn ABIDANCE_LOAD({returns}, {name}.answers[turn]);")
        elif returns != "void":
            out("return NULL;")
        return
    call = f"{name}.calls[0]"
    for number_, of in enumerate(types):
        out(f"{{ {of} given = x{number_}; memcpy({call}.p{number_}, &given, sizeof given); }}")
    assert shape.allocates is not None
    out("abidance_int size = 0;")
    told = clauses.number(shape.allocates, spelled(made.arguments(call, answered=False)), "size")
    out(f"int known = ({told}) == 1 && size >= 0 && size <= 1 << 26;")
    if shape.frees is not None:  # no bytes are wanted in the place of a block that is given back
        out("if (known && size == 0) {")
        out(f"abidance_free_allotted((void *)x{shape.frees}, {whose}); return NULL; }}")
    out(f"unsigned turn = {name}.turn++;")
    out(f"if (turn == {name}.turns || ({name}.more && turn > {name}.turns) || !known) return NULL;")
    old = f"(void *)x{shape.frees}" if shape.frees is not None else "NULL"
    for_good = int(lasts_for_good(boundary, shape))
    out(f"return abidance_allot({old}, (size_t)size, {int(shape.zeroed)}, {for_good}, {whose});")
