"""Completion inside expressions, and the calls of laws."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.contract.expression import FUNCTIONS
from abidance.contract.expression import spelling as spelled
from abidance.contract.language.formulas import Formula
from abidance.contract.language.statuses import StatusRange
from abidance.editor import names
from abidance.editor.proposals import Completion, Proposal, of_candidate
from abidance.editor.scope import ExpressionScope, scope_at, without_old
from abidance.ir.declarations import spell

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.contract.language.clauses import ValueKind
    from abidance.editor.context import Cursor
    from abidance.editor.names import Knowledge

_INDEX = r"(?:\[[^\[\]]*\])*"
_PATH = re.compile(rf"(?:(?P<owner>[A-Za-z_]\w*{_INDEX}(?:\.\w+{_INDEX})*)\.)?(?P<last>[A-Za-z_]\w*)?$")
_COMPARED = re.compile(r"(?P<path>[A-Za-z_][\w.\[\]]*)\s*(?:==|!=|(?:not\s+)?in\s*\[[^\]]*|<=?|>=?)\s*$")
_TEXT = re.compile(r"""b?'[^']*'|b?"[^"]*\"""")
_STEP = re.compile(r"\s*(?:[A-Za-z_]\w*\s*=\s*)?(?P<call>[A-Za-z_]\w*\s*\()?")
_WORDS = ("and", "or", "not", "in", "if", "else", "for", "true", "false", "null")


def proposals_in_expression(cursor: Cursor, kind: ValueKind, knowledge: Knowledge) -> Completion:
    """Return what may be written in an expression."""
    if set(_TEXT.sub("", cursor.before)) & {'"', "'"}:  # inside a text
        return Completion(cursor.offset, ())
    before = without_old(cursor.before)
    found = _PATH.search(before)
    last = found["last"] or "" if found else ""
    start = cursor.offset - len(last)
    facts = knowledge.facts
    way = cursor.context.way
    if isinstance(kind, StatusRange):  # a constant, or what a call is given
        known = names.statuses(facts, way) if facts is not None else ()
        given = scope_at(cursor.context.root, way, facts, after=False) if "status" in way else None
        return Completion(
            start, (*map(of_candidate, known), *(_given(given, 4) if given is not None else ()))
        )
    after = isinstance(kind, Formula) and (kind.after or "nullable" in cursor.context.way)
    scope = scope_at(cursor.context.root, cursor.context.way, facts, after=after)
    scope = scope.with_loops(before + cursor.behind)
    if found and found["owner"]:
        return Completion(start, tuple(_fields(scope, found["owner"])))
    left = before[: len(before) - len(last)]
    offered = () if left.strip() else kind.offers()
    return Completion(
        start,
        (*(Proposal(each, "value", rank=1) for each in offered), *_names(scope, left)),
    )


def _given(scope: ExpressionScope, rank: int = 2) -> Iterator[Proposal]:
    """Yield what a call is given."""
    facts = scope.facts
    for shown, name in scope.spelled().items():
        value = scope.names[name]
        known = facts is not None and value is not None and not isinstance(value, dict)
        detail = spell(value, name, facts.declarations) if known else ""  # type: ignore[arg-type, union-attr]
        yield Proposal(shown, "variable", detail, scope.words.get(name, ""), rank)


def _names(scope: ExpressionScope, left: str) -> Iterator[Proposal]:
    facts = scope.facts
    compared = _COMPARED.search(left)
    first = scope.enumerators(scope.find(compared["path"])) if compared else []
    if facts is not None:
        yield from (of_candidate(names.constant(facts, each, rank=0)) for each in first)
    yield from _given(scope)
    for name, function in FUNCTIONS.items():
        yield Proposal(
            name, "builtin", function.signature, function.doc, 4, insert=f"{name}($1)", snippet=True
        )
    if facts is not None:
        taken = set(first)
        yield from (
            of_candidate(names.constant(facts, each, 6)) for each in facts.constants() if each not in taken
        )
    yield from (Proposal(each, "keyword", rank=7) for each in _WORDS)


def _fields(scope: ExpressionScope, owner: str) -> Iterator[Proposal]:
    facts = scope.facts
    for name, value in scope.members(scope.find(owner)).items():
        known = facts is not None and value is not None and not isinstance(value, dict)
        detail = spell(value, name, facts.declarations) if known else ""  # type: ignore[arg-type, union-attr]
        shown = name if name == "result" and "result" in scope.members(scope.find(owner)) else spelled(name)
        yield Proposal(shown, "field", detail, rank=1 if name == "result" else 2)


def proposals_in_call(cursor: Cursor, knowledge: Knowledge) -> Completion:
    """Return what may be written in a step of a law: the function, or an argument."""
    step = _STEP.match(cursor.before)
    if step is not None and step["call"]:
        return proposals_in_expression(cursor, Formula(), knowledge)
    found = re.search(r"[A-Za-z_]\w*$", cursor.before)
    start = cursor.offset - len(found[0] if found else "")
    if knowledge.facts is None:
        return Completion(start, ())
    made = []
    for each in names.functions(knowledge.facts):
        function = knowledge.facts.declarations.functions[each.name]
        arguments = ", ".join(f"${{{at}:{p.name or 'x'}}}" for at, p in enumerate(function.parameters, 1))
        proposal = of_candidate(each)
        made.append(
            Proposal(
                proposal.label,
                proposal.sort,
                proposal.detail,
                insert=f"{each.name}({arguments})",
                snippet=True,
                describe=each.describe,
            )
        )
    return Completion(start, tuple(made))
