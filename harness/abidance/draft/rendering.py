"""A draft as the text of a contract: guesses marked with their evidence, gaps with a `TODO`."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from itertools import takewhile
from typing import TYPE_CHECKING

from abidance.contract.source.nodes import resolve
from abidance.draft.model import Certainty

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from abidance.draft.model import Draft, FunctionDraft, Guess, HandleDraft, PlaceDraft, TypeDraft, Value

# What YAML takes for something else than plain text, at the beginning or anywhere (YAML 1.2, 7.3.3).
_PLAIN = re.compile(r"[\w./<(+*=-](?:[^\n#:,\[\]{}\"'`&*!|>%@]|(?<=\S)#|:(?=\S)|[*&%!>|](?=.))*")
_WIDEST = 118


class Repeated:
    """Values that several functions have, such as a status with its errors: written once, and named from then on."""

    def __init__(self, functions: Iterable[FunctionDraft]) -> None:
        """Note which values are long and stand in more than one place."""
        values = (
            flow(value)
            for function in functions
            for place in function.places
            for value in _clauses(place.guesses).values()
            if isinstance(value, Mapping | tuple)
        )
        self._often = {text for text, times in Counter(values).items() if times > 1}
        self._names: dict[str, str] = {}

    def alias(self, value: Value) -> str:
        """Return what stands for a value that was written before; nothing where it was not (YAML 1.2, 7.1)."""
        name = self._names.get(flow(value))
        return f"*{name}" if name else ""

    def anchor(self, key: str, value: Value) -> str:
        """Return what names a value where it is first written, if it stands elsewhere too (YAML 1.2, 6.9.2)."""
        text = flow(value)
        if text not in self._often:
            return ""
        plain = f"{_common(list(_names_in(value)))}{key}"
        others = sum(name.rstrip("0123456789") == plain for name in self._names.values())
        self._names[text] = f"{plain}{others + 1}" if others else plain
        return f" &{self._names[text]}"


_ALONE = Repeated(())
"""Where a function stands alone, nothing is written twice."""


def _names_in(value: Value) -> Iterator[str]:
    """Yield the constants that a list or a status names."""
    if isinstance(value, Mapping):
        for each in ("ok", "errors"):
            yield from _names_in(value.get(each))
        yield from (key for key in value if key.isupper())
    elif isinstance(value, tuple):
        yield from (each for each in value if isinstance(each, str))


def _common(names: list[str]) -> str:
    """Return the words that names begin with, as a name begins: `xml_error_`."""
    alike = (
        takewhile(lambda pair: pair[0] == pair[1], zip(min(names), max(names), strict=False)) if names else ()
    )
    common = "".join(one for one, _ in alike)
    return common[: common.rfind("_") + 1].lower()


def render(draft: Draft, *, schema: str = "") -> str:
    """Return the contract's text, whose first line says where the JSON Schema is, if there is one."""
    first = [f"# yaml-language-server: $schema={schema}"] if schema else []
    lines = [*first, "abidance: 1", f"boundary: {flow(draft.boundary)}"]
    lines += [f"# {each}" for each in draft.notes]
    lines += ["", f"header: {flow(_header(draft))}"]
    if draft.include_dirs:
        lines.append(f"include_dirs: {flow(tuple(map(str, draft.include_dirs)))}")
    if draft.defines:
        lines.append(f"defines: {flow(dict(draft.defines))}")
    if draft.prefix:
        lines.append(f"prefix: {flow(draft.prefix)}")
    if draft.select:
        lines += ["select:", "  functions:", *(f"    - {flow(each)}" for each in draft.select)]
    if draft.libraries:
        lines += ["libraries:", *(f"  {name}: {flow(each)}" for name, each in draft.libraries.items())]
    else:
        lines.append("# TODO the library: `libraries: {NAME: {path: build/libNAME.so}}`")
    if draft.builds:
        lines.append(f"builds: {flow(draft.builds)}  # TODO {draft.builds_question}")
    if draft.types:
        lines += ["", "types:"]
        for type_ in draft.types:
            lines += [f"  {line}" for line in render_type(type_)]
    if draft.handles:
        lines += ["", "handles:"]
        for handle in draft.handles:
            lines += [f"  {line}" for line in render_handle(handle)]
    lines += _uncreated(draft)
    called = [each for each in draft.functions if each.left_out is None]
    left = [each for each in draft.functions if each.left_out is not None]
    repeated = Repeated(called)
    lines += ["", "functions:" if called else "functions: {}"]
    for function in called:
        lines += [f"  {line}" for line in render_function(function, repeated)]
    if left:
        lines += ["", *_left_out(left, repeated)]
    return "\n".join(lines) + "\n"


