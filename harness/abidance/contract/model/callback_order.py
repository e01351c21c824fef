"""`order:` of a callback: when it may be invoked, among the callbacks of the same handle or call."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import ClassVar

from abidance.contract.language.clauses import Clauses, Name, clause
from abidance.contract.language.kinds import CALLBACK_NAME, ORDERED_ALONG, PARAMETER_NAME, STATE_NAME, choice
from abidance.contract.language.rules import AtLeastOne, Needs
from abidance.contract.language.shapes import ListOf

_CALLBACKS = ListOf(CALLBACK_NAME, least=1, single=True, words="a callback, or a list of callbacks")


@dataclass(frozen=True, slots=True, kw_only=True)
class CallbackOrder(Clauses):
    """When a callback may be invoked, by what the others, and it itself, were invoked before."""

    title: ClassVar[str] = "When a callback may be invoked, among the others."
    rules = (
        AtLeastOne(("after", "before", "follows", "within", "outside", "ends", "first")),
        *(Needs(key, ("ends",)) for key in ("same", "by")),
    )

    after: tuple[Name, ...] = field(
        default=(), metadata=clause(_CALLBACKS, "Each of these was invoked before it.")
    )
    before: tuple[Name, ...] = field(
        default=(), metadata=clause(_CALLBACKS, "None of these was invoked before it.")
    )
    follows: tuple[Name, ...] = field(
        default=(), metadata=clause(_CALLBACKS, "What was invoked just before it is one of these.")
    )
    within: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            _CALLBACKS,
            "It is invoked only in what one of these has begun. `after` and `before` count from there.",
        ),
    )
    outside: tuple[Name, ...] = field(
        default=(),
        metadata=clause(_CALLBACKS, "All that these have begun was ended; itself, where it does not nest."),
    )
    ends: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            _CALLBACKS, "It ends what one of these began last; all that was begun within was ended before."
        ),
    )
    same: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(PARAMETER_NAME, least=1, single=True, words="a parameter, or a list of parameters"),
            "Parameters in which it is told the same as that which it ends.",
        ),
    )
    by: tuple[Name, ...] = field(
        default=(),
        metadata=clause(
            ListOf(STATE_NAME, least=1, single=True, words="a state, or a list of states"),
            "States of the handle: a call leads there only when all that was begun was ended.",
        ),
    )
    first: str | None = field(
        default=None,
        metadata=clause(
            choice("newest", "oldest"),
            "Which of those that several calls have given is invoked first: `newest`, as `exit` has it, or `oldest`.",
        ),
    )
    along: Name | None = field(
        default=None,
        metadata=clause(
            ORDERED_ALONG,
            "What it has an order in: the `call` or the `handle(NAME)` of its `lifetime`, by default.",
        ),
    )
