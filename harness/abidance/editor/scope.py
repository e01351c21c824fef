"""The names that an expression may use at a place of a contract, with their C types."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from abidance.contract.expression import spelling
from abidance.contract.expression.environment import declared
from abidance.contract.model.returns import ASKED
from abidance.editor.outline import Items, Pairs, ScalarText

if TYPE_CHECKING:
    from abidance.editor.known_header import KnownHeader
    from abidance.ir.declarations import Function
    from abidance.ir.types import Type

Members = dict[str, "Type | Members | None"]
"""What has a value, by its C name: its type, what it consists of, or None where nothing is known of it."""
_CALL = re.compile(r"\s*(?:([A-Za-z_]\w*)\s*=\s*)?(?:\w[\w.-]*\.)?([A-Za-z_]\w*)\s*\(")
_OLD = re.compile(r"\bold\(([A-Za-z_][\w.\[\]]*)\)")
_LOOP = re.compile(r"\bfor\s+([A-Za-z_]\w*)\s+in\s+([A-Za-z_][\w.\[\]]*)")


def without_old(text: str) -> str:
    """Return an expression with what ``old(...)`` is asked of in its place: it has the same fields."""
    return _OLD.sub(r"\1", text)


@dataclass(frozen=True, slots=True)
class ExpressionScope:
    """What an expression may look at. `names` are as C spells them; `words` tell what each is."""

    facts: KnownHeader | None
    names: Members = field(default_factory=dict)
    words: dict[str, str] = field(default_factory=dict)

    def spelled(self) -> dict[str, str]:
        """Return the names as expressions spell them, each with its C name."""
        kept = ("result", "errno", "last_error")
        return {name if name in kept and name in self.words else spelling(name): name for name in self.names}

    def with_loops(self, text: str) -> ExpressionScope:
        """Return the scope with the loop variables that an expression has."""
        names = dict(self.names)
        words = dict(self.words)
        for variable, path in _LOOP.findall(text):
            names[variable] = self.find(path)
            words[variable] = f"an element of `{path}`"
        return ExpressionScope(self.facts, names, words)

    def find(self, path: str) -> Type | Members | None:
        """Return what a path such as ``request.route[0]`` leads to."""
        first, *others = re.sub(r"\[[^\]]*\]?", "", path).split(".")
        named = self.spelled().get(first)
        found = self.names.get(named) if named is not None else None
        for part in others:
            found = self.members(found).get(declared(part))
        return found

    def members(self, of: Type | Members | None) -> Members:
        """Return the fields of a value."""
        if isinstance(of, dict):
            return of
        if of is None or self.facts is None:
            return {}
        fields: Members = dict(self.facts.fields(of))
        return fields

    def enumerators(self, of: Type | Members | None) -> list[str]:
        """Return the enumerators that a value may be."""
        if of is None or isinstance(of, dict) or self.facts is None:
            return []
        enum = self.facts.enum(of)
        return [each.name for each in enum.enumerators] if enum else []


def scope_at(root: Pairs, way: tuple[str, ...], facts: KnownHeader | None, *, after: bool) -> ExpressionScope:
    """Return what an expression at the end of a way may look at; with `after`, also what a call gives back."""
    match way:
        case ("functions", function, *inside):
            return _of_function(root, function, tuple(inside), facts, after=after)
        case ("types", name, *_):
            type_ = facts.declarations.find_object(name) if facts else None
            fields: Members = dict(facts.fields(type_)) if facts and type_ else {}
            return ExpressionScope(facts, fields, dict.fromkeys(fields, f"a field of `{name}`"))
        case ("laws", name, *_):
            return _of_law(root.below("laws").below(name), facts)
    return ExpressionScope(facts)


def _of_function(
    root: Pairs, name: str, inside: tuple[str, ...], facts: KnownHeader | None, *, after: bool
) -> ExpressionScope:
    function = facts.declarations.functions.get(name) if facts else None
    promise = root.below("functions").below(name)
    names: Members = {each.key.text: None for each in promise.below("params").pairs if each.colon}
    if function is not None:
        names |= {each.name: each.type for each in function.parameters if each.name}
    words = dict.fromkeys(names, "a parameter")
    if "callback" in inside and facts is not None:
        parameter = inside[inside.index("callback") - 1]
        type_ = names.get(parameter)
        called = facts.called(type_) if type_ is not None and not isinstance(type_, dict) else None
        own: Members = dict(zip(called.names, called.parameters, strict=False)) if called else {}
        own.pop("", None)
        names = {name: type_ for name, type_ in names.items() if name not in own} | own
        words |= dict.fromkeys(own, f"a parameter of the callback `{parameter}`")
    elif after:
        names["result"] = function.returns if function else None
        names["errno"] = None
        words |= {"result": "what the function returned", "errno": "`errno` after the call"}
        told = {each.key.text for each in promise.below("returns").pairs}
        told |= {each.key.text for each in promise.below("returns").below("status").pairs}
        if told & {"last_error", *ASKED}:
            names["last_error"] = None
            words["last_error"] = "what tells why the call failed"
    return ExpressionScope(facts, names, words)


def _of_law(law: Pairs, facts: KnownHeader | None) -> ExpressionScope:
    names: Members = {}
    words: dict[str, str] = {}
    for pair in law.below("given").pairs:
        value = pair.value
        word = (
            value.text
            if isinstance(value, ScalarText)
            else value.text("in")
            if isinstance(value, Pairs)
            else ""
        )
        names[pair.key.text] = facts.declarations.find_type(word) if facts else None
        words[pair.key.text] = f"given: `{word}`"
    for step, function in steps_of(law).items():
        known = facts.declarations.functions.get(function) if facts else None
        names[step] = members_of_step(known) if known else None
        words[step] = f"a call of `{function}`"
    return ExpressionScope(facts, names, words)


def steps_of(law: Pairs) -> dict[str, str]:
    """Return the steps of a law that have a name, with the functions that they call."""
    steps = law.get("steps")
    texts = (
        [each.text for each in steps.items if isinstance(each, ScalarText)]
        if isinstance(steps, Items)
        else []
    )
    found = (_CALL.match(text) for text in texts)
    return {each[1]: each[2] for each in found if each and each[1]}


def members_of_step(function: Function) -> Members:
    """Return what a step of a law has: its result, and what it was called with."""
    members: Members = {"result": function.returns}
    return members | {each.name: each.type for each in function.parameters if each.name}
