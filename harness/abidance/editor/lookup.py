"""What stands at a place of a contract: the word, what it means, and where it is declared."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.contract.expression import FUNCTIONS
from abidance.contract.language import kinds as k
from abidance.contract.language import statuses
from abidance.contract.language.calls import CallOf, FreedBy
from abidance.contract.language.clauses import ValueKind, meaning
from abidance.contract.language.formulas import Formula
from abidance.contract.language.kinds import FilePath, Word
from abidance.contract.language.shapes import AnyValue, ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.language.statuses import StatusRange
from abidance.contract.language.times import Times
from abidance.contract.model.lifetimes import handle_in
from abidance.editor import descriptions, names
from abidance.editor.context import ClauseContext, below, context_at
from abidance.editor.outline import Items, Pairs, ScalarText, Tree
from abidance.editor.scope import scope_at, without_old

if TYPE_CHECKING:
    from abidance.editor.descriptions import Described
    from abidance.editor.known_header import KnownHeader
    from abidance.editor.names import Knowledge

_WORD = re.compile(r"[A-Za-z_]\w*")
_BEFORE = re.compile(r"[A-Za-z_][\w.\[\]]*\.$")


@dataclass(frozen=True, slots=True)
class WordLookup:
    """A word between two offsets. `described` is what it names in the header, `text` what the language says of it.

    `own` is the offset at which the contract itself says what it is.
    """

    start: int
    end: int
    described: Described | None = None
    text: str = ""
    own: int | None = None
    path: str = ""

    @property
    def markdown(self) -> str:
        """Return it for an editor."""
        parts = (self.described.markdown if self.described else "", self.text)
        return "\n\n---\n\n".join(part for part in parts if part)


def look_up(text: str, tree: Tree | None, offset: int, knowledge: Knowledge) -> WordLookup | None:
    """Return what stands at an offset of a document, of which `tree` is the outline."""
    context = context_at(tree, offset)
    if context is None:
        return None
    scalar = context.scalar
    if context.is_key:
        return _key(context, knowledge)
    kind = context.kind
    if isinstance(kind, Shorthand):
        kind = kind.kind
    if isinstance(kind, FreedBy):
        kind = k.FUNCTION_NAME
    if isinstance(kind, ListOf) and kind.single:
        kind = kind.item
    if isinstance(kind, Formula | StatusRange | Times | CallOf):
        return _in_expression(text, context, kind, offset, knowledge)
    if isinstance(kind, FilePath):
        return WordLookup(scalar.start, scalar.end, path=scalar.text)
    if isinstance(kind, Word):
        return _word(context, kind, scalar.text, knowledge)
    if isinstance(kind, AnyValue) and knowledge.facts is not None:
        described = descriptions.constant(knowledge.facts, scalar.text)
        return WordLookup(scalar.start, scalar.end, described) if described else None
    return _choice(context, kind)


def _choice(context: ClauseContext, kind: ValueKind | None) -> WordLookup | None:
    clause = context.clause
    if kind is None or clause is None:
        return None
    return WordLookup(context.scalar.start, context.scalar.end, text=f"**{clause.key}**: {meaning(clause)}")


def _key(context: ClauseContext, knowledge: Knowledge) -> WordLookup:
    """Return what a key means: a clause, or a name of the header."""
    scalar = context.scalar
    start, end, key = scalar.start, scalar.end, scalar.text
    kind = context.kind
    found = below(kind, key)
    if isinstance(kind, MapOf):
        word = _word(context, kind.key, key, knowledge)
        value = kind.value
        title = value.record.title if isinstance(value, RecordOf | Shorthand) else ""
        own = summary_of(context, key)
        text = "\n\n".join(part for part in (own, title) if part)
        return WordLookup(start, end, word.described if word else None, text, word.own if word else None)
    if found is not None and found[0] is not None and not found[0].rest:
        return WordLookup(start, end, text=f"**{key}**: {meaning(found[0])}")
    facts = knowledge.facts
    if facts is None:
        return WordLookup(start, end)
    way = [each for each in context.way if each != "[]"]
    described = None
    match way:
        case ["functions", function, "examples"] | ["handles", _, "prepare", function]:
            described = descriptions.parameter(facts, function, key)
        case ["handles", _, "prepare"]:
            described = descriptions.function(facts, key)
        case _:
            type_ = names.type_at(context.way, facts)
            record = facts.record(type_) if type_ is not None else None
            if record is not None:
                described = descriptions.field(facts, record.spelling or record.key, key)
    return WordLookup(start, end, described)


def summary_of(context: ClauseContext, key: str) -> str:
    """Return what the contract says itself of one of its names."""
    value = context.siblings.get(key) if context.siblings else None
    return value.text("summary") if isinstance(value, Pairs) else ""


def _word(context: ClauseContext, kind: Word, word: str, knowledge: Knowledge) -> WordLookup | None:
    """Return what a name of some kind names."""
    facts, scalar, root = knowledge.facts, context.scalar, context.root
    start, end = scalar.start, scalar.end
    if kind == k.CODE:
        code = next((each for each in knowledge.codes() if each.is_called(word)), None)
        return WordLookup(start, end, text=f"**{code.id} {code.name}**\n\n{code.explain}") if code else None
    handle = root.below("handles").pair(handle_in(word) or word)
    library = root.below("libraries").pair(word) if kind == k.NAME else None
    own = handle if kind in (k.LIFETIME, k.TYPE_NAME, k.WHAT) else library
    place = own.key.start if own is not None and own.key is not scalar else None
    described = _of_header(context, kind, word, facts) if facts is not None else None
    clause = context.clause
    text = f"**{clause.key}**: {meaning(clause)}" if clause is not None and not context.is_key else ""
    return WordLookup(
        start, end, described, text, place if described is None or kind == k.TYPE_NAME else None
    )


def _of_header(context: ClauseContext, kind: Word, word: str, facts: KnownHeader) -> Described | None:
    way = context.way
    match kind:
        case k.FUNCTION_NAME:
            return descriptions.function(facts, word)
        case k.TYPE_NAME | k.WHAT | k.LIFETIME:
            return descriptions.type_(facts, handle_in(word) or word)
        case k.FIELD_NAME | k.FIELD_PATH if way[:1] == ("types",) and len(way) > 1:
            return descriptions.field(facts, way[1], word)
        case k.LIVING:
            field = (
                descriptions.field(facts, way[1], word) if way[:1] == ("types",) and len(way) > 1 else None
            )
            return field or descriptions.type_(facts, word)
        case k.PARAMETER_NAME | k.PARAMETER_PATH if way[:1] in (("functions",), ("laws",)) and len(way) > 1:
            scope = scope_at(context.root, way, facts, after=False)
            return descriptions.in_expression(scope, way, word)
        case k.PARAMETER_PATH:
            function, _, parameter = word.partition(".")
            if parameter and parameter != "result":
                return descriptions.parameter(facts, function, parameter.partition(".")[0])
            return descriptions.function(facts, function)
        case k.STATUS_NAME | statuses.STATUS_KEY:
            return descriptions.constant(facts, word)
    return None


def _in_expression(
    text: str, context: ClauseContext, kind: ValueKind, offset: int, knowledge: Knowledge
) -> WordLookup | None:
    """Return what the word at an offset of an expression looks at."""
    scalar = context.scalar
    found = next(
        (
            each
            for each in _WORD.finditer(text, scalar.start, scalar.end)
            if each.start() <= offset <= each.end()
        ),
        None,
    )
    if found is None:
        return None
    before = text[scalar.start : found.start()]
    if before.count('"') % 2 or before.count("'") % 2:  # in a text, or the quote of a scalar in quotes
        opened = scalar.style in ("'", '"')
        if not opened or (before.count('"') + before.count("'")) % 2 == 0:
            return None
    after = isinstance(kind, Formula) and kind.after
    is_law = context.way[:1] == ("laws",)
    scope = scope_at(context.root, context.way, knowledge.facts, after=after or is_law)
    scope = scope.with_loops(scalar.text)
    owner = _BEFORE.search(without_old(before))
    path = f"{owner[0] if owner else ''}{found[0]}"
    described = descriptions.in_expression(scope, context.way, re.sub(r"\[[^\]]*\]", "", path))
    if isinstance(kind, CallOf) and knowledge.facts is not None and text[found.end() :][:1] == "(":
        described = descriptions.function(knowledge.facts, found[0]) or described
    own = _own_place(context, found[0]) if is_law and not owner else None
    clause = context.clause
    note = f"**{clause.key}**: {meaning(clause)}" if described is None and clause is not None else ""
    if found[0] in FUNCTIONS and not owner and described is not None:
        note = ""
    return WordLookup(found.start(), found.end(), described, note, own)


def _own_place(context: ClauseContext, name: str) -> int | None:
    """Return where a law says what one of its names is."""
    law = context.root.below("laws").below(context.way[1]) if len(context.way) > 1 else Pairs(0)
    given = law.below("given").pair(name)
    if given is not None:
        return given.key.start
    steps = law.get("steps")
    for each in steps.items if isinstance(steps, Items) else ():
        if isinstance(each, ScalarText) and re.match(rf"\s*{re.escape(name)}\s*=[^=]", each.text):
            return each.start
    return None
