"""What joining finds wrong: collected, so that one run of `check` tells everything."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.boundary.resolve.pointer_complaints import complaints, listed_few
from abidance.contract.expression import EvaluationError
from abidance.core.catalogue import CONTRADICTS_HEADER, UNKNOWN_NAME, WRONG_VALUE
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.nearest import did_you_mean, nearest

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping

    from abidance.boundary.resolve.pointer_complaints import UnspecifiedPointer
    from abidance.contract.expression import Expression
    from abidance.core.span import Span
    from abidance.ir.declarations import Declarations


class Problems:
    """Collects diagnostics; equal ones, which shared types would cause, are kept once."""

    def __init__(self) -> None:
        self._found: dict[tuple[str, str, str], Diagnostic] = {}
        self._pointers: dict[UnspecifiedPointer, None] = {}
        self._fields: dict[tuple[Span | None, ...], dict[str, Diagnostic]] = {}
        """By the places of fields, the complaint about them of each function that reads them."""
        self._unseen: dict[tuple[str, str], dict[Span, tuple[str, str | None]]] = {}
        """By handles and fields that they do not have, the places that look at one, each with message and remedy."""
        self._declarations: Declarations | None = None
        self._settled: set[str] = set()
        self.freers: frozenset[str] = frozenset()
        """The functions that the contract has free what others leave."""

    @property
    def all(self) -> tuple[Diagnostic, ...]:
        """Return everything so far, in the order of the places."""
        open_ = [each for each in self._pointers if each.function not in self._settled]
        known = self._declarations
        pointers = complaints(open_, known, self.freers) if known is not None else ()
        return tuple(
            sorted(
                (*self._found.values(), *pointers, *self._silent_fields(), *self._unseen_fields()),
                key=lambda d: (d.span.line, d.span.column) if d.span else (0, 0),
            )
        )

    def add(self, diagnostic: Diagnostic) -> None:
        """Add a diagnostic."""
        key = (diagnostic.code.id, diagnostic.message, str(diagnostic.span))
        self._found.setdefault(key, diagnostic)

    def unknown(
        self, what: str, name: str, span: Span, known: Mapping[str, Span | None], where: str, advice: str = ""
    ) -> None:
        """Complain about a name that is not among `known`, which maps names to where they are declared.

        `advice` is for a name that is like none of them.
        """
        labels = [Label(span, did_you_mean(name, known))]
        close = nearest(name, known)
        declared = known.get(close) if close else None
        if declared is not None:
            labels.append(Label(declared, "declared here"))
        help_ = None if close or not advice else advice
        self.add(Diagnostic(UNKNOWN_NAME, f"{what} `{name}` is not in {where}", tuple(labels), help=help_))

    def lost(self, name: str, span: Span, declarations: Declarations) -> bool:
        """Say why `name` could not be read from the header, if that is why it is missing; return whether it is."""
        diagnostic = declarations.lost.get(name)
        if diagnostic is not None:
            labels = (*diagnostic.labels, Label(span, "needed here"))
            self.add(
                replace(
                    diagnostic, message=f"{diagnostic.message}, so `{name}` is unavailable", labels=labels
                )
            )
        return diagnostic is not None

    def contradiction(
        self, message: str, span: Span, declared: Span, words: str = "", remedy: str | None = None
    ) -> None:
        """Complain that the header says otherwise."""
        labels = (Label(span), Label(declared, words))
        self.add(Diagnostic(CONTRADICTS_HEADER, message, labels, help=remedy))

    def settled(self, function: str) -> None:
        """Leave it at what was said of the pointers of a function."""
        self._settled.add(function)

    def unspecified(self, pointer: UnspecifiedPointer, declarations: Declarations) -> None:
        """Complain about a pointer of which the contract says nothing, with others that have the same cause."""
        self._pointers.setdefault(pointer)
        self._declarations = declarations

    def unspecified_fields(self, function: str, complaint: Diagnostic) -> None:
        """Complain about fields of which the contract says nothing: once for all functions that read them.

        The first place is that of the function, the others are the fields'.
        """
        fields = tuple(label.span for label in complaint.labels[1:])
        self._fields.setdefault(fields, {}).setdefault(function, complaint)

    def _silent_fields(self) -> Iterator[Diagnostic]:
        for by_function in self._fields.values():
            readers = [each for each in by_function if each not in self._settled]
            if not readers:
                continue
            complaint = by_function[readers[0]]
            reads, *fields = complaint.labels
            others = (
                f", and so {'do' if len(readers) > 2 else 'does'} {listed_few(readers[1:])}"
                if readers[1:]
                else ""
            )
            yield replace(complaint, labels=(replace(reads, text=f"{reads.text}{others}"), *fields))

    def unseen(self, field: tuple[str, str], message: str, span: Span, remedy: str | None) -> None:
        """Complain about a field that a kind of handles does not have: once for all places that look at it."""
        self._unseen.setdefault(field, {}).setdefault(span, (message, remedy))

    def _unseen_fields(self) -> Iterator[Diagnostic]:
        for places in self._unseen.values():
            first, *others = sorted(places, key=lambda span: (span.line, span.column))
            text = f"and in {len(others)} more place{'s' if others[1:] else ''}" if others else ""
            message, remedy = places[first]
            yield Diagnostic(UNKNOWN_NAME, message, (Label(first, text),), help=remedy)

    def names(
        self,
        expression: Expression,
        known: Collection[str],
        resolve: object = None,
        advice: str | None = None,
    ) -> bool:
        """Complain about each unknown name of an expression; return whether there was none."""
        found = expression.unknown_names(known, resolve)  # type: ignore[arg-type]
        for diagnostic in found:
            self.add(replace(diagnostic, help=diagnostic.help or advice))
        return not found

    def constant(self, expression: Expression, constants: Mapping[str, int | float]) -> int | float | None:
        """Return the value of a constant expression, or complain and return None."""
        if unknown := expression.unknown_names(constants):
            advice = (
                "only constants count here: `requires` and `ensures` say what depends on other values, and at a "
                "callback `at_most` what it answers at most"
            )
            for each in unknown:
                self.add(replace(each, help=each.help or advice))
            return None
        try:
            value = expression.evaluate(constants)
        except EvaluationError as error:
            for diagnostic in error.diagnostics:
                self.add(diagnostic)
            return None
        if not isinstance(value, int | float):
            self.add(Diagnostic(WRONG_VALUE, f"`{expression.text}` is no number", (Label(expression.span),)))
            return None
        return value
