"""ABD379: the answer depends on how the input, or the room, is cut into pieces."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.boundary.decode.handle_numbers import given_handles
from abidance.boundary.model.traversal import record_of, windows_of
from abidance.boundary.model.types import HandleShape, PointerShape
from abidance.boundary.model.values import PIECE
from abidance.boundary.print_c.literals import bytes_text
from abidance.boundary.values.scope import members_seen
from abidance.checks.check import Check
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.pieces import left_in_pieces
from abidance.checks.evidence.sequence_calls import law_of
from abidance.contract.expression import EvaluationError, show, spelling
from abidance.core.diagnostic import Diagnostic, Label

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from abidance.boundary.model.laws import BoundaryLaw
    from abidance.boundary.model.types import Shape
    from abidance.checks.evidence.case_result import CaseResult


class DependsOnCuts(Check):
    """Flags calls whose answer depends on how their input is cut, although the contract says that it does not.

    ## Why it matters
    Data arrive in pieces of any size: what is right for one piece of everything is wrong on a slow network.

    ## Example
        laws:
          cut_as_you_like:
            given: {parser: lib_parser, text: {in: bytes, max: 200}}
            steps: [a = lib_feed(parser, text), b = lib_count(parser)]
            split: text
            same: [b.result]

    ## How it is detected
    The steps of a law with `split` are made twice, on handles made alike: as they are, and with each step that takes
    such an input made for each of its pieces. Expressions under `same` must have the same value both times.

    ## Not detected
    Cases in which a step was not made. Empty pieces are not passed.
    """

    id = "ABD379"
    name = "depends-on-cuts"
    only_with = Evidence.SEQUENCE
    whole = True

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic an expression."""
        law = law_of(trial)
        if law is None or not law.split or trial.death is not None:
            return
        scopes = [_scope(trial, law, pieces=pieces) for pieces in (False, True)]
        one, other = scopes
        if one is None or other is None:
            return
        unjudged: EvaluationError | None = None
        for index, expression in enumerate(law.same):
            try:
                values = [expression.evaluate(scope, scope) for scope in (one, other)]
            except EvaluationError as error:
                unjudged = unjudged or error
                continue
            if values[0] == values[1]:
                continue
            yield Diagnostic(
                self.code,
                f"`{expression.text}` depends on how {_listed(law)} cut",
                (
                    Label(expression.span, f"{show(values[0])} in one piece, {show(values[1])} in several"),
                    Label(trial.function.declaration.span),
                ),
                (*_pieces(trial, law), *_first(*values)),
                help=_remedy(trial, law),
                place=f"{law.name}:same[{index}]",
            )
        if unjudged is not None:
            raise unjudged


def _remedy(trial: CaseResult, law: BoundaryLaw) -> str:
    """Return what helps: where no handle and no window goes on from piece to piece, that is a law of another form."""
    cut = {spelling(name) for name in law.split}
    taking = [
        trial.boundary.functions[step.function]
        for step in law.steps
        if any(getattr(bound, "text", "").strip() in cut for bound in step.bound.values())
    ]
    if any(_goes_on(each.shape) for of in taking for each in of.members) or any(map(windows_of, taking)):
        return "keep in the handle what a piece leaves unfinished, and go on there with the next one"
    name = taking[0].name if taking else trial.function.name
    return (
        f"`{name}` is given no handle, and all but the piece is the same each time: where it goes on from what it has "
        f"returned, say so without `split`, `a = {name}(one)`, `b = {name}(other, a.result)`"
    )


def _goes_on(shape: Shape) -> bool:
    """Tell whether what is left in a parameter goes on from piece to piece: a handle, or a record that is written."""
    written = isinstance(shape, PointerShape) and shape.direction.written and record_of(shape) is not None
    return written or isinstance(shape, HandleShape)


def _listed(law: BoundaryLaw) -> str:
    names = [f"`{name}`" for name in law.split]
    return f"{names[0]} is" if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]} are"


def _first(one: object, other: object) -> Iterator[str]:
    """Yield where two long values differ first."""
    if not isinstance(one, bytes | list) or not isinstance(other, bytes | list):
        return
    at = next(
        (n for n, (a, b) in enumerate(zip(one, other, strict=False)) if a != b), min(len(one), len(other))
    )
    unit = "byte" if isinstance(one, bytes) else "element"
    yield f"they differ from {unit} {at} on, and have {len(one)} and {len(other)}"


def _pieces(trial: CaseResult, law: BoundaryLaw) -> Iterator[str]:
    """Yield the pieces that each input was passed in."""
    case = trial.encoded.case
    assert case is not None
    for name in law.split:
        whole = case.arguments.get(name)
        found = [
            piece
            for step in case.steps
            if PIECE in step.name
            for piece in _given(law, step.name.partition(PIECE)[0], step.arguments, name)
        ]
        shown = " + ".join(bytes_text(piece) if isinstance(piece, bytes) else show(piece) for piece in found)
        if found and found != [whole]:
            yield f"pieces of `{name}`: {shown}"


def _given(law: BoundaryLaw, name: str, arguments: Mapping[str, object], split: str) -> Iterator[object]:
    """Yield what a step was given of an input that is cut."""
    for step in law.steps:
        if (step.name or step.function) != name:
            continue
        for path, bound in step.bound.items():
            if getattr(bound, "text", "").strip() != spelling(split):
                continue
            parameter, _, field = path.partition(".")
            value = arguments.get(parameter)
            fields = value if isinstance(value, dict) else getattr(value, "state", {})
            found = fields.get(field) if field else value
            if found not in (0, b"", []):
                yield found


def _scope(trial: CaseResult, law: BoundaryLaw, *, pieces: bool) -> Mapping[str, object] | None:
    """Return what is given and what the steps left in one of the two ways; None where a step was not made."""
    case = trial.encoded.case
    assert case is not None
    known: dict[str, object] = {}
    for call, step in enumerate(case.steps):
        name, behind, _ = step.name.partition(PIECE)
        if not name or bool(behind) is not pieces:
            continue
        left = left_in_pieces(trial, call)
        if left is None:
            return None
        known[name] = left
    whole = all((step.name or step.function) in known for step in law.steps)
    given = members_seen(law.members, case.arguments)
    given |= given_handles(trial.encoded, trial.observation, law.members, case.arguments)
    return trial.boundary.scope({**given, **known}) if whole else None
