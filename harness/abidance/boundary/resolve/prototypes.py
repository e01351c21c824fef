"""`prototype:` clauses: how a contract has a variadic function, a macro or an old-style function called.

They are read by the same front end as the header, in one unit with it, so that they mean what they would mean
in a C program that includes it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from abidance.binding.binding_method import VariablePart
from abidance.binding.value_passing import is_va_list
from abidance.boundary.resolve.other_names import asking, behind, other_names
from abidance.core.catalogue import UNKNOWN_NAME, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.span import Span
from abidance.header.read import read_header
from abidance.ir.declarations import spell
from abidance.ir.spelling import quoted
from abidance.ir.tables import Overlay
from abidance.toolchain.cache_entries import cached_text

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping
    from pathlib import Path

    from abidance.boundary.resolve.problems import Problems
    from abidance.contract.language.clauses import Name
    from abidance.contract.model import Contract
    from abidance.ir.declarations import Declarations, Function, Parameter
    from abidance.toolchain.compiler import Compiler

_PREFIX = "abidance_prototype_"


@dataclass(slots=True)
class Header:
    """A header's declarations, in which functions with a `prototype` have its parameters, and have other names as well.

    `endings` tell by name how a call goes on after the header's own parameters; `macros` are the names that
    the header declares no function of.
    """

    declarations: Declarations
    endings: dict[str, VariablePart] = field(default_factory=dict)
    macros: set[str] = field(default_factory=set)


def read_with_prototypes(
    contract: Contract,
    defines: Mapping[str, str],
    compiler: Compiler,
    problems: Problems,
    names: Iterable[str],
) -> Header:
    """Return what the contract's header declares; what is wrong with a prototype goes to `problems`.

    `names` are those that functions have in the contract. Raises UsageError when the header cannot be read.
    """

    def read(path: Path) -> Declarations:
        return read_header(path, include_dirs=contract.include_dirs, defines=defines, compiler=compiler)

    functions_said = contract.functions or {}
    said = {name: p.prototype for name, p in functions_said.items() if p.prototype is not None}
    own = {name: p.function for name, p in functions_said.items() if p.function is not None}
    together = read(_unit(contract, said, own) if said else contract.header)
    others = other_names((*names, *(each.text for each in own.values())), together)
    if others:
        together = read(_unit(contract, said, own, others))
    if not (said or others or own):
        return Header(together)
    functions = Overlay(together.functions, _PREFIX)
    header = Header(replace(together, functions=functions, header=Span.at(contract.header.absolute(), 1)))
    functions.own.update({name: found for name in others if (found := behind(name, together)) is not None})
    for name, of in own.items():
        _named_anew(header, name, of, said.get(name), problems)
    for name, prototype in said.items():
        found = together.functions.get(_PREFIX + name)
        if found is None:
            called = own[name].text if name in own else name
            problems.add(_no_prototype(called, prototype.span, together.lost.get(_PREFIX + name)))
        else:
            whose = own[name].text if name in own else ""
            inline = functions_said[name].inline
            definition = _definition(prototype, inline) if inline is not None else ""
            _Joined(header, name, whose, prototype.span, problems, definition).join(found)
    return header


def _named_anew(header: Header, name: str, of: Name, prototype: Name | None, problems: Problems) -> None:
    """Put a function into the declarations by a name of the contract's own; complain where it cannot have that."""
    declarations = header.declarations
    there = declarations.functions.get(name) or declarations.function_macros.get(name)
    if there is not None:
        remedy = f"what is to be another `{of}` has a name that the header has not"
        problems.add(_of_the_headers(name, of.span, there.span, remedy))
        return
    found = declarations.functions.get(of.text)
    if found is not None:
        _keep(header, replace(found, name=name, of=found.in_c))
    elif (macro := declarations.function_macros.get(of.text)) is not None:
        if prototype is None:
            problems.add(untyped(of.text, of.span, macro.span))
    else:
        known: dict[str, Span | None] = {each: made.span for each, made in declarations.functions.items()}
        problems.unknown("function", of.text, of.span, known, f"`{declarations.header.path.name}`")


def _of_the_headers(name: str, span: Span, there: Span, remedy: str) -> Diagnostic:
    """Return the complaint about a name that is to be the contract's own."""
    labels = (Label(span), Label(there, "declared here"))
    return Diagnostic(WRONG_VALUE, f"the header has a `{name}` of its own", labels, help=remedy)


def untyped(macro: str, span: Span, defined: Span) -> Diagnostic:
    """Return the complaint about a function-like macro of which nothing says how it is called."""
    words = f"`{macro}` is a macro, which has no types: say how it is called, with `prototype`"
    labels = (Label(span), Label(defined, "defined here"))
    return Diagnostic(UNKNOWN_NAME, words, labels, help=f"such as `prototype: int {macro}(int x)`")


def _keep(header: Header, function: Function) -> None:
    functions = header.declarations.functions
    assert isinstance(functions, Overlay)
    functions.own[function.name] = function


