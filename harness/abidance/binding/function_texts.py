"""The functions of a written module: how each is typed, what makes it callable, or what it raises instead."""

from __future__ import annotations

import json
import unicodedata
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.binding.annotations import Annotations
from abidance.binding.binding_method import signature_of, why_stubbed
from abidance.binding.line_wrapping import wrapped
from abidance.binding.number_kinds import number_kind
from abidance.binding.spelling import identifier
from abidance.binding.stub_source import StubSubject
from abidance.binding.value_passing import PassingRefusal, passing
from abidance.ir.declarations import spell
from abidance.ir.types import Basic, EnumRef, FunctionType, Type

if TYPE_CHECKING:
    from abidance.binding.module import BoundCallable
    from abidance.binding.spelling import Spelling
    from abidance.plan.signature import CallSignature


@dataclass(slots=True)
class FunctionTexts:
    """Writes functions one after the other. `lines` stand in `load`; `through_stubs` need the companion."""

    spelling: Spelling
    lines: list[str] = field(default_factory=list)
    through_stubs: list[StubSubject] = field(default_factory=list)
    _declared: list[str] = field(default_factory=list)
    _names: list[tuple[str, str]] = field(default_factory=list)

    nothing = ("    # the boundary has no function that can be called",)

    def add(self, bound: BoundCallable) -> None:
        """Write one function."""
        function = bound.declaration
        types = tuple(parameter.type for parameter in function.parameters)
        declared = spell(FunctionType(function.returns, types), function.name, self.spelling.declarations)
        self.lines.append(f"    # {declared}")
        name = identifier(function.name)
        made = self._signature(bound)
        if isinstance(made, str):
            given = (f"        {text_of(each)}," for each in (function.name, made))
            self.lines += [f"    bind.{name} = _Refused(", *given, "    )"]
            return
        self._names.append((name, f"_{name}"))
        self._declared.append(Annotations(self.spelling).function(function, f"_{name}"))
        if made.stub:
            self._stubbed(bound, made, name)
        else:
            self._plain(bound, name)

    def declarations(self) -> str:
        """Return what type checkers are told of the functions; it stands below ``if TYPE_CHECKING``."""
        return "\n".join(self._declared)

    def library(self) -> str:
        """Return the class of what `load` returns."""
        lines = [
            "class Library(ctypes.CDLL):",
            '    """The library, with the functions that `load` types."""',
        ]
        if self._names:
            lines += ["", "    if TYPE_CHECKING:"]
            lines += [f"        {name} = staticmethod({private})" for name, private in self._names]
        return "\n".join(lines)

    def _signature(self, bound: BoundCallable) -> CallSignature | str:
        """Return how a function is called, or why it is not."""
        function, declarations, layouts = bound.declaration, self.spelling.declarations, self.spelling.layouts
        made = signature_of(function, declarations, layouts, ending=bound.ending)
        if isinstance(made, tuple):
            return made[1].reason
        if made.stub:
            for type_ in (function.returns, *(each.type for each in function.parameters)):
                if self._kind(type_) is None:
                    return f"the format of `{spell(type_, '', declarations)}` is not known"
        return made

    def _plain(self, bound: BoundCallable, name: str) -> None:
        """Write a function that ctypes calls."""
        function = bound.declaration
        place = f"bind.{name}"
        # Python normalises names that are written out (PEP 3131), and C does not.
        if function.symbol != name or unicodedata.normalize("NFKC", name) != name:
            self.lines.append(f"    {place} = bind[{text_of(function.symbol)}]")
        types = ", ".join(self._parameter(each.type) for each in function.parameters)
        restype = f"{place}.restype = {self.spelling.spell(function.returns)}"
        self.lines += [wrapped(f"{place}.argtypes = [{types}]", "    "), wrapped(restype, "    ")]

    def _stubbed(self, bound: BoundCallable, signature: CallSignature, name: str) -> None:
        """Write a function that is called through its stub."""
        function = bound.declaration
        types = tuple(each.type for each in function.parameters)
        subject = StubSubject(
            function.name,
            function.returns,
            types,
            signature,
            bound.ending,
            is_macro=bound.is_macro,
            of=function.of,
            definition=function.definition,
        )
        self.through_stubs.append(subject)
        why = why_stubbed(
            function, self.spelling.declarations, self.spelling.layouts, bound.ending, is_macro=bound.is_macro
        )
        kinds = ", ".join(self._kind(each, parameter=True) or "" for each in types)
        given = (f"        {text_of(each)}," for each in (function.name, why))
        lines = [f"    bind.{name} = _Stub(", "        companion,", *given]
        lines += [wrapped(f"[{kinds}]", "        ", ",")]
        lines += [wrapped(self._kind(function.returns) or "", "        ", ",")]
        if not signature.direct:
            lines += [f"        {text_of(function.symbol)},"]
        self.lines += [*lines, "    )"]

    def _kind(self, type_: Type, *, parameter: bool = False) -> str | None:
        """Return what a stub's argument or result is made of; None where nobody knows."""
        declarations, layouts = self.spelling.declarations, self.spelling.layouts
        found = passing(type_, declarations, layouts)
        if isinstance(found, PassingRefusal):
            return None
        if found.why and (kind := number_kind(type_, declarations, layouts)):
            return kind.text
        resolved = declarations.resolve(type_)
        if found.why and isinstance(resolved, Basic | EnumRef):
            return None
        return self.spelling.spell(type_, parameter=parameter)

    def _parameter(self, type_: Type) -> str:
        """Return a parameter's type; integers are checked."""
        spelled = self.spelling.spell(type_, parameter=True)
        match self.spelling.declarations.resolve(type_):
            case Basic(name) if self.spelling.layouts.scalars[name].kind == "int" and name != "char":
                return f"_checked({spelled})"
            case EnumRef():
                return f"_checked({spelled})"
        return spelled


def text_of(value: str) -> str:
    """Return a string as formatters write it."""
    return json.dumps(value, ensure_ascii=False)
