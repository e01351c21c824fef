"""Reads the facts of a boundary from its contract and header; nothing of the project is built or run."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.traversal import walk
from abidance.boundary.resolve.join import join
from abidance.boundary.resolve.unlisted_functions import unlisted
from abidance.boundary.resolve.unread_declarations import unread
from abidance.contract.load import load_contract
from abidance.core.errors import AbidanceError
from abidance.core.files import read_regular_text
from abidance.evidence.crossings import crossings
from abidance.evidence.facts import KnownBoundary, KnownFunction, KnownHandle, KnownLaw, KnownLibrary, Promise
from abidance.header.own import Own
from abidance.ir.spelling import spell
from abidance.ir.traversal import reach
from abidance.ir.types import EnumRef, RecordRef, TypedefRef

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.contract.expression import Expression
    from abidance.contract.model import Contract, FunctionPromise
    from abidance.core.diagnostic import Diagnostic
    from abidance.core.span import Span
    from abidance.evidence.facts import PromiseKind
    from abidance.ir.declarations import Declarations
    from abidance.ir.declarations import Function as Declaration
    from abidance.ir.types import Type


def read_facts(path: Path) -> tuple[KnownBoundary | None, tuple[Diagnostic, ...]]:
    """Return what contract and header say; or None, and why they cannot be read."""
    try:
        boundary = join(load_contract(path), stubs=False)
        return _facts(boundary), ()
    except AbidanceError as error:
        return None, error.diagnostics


def _facts(boundary: Boundary) -> KnownBoundary:
    contract = boundary.contract
    text, own = _ContractText(), Own(contract.header, contract.include_dirs)
    return KnownBoundary(
        name=boundary.name,
        contract=contract.path,
        header=contract.header,
        summary=contract.summary or "",
        functions=tuple(_function(boundary, each, text, own) for each in boundary.functions.values()),
        handles=tuple(_handles(boundary)),
        laws=tuple(_law(each, contract) for each in boundary.laws.values()),
        libraries=tuple(
            KnownLibrary(name, library.kind, library.span) for name, library in contract.libraries.items()
        ),
        builds=contract.builds,
        outside=unlisted(boundary, own),
        unread=tuple(unread(boundary)),
    )


def _function(boundary: Boundary, function: BoundaryFunction, text: _ContractText, own: Own) -> KnownFunction:
    name, declaration = function.name, function.declaration
    lives = boundary.handles
    shapes = [inner for member in function.members for inner in walk(member.shape)]
    taken = dict.fromkeys(each.handle for each in shapes if isinstance(each, s.HandleShape) and not each.made)
    return KnownFunction(
        name=name,
        declaration=declaration_text(declaration, boundary.declarations),
        declared=declaration.span,
        span=function.span,
        listed=name in boundary.contract.functions,
        summary=(function.promise.summary or "") if function.promise else "",
        promises=tuple(_promises(function.promise, text)) if function.promise else (),
        crossings=tuple(crossings(function, lives)),
        creates=tuple(life.name for life in lives.values() if name in (life.create, *life.creates)),
        uses=tuple(each for each in taken if lives[each].destroy != name),
        destroys=tuple(life.name for life in lives.values() if life.destroy == name),
        types=tuple(_types(declaration, boundary.declarations)),
        layouts=tuple(_layouts(declaration, boundary.declarations, own)),
        refused=function.refused,
    )


def declaration_text(function: Declaration, declarations: Declarations) -> str:
    """Return a function's declaration as C source, with the names of its parameters."""
    listed = [spell(each.type, each.name, declarations) for each in function.parameters]
    listed += ["..."] if function.variadic else []
    words = ", ".join(listed) or ("void" if function.prototype else "")
    return spell(function.returns, f"{function.name}({words})", declarations) + ";"


def _reached(function: Declaration, declarations: Declarations) -> Iterator[Type]:
    return reach((function.returns, *(each.type for each in function.parameters)), declarations)


