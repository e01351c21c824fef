"""Call stubs for the functions of a boundary that ctypes cannot call, compiled while contract and header are joined."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.binding.stub_files import NO_STUBS, StubFiles
from abidance.binding.stub_source import StubSubject
from abidance.boundary.model.callbacks import CallbackShape
from abidance.boundary.model.traversal import paths
from abidance.core.catalogue import STUB_REFUSED
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.binding.callback_source import CallbackKind
    from abidance.binding.stub_build import StubMaker
    from abidance.boundary.model.functions import BoundaryFunction


def with_stubs(
    functions: Mapping[str, BoundaryFunction], kinds: Mapping[int, CallbackKind], maker: StubMaker
) -> tuple[dict[str, BoundaryFunction], StubFiles]:
    """Return the functions, and the compiled stubs of calls and callbacks.

    Functions whose stub or whose callbacks do not compile are refused by name.
    """
    wanted = [function for function in functions.values() if function.signature and function.signature.stub]
    files, refused = maker.make([stubbed(function) for function in wanted]) if wanted else (NO_STUBS, {})
    found = dict(functions)
    if kinds:
        callbacks, unmade = maker.make_callbacks(list(kinds.values()))
        files = replace(files, callbacks=callbacks)
        for name, function in functions.items():
            for shape in _callbacks(function):
                if shape.kind in unmade:
                    refused.setdefault(name, unmade[shape.kind])
    for name, words in refused.items():
        diagnostic = _of_an_inline(found[name], words) or Diagnostic(
            STUB_REFUSED,
            f"`{name}` cannot be called: the compiler rejects its call stub: {words}",
            (Label(found[name].span), Label(found[name].declaration.span, "declared here")),
            help="a C program that includes this header and calls it is rejected for the same reason",
        )
        found[name] = replace(found[name], signature=None, refused=(diagnostic,))
    return found, files


def _of_an_inline(function: BoundaryFunction, words: str) -> Diagnostic | None:
    """Return the complaint about an inline function of the contract's own, which the header has nothing to do with."""
    inline = function.promise.inline if function.promise is not None else None
    if inline is None:
        return None
    return Diagnostic(
        STUB_REFUSED,
        f"the compiler rejects what `{function.name}` returns: {words}",
        (Label(inline.span), Label(function.declaration.span, "declared here")),
        help="what it names has to be declared in the contract's header, which may be one of the contract's own that "
        "includes others, such as `<stddef.h>` for `NULL`",
    )


def _callbacks(function: BoundaryFunction) -> Iterator[CallbackShape]:
    for _, member in paths(function.members):
        if isinstance(member.shape, CallbackShape):
            yield member.shape


def stubbed(function: BoundaryFunction) -> StubSubject:
    """Return what a stub of a function that needs one is made from."""
    assert function.signature is not None
    declaration = function.declaration
    return StubSubject(
        name=function.name,
        returns=declaration.returns,
        parameters=tuple(parameter.type for parameter in declaration.parameters),
        signature=function.signature,
        ending=function.ending,
        is_macro=function.is_macro,
        of=declaration.of,
        definition=declaration.definition,
    )