def _uncreated(draft: Draft) -> Iterator[str]:
    """Yield the handles that nothing creates yet, as comments: in the section on handles, or as one."""
    if not draft.uncreated:
        return
    before, entry = ("  # ", "  # ") if draft.handles else ("# ", "#   ")
    yield ""
    yield f"{before}Not made yet, because no function that makes one is called: drop both `# `."
    if not draft.handles:
        yield "# handles:"
    for handle in draft.uncreated:
        yield f"{entry}{_key(handle.name)}: {flow(_clauses(handle.guesses))}"


def render_function(function: FunctionDraft, repeated: Repeated = _ALONE) -> list[str]:
    """Return the lines of one function, as they stand below `functions:`: comments of one that is left out.

    What is `repeated` has a name, if the functions before it have it too.
    """
    if function.left_out is not None:
        return [f"# {line}" if line else "#" for line in _comment(function, repeated)]
    return _function(function, repeated)


def render_handle(handle: HandleDraft) -> list[str]:
    """Return the lines of one handle, as they stand below `handles:`."""
    return _entry(handle.name, handle.guesses, 2)


def render_type(type_: TypeDraft) -> list[str]:
    """Return the lines of one type, as they stand below `types:`."""
    lines = [f"{_key(type_.name)}:", *(f"  {k}: {flow(v)}" for k, v in _clauses(type_.guesses).items())]
    if type_.fields:
        lines.append("  fields:")
        for each in type_.fields:
            lines += [f"    {line}" for line in _entry(each.name, each.guesses, 6)]
    return lines


def flow(value: Value) -> str:
    """Return a value in YAML's flow style, in one line."""
    match value:
        case None | "null":  # as an expression
            return "null"
        case bool():
            return "true" if value else "false"
        case int() | float():
            return str(value)
        case str():
            return _key(value)
        case tuple():
            return f"[{', '.join(map(flow, value))}]"
        case _:
            return "{" + ", ".join(f"{_key(key)}: {flow(each)}" for key, each in value.items()) + "}"


def clauses_of(place: PlaceDraft) -> Mapping[str, Value]:
    """Return what is written of a parameter, field or result."""
    return _clauses(place.guesses)


def _key(text: str) -> str:
    """Return a text as YAML has it inside brackets: plain where that means the same."""
    plain = (
        _PLAIN.fullmatch(text) and resolve(text) == text and text == text.strip() and not text.endswith(":")
    )
    if plain and not text.startswith(("- ", "*", "=")) and " #" not in text:
        return text
    return "'" + text.replace("'", "''") + "'"


def _header(draft: Draft) -> str:
    return str(draft.header)


def _function(function: FunctionDraft, repeated: Repeated) -> list[str]:
    lines = [f"{function.name}:"]
    unnamed = any(re.fullmatch(r"arg\d+", place.name) for place in function.params)
    shown = [place for place in function.params if place.guesses or unnamed]
    if shown:
        lines.append("  params:")
        for place in shown:
            lines += [f"    {line}" for line in _entry(place.name, place.guesses, 6, repeated)]
    if function.returns is not None and function.returns.guesses:
        if _clauses(function.returns.guesses):
            lines += [f"  {line}" for line in _entry("returns", function.returns.guesses, 4, repeated)]
        else:
            lines.append("  " + _noted("", function.returns.guesses))
    for guess in function.guesses:
        written = "" if guess.value is None else f"{guess.clause}: {flow(guess.value)}"
        lines.append("  " + _noted(written, [guess]))
    return lines