def _unit(
    contract: Contract, said: Mapping[str, Name], own: Mapping[str, Name], others: Iterable[str] = ()
) -> Path:
    """Return a file that includes the header and declares the prototypes; it stays, since reading is lazy.

    It asks what the names of `others` stand for as well. Names that are the contract's `own` have others in prototypes.
    """
    return cached_text("prototypes", contract.header.name, _text(contract, said, own, others))


def _text(
    contract: Contract, said: Mapping[str, Name], own: Mapping[str, Name], others: Iterable[str]
) -> str:
    header, path = (quoted(str(each.absolute())) for each in (contract.header, contract.path))
    lines = [f"#include {header}", *asking(others)]
    for name, prototype in said.items():
        called = own[name].text if name in own else name
        renamed = re.sub(rf"\b{re.escape(called)}(?=\s*\()", _PREFIX + name, prototype.text, count=1)
        lines += [f"#line {prototype.span.line} {path}", f"{renamed};"]
    return "\n".join(lines) + "\n"


def _definition(prototype: Name, inline: Name) -> str:
    """Return the definition of an inline function that returns an expression, or evaluates it only."""
    nothing = re.match(r"\s*void\s+\w", prototype.text) is not None
    return (
        f"static inline {prototype.text.strip()} {{ {'' if nothing else 'return '}{inline.text.strip()}; }}"
    )


def _no_prototype(name: str, span: Span, lost: Diagnostic | None) -> Diagnostic:
    words = next((label.text for label in lost.labels if label.text), lost.message) if lost else ""
    return Diagnostic(
        WRONG_VALUE,
        f"this declares no function `{name}`",
        (Label(span, words),),
        help=f"write it as in a header that includes this one, such as `int {name}(const char *text, int n)`",
    )


@dataclass(slots=True)
class _Joined:
    """Joins one prototype with what the header says of its function."""

    header: Header
    name: str
    of: str
    """The function that C has by this name, where that is another."""
    span: Span
    problems: Problems
    definition: str = ""
    """That of an inline function which is the contract's own."""

    def join(self, prototype: Function) -> None:
        """Put the function with the prototype's parameters into the header's declarations."""
        named = tuple(replace(parameter, span=self.span) for parameter in prototype.parameters)
        declared = self.header.declarations.functions.get(self.name)
        if prototype.variadic:
            words = "`...` declares no arguments: name those of one call"
            self.problems.add(Diagnostic(WRONG_VALUE, words, (Label(self.span),)))
            return
        ending = self._ending(declared) if declared else None
        macro = self.header.declarations.function_macros.get(self.of or self.name)
        if self.definition:
            there = declared or macro
            if there is not None:
                remedy = "an `inline` function of the contract's own has a name that the header has not"
                self.problems.add(_of_the_headers(self.name, self.span, there.span, remedy))
                return
            self.header.macros.add(self.name)
            made = replace(prototype, name=self.name, symbol=self.name, parameters=named, inline=True)
            _keep(self.header, replace(made, span=self.span, definition=self.definition))
            return
        if macro is not None and ending is None:
            # A C caller who writes the name gets the macro, whether there is a function behind it or not.
            self.header.macros.add(self.name)
            called = self.of or self.name
            made = replace(
                prototype, name=self.name, symbol=called, parameters=named, inline=True, of=self.of
            )
            _keep(self.header, replace(made, span=macro.span))
            return
        if declared is None:
            return  # told of with the other unknown names
        fixed = len(declared.parameters) if ending is None else ending.fixed
        if ending is None and len(named) != fixed:
            self._contradiction(declared, f"takes {fixed} parameters, and this names {len(named)}")
        elif len(named) < fixed:
            self._contradiction(declared, f"takes at least {fixed} parameters, and this names {len(named)}")
        elif self._agrees(declared, prototype, fixed):
            if ending is not None:
                self.header.endings[self.name] = ending
            own = zip(declared.parameters, named[:fixed], strict=False)
            kept = [replace(parameter, name=other.name or parameter.name) for parameter, other in own]
            _keep(self.header, replace(declared, parameters=(*kept, *named[fixed:])))

    def _ending(self, declared: Function) -> VariablePart | None:
        if declared.variadic:
            return VariablePart(len(declared.parameters))
        if not declared.prototype:
            return VariablePart(0)
        if declared.parameters and self._is_list(declared.parameters[-1]):
            return VariablePart(len(declared.parameters) - 1, listed=True)
        return None

    def _is_list(self, parameter: Parameter) -> bool:
        return is_va_list(parameter.type, self.header.declarations)

    def _agrees(self, declared: Function, prototype: Function, fixed: int) -> bool:
        declarations = self.header.declarations
        pairs = [
            ("the result", declared.returns, prototype.returns),
            *(
                (f"`{one.name or other.name or n + 1}`", one.type, other.type)
                for n, (one, other) in enumerate(
                    zip(declared.parameters[:fixed], prototype.parameters, strict=False)
                )
            ),
        ]
        for what, one, other in pairs:
            if not declarations.same(one, other):
                texts = (spell(each, "", declarations) for each in (other, one))
                self._contradiction(declared, "has {2} as a `{1}`, not a `{0}`".format(*texts, what))
                return False
        return True

    def _contradiction(self, declared: Function, words: str) -> None:
        self.problems.contradiction(f"the header's `{declared.in_c}` {words}", self.span, declared.span)
