"""The tables of forms, `like: REGEX`, as a target declares them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model.types import What
from abidance.boundary.values.forms import codec_of
from abidance.native.expressions.forms import NO_CLASS, CompiledForm, form, listed
from abidance.native.target.c_text import string

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.boundary.model.types import PointerShape
    from abidance.native.target.tables import Tables


def form_table(shape: PointerShape, tables: Tables) -> str:
    """Return the C name of the form of what a pointer with `like` points at; raises NotCompiledError."""
    assert shape.like is not None
    compiled = form(shape.like.text, codec_of(shape), is_string=shape.what is What.STRING)
    return declare(compiled, tables)


def declare(compiled: CompiledForm, tables: Tables) -> str:
    """Return the name of a form in C."""
    return "&" + tables.declared("form", compiled, lambda name: _declared(compiled, name))


def _declared(form: CompiledForm, name: str) -> Iterator[str]:
    of = [NO_CLASS] * 256
    for first, end, column in form.classes:
        for code in range(first, min(end, 128 if form.wide else 256)):
            of[code] = column
    spans = [(max(first, 128), end, column) for first, end, column in form.classes if end > 128 and form.wide]
    letters = ", ".join(f"{{{string(each)}, {len(each)}}}" for each in form.letters)
    ends = ", ".join(f"{{{first}, {end}, {column}}}" for first, end, column in spans)
    yield f"static const unsigned short {name}_following[] = {{{listed(form.steps)}}};"
    yield f"static const unsigned short {name}_least[] = {{{listed(form.least)}}};"
    yield f"static const unsigned char {name}_toward[] = {{{listed(form.toward)}}};"
    yield f"static const unsigned char {name}_of[] = {{{listed(of)}}};"
    yield f"static const abidance_text {name}_letters[] = {{{letters}}};"
    yield f"static const abidance_span {name}_spans[] = {{{ends or '{0, 0, 0}'}}};"
    yield (
        f"static const abidance_form {name} = {{{int(form.wide)}, {len(form.letters)}, {len(spans)}, "
        f"{name}_following, {name}_least, {name}_toward, {name}_of, {name}_letters, {name}_spans}};"
    )