def _entry(key: str, guesses: Iterable[Guess], indent: int, repeated: Repeated = _ALONE) -> list[str]:
    """Return a key with its clauses: in one line, or each in its own where that is too long."""
    listed = list(guesses)
    clauses = _clauses(listed)
    whole = _noted(f"{_key(key)}: {flow(clauses)}", listed)
    if len(whole) + indent <= _WIDEST or not clauses:
        return [whole]
    return [_noted(f"{_key(key)}:", listed), *_block(clauses, indent + 2, repeated)]


def _block(values: Mapping[str, Value], indent: int, repeated: Repeated) -> Iterator[str]:
    for key, value in values.items():
        line = f"  {_key(key)}: {flow(value)}"
        if len(line) + indent <= _WIDEST or not isinstance(value, Mapping | tuple):
            yield line
        elif alias := repeated.alias(value):
            yield f"  {_key(key)}: {alias}"
        else:
            yield f"  {_key(key)}:{repeated.anchor(key, value)}"
            if isinstance(value, Mapping):
                yield from (f"  {each}" for each in _block(value, indent + 2, repeated))
            else:
                yield from (f"    - {flow(each)}" for each in value)


def _clauses(guesses: Iterable[Guess]) -> Mapping[str, Value]:
    """Return what is written: not what is so without a word, and nothing of a gap without a value."""
    ordered = sorted(
        guesses, key=lambda each: _ORDER.index(each.clause) if each.clause in _ORDER else len(_ORDER)
    )
    return {
        each.clause: each.value
        for each in ordered
        if not (each.clause == "nullable" and each.value is False) and each.value is not None
    }


_ORDER = (
    "type", "create", "destroy", "in", "out", "inout", "to", "handle", "callback", "user_data", "status", "bool",
    "enum", "length", "capacity", "nullable", "range", "one_of", "flags", "owner", "free", "on_failure",
)  # fmt: skip


def _noted(text: str, guesses: Iterable[Guess]) -> str:
    said = "; ".join(_evidence(guesses))
    if not said:
        return text
    return f"{text}  # {said}" if text else f"# {said}"


def _evidence(guesses: Iterable[Guess]) -> Iterator[str]:
    listed = list(guesses)
    texts = [each.evidence.text for each in listed if each.certainty is Certainty.GUESSED]
    if texts:
        yield f"guessed: {', '.join(dict.fromkeys(texts))}"
    for guess in listed:
        if guess.certainty is Certainty.GAP:
            yield f"TODO {guess.evidence.text}"


def _left_out(functions: list[FunctionDraft], repeated: Repeated) -> Iterator[str]:
    harmful = [each for each in functions if each.left_out is not None and each.left_out.harm]
    unknown = [each for each in functions if each.left_out is not None and not each.left_out.harm]
    if unknown:
        yield "  # Not called yet, because nothing says which calls are valid: answer the question, and drop the `# `."
        for function in unknown:
            yield "  #"
            yield from (f"  {line}" for line in render_function(function, repeated))
    if harmful:
        if unknown:
            yield ""
        yield "  # Not called, because a call may do harm. Only in a sandbox: drop the `# `."
        for function in harmful:
            yield "  #"
            yield from (f"  {line}" for line in render_function(function, repeated))


def _comment(function: FunctionDraft, repeated: Repeated) -> Iterator[str]:
    assert function.left_out is not None
    text = function.left_out.evidence.text
    yield f"{function.name}: {text}" if function.left_out.harm else f"TODO {function.name}: {text}"
    yield from (f"    # {line}" for line in function.left_out.call)
    yield from (_without_todo(line) for line in _function(function, repeated))


def _without_todo(line: str) -> str:
    """Return a line without the questions behind it: the one above it is counted once."""
    return re.sub(r"(?:;|  #) TODO .*", "", line)
