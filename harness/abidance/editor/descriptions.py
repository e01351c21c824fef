"""What editors show of a name: its C declaration, where that stands, and what the contract language says of it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression import FUNCTIONS
from abidance.contract.expression.environment import declared
from abidance.draft.documentation.markup import parse
from abidance.editor.c_text import enum_text, function_text, macro_text, parameter_text, record_text
from abidance.ir.declarations import spell

if TYPE_CHECKING:
    from abidance.core.span import Span
    from abidance.editor.known_header import KnownHeader
    from abidance.editor.scope import ExpressionScope
    from abidance.ir.declarations import Field
    from abidance.ir.types import Type


_MOST_LINES = 12
"""Of a comment, the lines that are shown."""


@dataclass(frozen=True, slots=True)
class Described:
    """A name of the header. `code` is its declaration in C, `more` other declarations that tell what it is."""

    code: str
    span: Span | None
    text: str = ""
    more: tuple[str, ...] = ()

    @property
    def markdown(self) -> str:
        """Return it for an editor."""
        blocks = "\n\n".join(f"```c\n{each}\n```" for each in (self.code, *self.more) if each)
        place = f"`{self.span.path.name}:{self.span.line}`" if self.span else ""
        return "\n\n".join(part for part in (blocks, self.text, place) if part)


def function(facts: KnownHeader, name: str) -> Described | None:
    """Return a function of the header, or a macro with parameters."""
    declarations = facts.declarations
    known = declarations.functions.get(name)
    if known is not None:
        said = parse(facts.comments.get(name, ""))
        return Described(function_text(known, declarations), known.span, _quoted(said.prose))
    macro = declarations.function_macros.get(name)
    return Described(macro_text(macro), macro.span) if macro is not None else None


def parameter(facts: KnownHeader, of: str, name: str) -> Described | None:
    """Return a parameter of a function, with the type that it leads to."""
    known = facts.declarations.functions.get(of)
    found = next((each for each in known.parameters if each.name == name), None) if known else None
    if found is None:
        return None
    said = parse(facts.comments.get(of, "")).params.get(name)
    text = _about(f"a parameter of `{of}`", said.text if said else "")
    return Described(parameter_text(found, facts.declarations), found.span, text, _behind(facts, found.type))


def _about(words: str, prose: str) -> str:
    return f"{words}\n\n{_quoted(prose)}" if prose else words


def _quoted(prose: str) -> str:
    """Return what a comment says as a quotation, cut where it is long."""
    lines = prose.strip().splitlines()
    kept = [*lines[:_MOST_LINES], "..."] if len(lines) > _MOST_LINES else lines
    return "\n".join(f"> {line.strip()}".rstrip() for line in kept)


def result(facts: KnownHeader, of: str) -> Described | None:
    """Return what a function returns."""
    known = facts.declarations.functions.get(of)
    if known is None:
        return None
    code = spell(known.returns, "", facts.declarations)
    text = _about(f"what `{of}` returns", parse(facts.comments.get(of, "")).returns)
    return Described(code, known.span, text, _behind(facts, known.returns))


def type_(facts: KnownHeader, name: str) -> Described | None:
    """Return a type as contracts name it."""
    found = facts.declarations.find_type(name)
    if found is None:
        return None
    if record := facts.record(found):
        return Described(record_text(record, facts.declarations), _typedef_or(facts, name, record.span))
    if enum := facts.enum(found):
        return Described(enum_text(enum, dict(facts.values)), _typedef_or(facts, name, enum.span))
    typedef = facts.declarations.typedefs.get(name)
    if typedef is None:
        return None
    return Described(f"typedef {spell(typedef.type, name, facts.declarations)};", typedef.span)


def _typedef_or(facts: KnownHeader, name: str, span: Span) -> Span:
    """Return the place of the definition, but for what is opaque and has only its typedef in the header's own files."""
    typedef = facts.declarations.typedefs.get(name)
    return typedef.span if typedef is not None and str(span.path) not in facts.own else span


def field(facts: KnownHeader, of: str, name: str) -> Described | None:
    """Return a field of a record."""
    found = facts.declarations.find_type(of)
    return _field(facts, found, name) if found is not None else None


def _field(facts: KnownHeader, of: Type, name: str) -> Described | None:
    record = facts.record(of)
    named = facts.declarations.named_fields(record) if record else ()
    found: Field | None = next((each for each in named if each.name == name), None)
    if record is None or found is None:
        return None
    bits = f" : {found.bits}" if found.bits is not None else ""
    code = f"{spell(found.type, found.name, facts.declarations)}{bits};"
    return Described(
        code, found.span, f"a field of `{record.spelling or record.key}`", _behind(facts, found.type)
    )


def constant(facts: KnownHeader, name: str) -> Described | None:
    """Return an enumerator or a macro."""
    declarations = facts.declarations
    value = f"{name} = {facts.values[name]}" if name in facts.values else name
    key = declarations.enumerators.get(name)
    if key is not None and key in declarations.enums:
        enum = declarations.enums[key]
        place = next((each.span for each in enum.enumerators if each.name == name), enum.span)
        return Described(value, place, f"an enumerator of `{enum.spelling or enum.key}`")
    macro = declarations.macros.get(name)
    if macro is None:
        return None
    text = f"= {facts.values[name]}" if name in facts.values else ""
    return Described(macro_text(macro), macro.span, text)


def _behind(facts: KnownHeader, of: Type) -> tuple[str, ...]:
    """Return the record, enum or function type that a type leads to."""
    if record := facts.record(of):
        return (record_text(record, facts.declarations),) if record.fields is not None else ()
    if enum := facts.enum(of):
        return (enum_text(enum, dict(facts.values)),)
    return ()


def in_expression(scope: ExpressionScope, way: tuple[str, ...], path: str) -> Described | None:
    """Return what a path in an expression looks at; `way` leads to the expression."""
    facts = scope.facts
    *owners, last = path.split(".")
    if not owners and last in FUNCTIONS and last not in scope.spelled():
        return Described(FUNCTIONS[last].signature, None, FUNCTIONS[last].doc)
    if facts is None:
        return None
    if owners:
        of = scope.find(".".join(owners))
        if isinstance(of, dict):
            found = of.get(declared(last))
            code = spell(found, last, facts.declarations) if found and not isinstance(found, dict) else last
            return Described(code, None, scope.words.get(owners[0], ""))
        return _field(facts, of, declared(last)) if of is not None else None
    named = scope.spelled().get(last)
    if named is None:
        return constant(facts, last) or function(facts, last)
    return _named(scope, facts, way, named)


def _named(scope: ExpressionScope, facts: KnownHeader, way: tuple[str, ...], name: str) -> Described | None:
    found: Described | None = None
    match way:
        case ("functions", function_name, *_) if name == "result":
            found = result(facts, function_name)
        case ("functions", function_name, *_):
            found = parameter(facts, function_name, name)
        case ("types", type_name, *_):
            found = field(facts, type_name, name)
    if found is not None:
        return found
    value = scope.names[name]
    known = value is not None and not isinstance(value, dict)
    code = spell(value, name, facts.declarations) if known else name  # type: ignore[arg-type]
    more = _behind(facts, value) if known else ()  # type: ignore[arg-type]
    return Described(code, None, scope.words.get(name, ""), more)