def _types(function: Declaration, declarations: Declarations) -> Iterator[str]:
    """Yield the names of types by which somebody may tell of them: with and without ``struct``, and typedefs."""
    for each in _reached(function, declarations):
        match each:
            case TypedefRef(name):
                yield name
            case RecordRef(key) | EnumRef(key):
                yield key
                yield key.partition(" ")[2]


def _layouts(function: Declaration, declarations: Declarations, own: Own) -> Iterator[str]:
    for each in _reached(function, declarations):
        if isinstance(each, RecordRef):
            record = declarations.records.get(each.key)
            if record is not None and record.fields is not None and own.has(record.span.path):
                yield spell(each, declarations=declarations)


def _handles(boundary: Boundary) -> Iterator[KnownHandle]:
    for life in boundary.handles.values():
        promise = boundary.contract.handles[life.name]
        using = tuple(
            function.name
            for function in boundary.functions.values()
            if any(
                isinstance(inner, s.HandleShape) and inner.handle == life.name
                for shape in (*(member.shape for member in function.members), function.result.shape)
                for inner in walk(shape)
            )
            or function.name in (*life.creates, life.destroy)
        )
        yield KnownHandle(
            name=life.name,
            span=life.span,
            creates=life.creates or (life.create,),
            destroy=life.destroy or "",
            parents=life.parents,
            functions=using,
            concurrent=promise.concurrent,
            summary=promise.summary or "",
        )


def _law(law: BoundaryLaw, contract: Contract) -> KnownLaw:
    return KnownLaw(
        name=law.name,
        span=law.span,
        functions=tuple(dict.fromkeys(step.function for step in law.steps)),
        promises=(*_expressions("requires", law.requires), *_expressions("ensures", law.ensures)),
        summary=contract.laws[law.name].summary or "",
    )


# ------------------------------------------------------------------- promises


class _ContractText:
    """The text of what stands at a span, as it is written in a contract file."""

    def __init__(self) -> None:
        self._files: dict[Path, list[str]] = {}

    def __call__(self, span: Span) -> str:
        lines = self._lines(span.path)[span.line - 1 : span.end_line]
        if not lines:
            return ""
        if span.end_line == span.line:
            return lines[0][span.column - 1 : span.end_column - 1]
        first, *middle = lines
        # What stands before a block's first key is taken from each of its lines.
        indent = span.column - 1
        kept = [first[indent:], *(line[indent:] if not line[:indent].strip() else line for line in middle)]
        kept[-1] = kept[-1] if span.end_column == 1 else kept[-1][: max(span.end_column - 1 - indent, 0)]
        return "\n".join(kept).rstrip()

    def _lines(self, path: Path) -> list[str]:
        if path not in self._files:
            try:
                self._files[path] = read_regular_text(path).split("\n")
            except (OSError, ValueError):
                self._files[path] = []
        return self._files[path]


def _promises(promise: FunctionPromise, text: _ContractText) -> Iterator[Promise]:
    """Yield what the contract says of a function, in the order in which a reader asks for it."""
    yield from _expressions("requires", promise.requires)
    for name, param in promise.params.items():
        yield Promise("param", f"{name}: {text(param.places.body)}", param.span)
    if promise.returns is not None:
        yield Promise("returns", text(promise.returns.places.body), promise.returns.span)
    yield from _expressions("ensures", promise.ensures)
    if promise.model is not None:
        yield Promise("model", promise.model.function.text, promise.model.span)
    for reject in promise.rejects:
        yield Promise("rejects", text(reject.places.body), reject.span)
    for example in promise.examples:
        yield Promise("example", text(example.places.body), example.span)
    for effect in promise.effects:
        yield Promise("effect", effect.text, effect.span)
    for allowed in promise.may:
        yield Promise("may", allowed.text, allowed.span)
    if promise.cost is not None:
        for key, span in promise.cost.places.values.items():
            yield Promise("cost", f"{key}: {text(span)}", span)


def _expressions(kind: PromiseKind, several: Sequence[Expression]) -> Iterator[Promise]:
    for each in several:
        yield Promise(kind, each.text, each.span)
