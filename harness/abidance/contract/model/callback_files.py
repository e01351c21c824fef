"""What a callback reads in all, and what others beside it do with the position at which it reads."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, ClassVar

from abidance.contract.language.clauses import Clauses, Name, clause
from abidance.contract.language.kinds import HOOK, LIKE, MOST, PARAMETER_NAME, Codec, choice
from abidance.contract.language.rules import AtLeastOne, ExactlyOne, Needs
from abidance.contract.model.places import FORM

if TYPE_CHECKING:
    from abidance.contract.language.kinds import Encoding


@dataclass(frozen=True, slots=True, kw_only=True)
class FileContents(Clauses):
    """What a callback reads in all, in however many pieces."""

    title: ClassVar[str] = "What a callback reads in all, in however many pieces."
    rules = (FORM, AtLeastOne(("like", "generate", "encoding", "max")))

    encoding: Encoding | None = field(
        default=None,
        metadata=clause(
            Codec(),
            "The encoding, of bytes that are text. `mostly utf-8`: mostly text, now and then broken.",
        ),
    )
    like: Name | None = field(
        default=None, metadata=clause(LIKE, "The form of bytes: the whole of them matches the expression.")
    )
    generate: Name | None = field(
        default=None,
        metadata=clause(HOOK, "A Python function that returns a Hypothesis strategy for the values."),
    )
    max: int | None = field(default=None, metadata=clause(MOST, "How much there is at most, in elements."))


@dataclass(frozen=True, slots=True, kw_only=True)
class FileSeek(Clauses):
    """Where a callback moves the position at which another one reads or writes."""

    title: ClassVar[str] = "Where a callback moves the position at which another reads or writes."
    rules = (ExactlyOne(("to", "by")), Needs("from", ("to",)))

    callback: Name = field(
        metadata=clause(PARAMETER_NAME, "The callback beside it whose position it moves.", required=True)
    )
    to: Name | None = field(
        default=None,
        metadata=clause(PARAMETER_NAME, "The parameter that says where to, in elements that are read."),
    )
    from_: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The parameter that says from where that counts: `SEEK_SET`, `SEEK_CUR` or `SEEK_END`; without it, from "
            "the beginning.",
            key="from",
        ),
    )
    by: Name | None = field(
        default=None,
        metadata=clause(PARAMETER_NAME, "The parameter that says how many elements are skipped."),
    )
    answers: Name | None = field(
        default=None,
        metadata=clause(
            choice("position", "distance", named=True),
            "What it returns after a success: the new `position`, or the `distance` from the last, which leads nowhere "
            "outside; else what `returns` says.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileWrite(Clauses):
    """What a callback writes to a file, at a position that others move or where it is told to."""

    title: ClassVar[str] = "What a callback writes to a file."

    data: Name = field(
        metadata=clause(
            PARAMETER_NAME, "The parameter that points to what is written: bytes or an array.", required=True
        )
    )
    file: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The callback beside it that reads the same file, at the same position or where it is told to; "
            "without it, a file of its own, which is empty at first.",
        ),
    )


@dataclass(frozen=True, slots=True, kw_only=True)
class FileTell(Clauses):
    """What a callback tells of that which another one reads or writes."""

    title: ClassVar[str] = "What a callback tells of that which another reads or writes."
    rules = (ExactlyOne(("position", "size", "end")),)

    position: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME, "The callback beside it: where that reads or writes next, in elements."
        ),
    )
    size: Name | None = field(
        default=None,
        metadata=clause(PARAMETER_NAME, "The callback beside it: how many elements its file has."),
    )
    end: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME, "The callback beside it: 1 where that is at the end of its file, else 0."
        ),
    )
    in_: Name | None = field(
        default=None,
        metadata=clause(
            PARAMETER_NAME,
            "The parameter that it writes the number to; without it, it is what is returned.",
            key="in",
        ),
    )
