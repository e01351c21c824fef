"""Joining: one contract and its header become one boundary, or one list of everything that is wrong."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.lives import join_handles
from abidance.boundary.looked_up import with_header_found
from abidance.boundary.model import Boundary
from abidance.boundary.pins import layout_mismatches
from abidance.boundary.problems import Problems
from abidance.boundary.promises import FunctionJoiner
from abidance.boundary.shaping import Shaper
from abidance.boundary.words import words
from abidance.core.errors import UsageError
from abidance.header.read import read_header
from abidance.ir import types as c
from abidance.toolchain.compiler import find_compiler
from abidance.toolchain.probe import ProbeRequest, probe_layouts

if TYPE_CHECKING:
    from abidance.boundary.model import Function
    from abidance.contract.model import Contract, FunctionPromise, TypePromise
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations


def join(contract: Contract, *, whole: bool = False) -> Boundary:
    """Return the boundary. With `whole`, everything with the contract's prefix is probed, not only what it names.

    Raises UsageError with every disagreement about names and kinds, CannotJudgeError without a compiler.
    """
    compiler = find_compiler()
    contract = with_header_found(contract, compiler)
    defines = {name.text: value for name, value in (contract.defines or {}).items()}
    declarations = read_header(
        contract.header, include_dirs=contract.include_dirs, defines=defines, compiler=compiler
    )
    problems = Problems()
    names = _functions(contract, declarations, problems)
    promises = _types(contract, declarations, problems)
    handles = _handle_types(contract, declarations, problems)
    prefix = contract.prefix if whole and contract.prefix else None
    if prefix:
        names += [n for n in declarations.functions if n.startswith(prefix) and n not in names]
    used = set(words(contract))
    enumerators = {e.name for enum in declarations.enums.values() for e in enum.enumerators}
    constants = sorted(
        name
        for name in {*declarations.macros, *enumerators}
        if name in used or (contract.prefix and name.lower().startswith(contract.prefix.lower()))
    )
    layouts = probe_layouts(
        declarations,
        ProbeRequest(
            functions=tuple(names),
            types=(
                *handles.values(),
                *(t for word in sorted(used) if (t := declarations.find_type(word)) is not None),
            ),
            constants=tuple(constants),
        ),
        header=contract.header,
        include_dirs=contract.include_dirs,
        defines=defines,
        compiler=compiler,
    )
    shaper = Shaper(declarations, layouts, promises, handles, problems, _texts(declarations, used))
    joiner = FunctionJoiner(shaper, contract.handles or {}, problems)
    listed = contract.functions or {}
    functions: dict[str, Function] = {}
    for name in (n for n in names if n in listed or not prefix or n in _helpers(contract)):
        functions[name] = joiner.join(declarations.functions[name], listed.get(name))
    lives = join_handles(contract, functions, shaper, problems)
    if not problems.all:
        functions = {name: joiner.written(function) for name, function in functions.items()}
    if problems.all:
        raise UsageError(*problems.all)
    mismatches = layout_mismatches(contract, functions, shaper, promises)
    if problems.all:
        raise UsageError(*problems.all)
    return Boundary(
        name=str(contract.boundary),
        contract=contract,
        declarations=declarations,
        layouts=layouts,
        functions={n: replace(f, mismatches=mismatches.get(n, ())) for n, f in functions.items()},
        handles=lives,
        constants=shaper.constants,
    )


_STRINGS = re.compile(r'\s*("(?:[^"\\\n]|\\[\\"nrt0])*"\s*)+')


def _texts(declarations: Declarations, used: set[str]) -> dict[str, bytes]:
    """Return the macros that are string literals, such as a version, among the names that are used."""
    found: dict[str, bytes] = {}
    for name, macro in declarations.macros.items():
        if name in used and _STRINGS.fullmatch(macro.text):
            parts = re.findall(r'"((?:[^"\\]|\\.)*)"', macro.text)
            found[name] = "".join(parts).encode().decode("unicode_escape").encode("latin-1")
    return found


def _helpers(contract: Contract) -> list[str]:
    """Return the functions that handles are made, prepared and destroyed with."""
    found = []
    for handle in (contract.handles or {}).values():
        found.append(handle.create.text)
        found += [name.text for call in handle.prepare or () for name in call]
        found += [handle.destroy.text] if handle.destroy else []
    return found


def _functions(contract: Contract, declarations: Declarations, problems: Problems) -> list[str]:
    """Return the functions that are needed and that the header has; complain about the others."""
    known: dict[str, Span | None] = {name: f.span for name, f in declarations.functions.items()}
    listed: dict[str, FunctionPromise] = dict(contract.functions or {})
    wanted = [(name, promise.span) for name, promise in listed.items()]
    for handle in (contract.handles or {}).values():
        wanted.append((handle.create.text, handle.create.span))
        wanted += [(name.text, name.span) for call in handle.prepare or () for name in call]
        wanted += [(handle.destroy.text, handle.destroy.span)] if handle.destroy else []
    for name, span in wanted:
        if name not in known:
            problems.unknown("function", name, span, known, f"`{contract.header.name}`")
    return list(dict.fromkeys(name for name, _ in wanted if name in known))


def _types(contract: Contract, declarations: Declarations, problems: Problems) -> dict[str, TypePromise]:
    """Return what is promised of records and enums, by their keys."""
    known: dict[str, Span | None] = {name: t.span for name, t in declarations.typedefs.items()}
    known |= {record.tag or key: record.span for key, record in declarations.records.items()}
    known |= {enum.tag or key: enum.span for key, enum in declarations.enums.items()}
    found: dict[str, TypePromise] = {}
    for name, promise in (contract.types or {}).items():
        type_ = declarations.find_type(name)
        resolved = declarations.resolve(type_) if type_ is not None else None
        if resolved is None:
            problems.unknown("type", name, promise.span, known, f"`{contract.header.name}`")
        elif isinstance(resolved, c.RecordRef | c.EnumRef):
            if isinstance(resolved, c.RecordRef) and promise.says("enum"):
                message = f"`{name}` is no enum"
                problems.contradiction(message, promise.key_span("enum"), known[name] or promise.span)
            if isinstance(resolved, c.EnumRef) and promise.says("fields"):
                message = f"`{name}` is an enum and has no fields"
                problems.contradiction(message, promise.key_span("fields"), known[name] or promise.span)
            found[resolved.key] = promise
        else:
            message = f"`{name}` is neither a record nor an enum"
            problems.contradiction(message, promise.span, known.get(name) or promise.span)
    return found


def _handle_types(contract: Contract, declarations: Declarations, problems: Problems) -> dict[str, c.Type]:
    """Return each handle's pointer type."""
    known: dict[str, Span | None] = {name: t.span for name, t in declarations.typedefs.items()}
    known |= {key: record.span for key, record in declarations.records.items()}
    found: dict[str, c.Type] = {}
    for name, handle in (contract.handles or {}).items():
        wanted = handle.type or handle.name
        type_ = c.Void() if wanted.text == "void" else declarations.find_type(wanted.text)
        if type_ is None:
            problems.unknown("type", wanted.text, wanted.span, known, f"`{contract.header.name}`")
            type_ = c.Void()
        pointer = isinstance(declarations.resolve(type_), c.Pointer)
        found[name] = type_ if pointer else c.Pointer(type_)
    return found
