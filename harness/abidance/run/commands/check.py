"""`abidance check`: contract and header against each other. Nothing of the project is built or run."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.resolve.join import join
from abidance.boundary.resolve.libraries import source_of
from abidance.boundary.resolve.unlisted_functions import unlisted
from abidance.boundary.resolve.unread_declarations import unread
from abidance.contract.load import load_contract
from abidance.core.codes import Severity
from abidance.core.errors import AbidanceError
from abidance.core.outcome import status
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.hints import Hints
from abidance.generate.python_strategies import asks_python
from abidance.run.inputs.suppressions import listed, reason
from abidance.run.phases.examples import unlawful
from abidance.toolchain.builders import check_source

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    from abidance.boundary.model.boundary import Boundary
    from abidance.core.diagnostic import Diagnostic


@dataclass(frozen=True, slots=True)
class CheckResult:
    """What a run would find wrong, and why it could not judge, so far as that shows without calling anything.

    `suppressed` are findings that decide nothing, each with the contract's reason, `unread` what of the header nobody
    could read, `unlisted` the functions that belong to the boundary and stand nowhere in the contract. Without findings
    about names, `boundary` is what contract and header are together.
    """

    findings: tuple[Diagnostic, ...] = ()
    reasons: tuple[Diagnostic, ...] = ()
    suppressed: tuple[tuple[Diagnostic, str], ...] = ()
    unread: tuple[str, ...] = ()
    unlisted: tuple[str, ...] = ()
    boundary: Boundary | None = None

    @property
    def diagnostics(self) -> tuple[Diagnostic, ...]:
        """Return all of it."""
        return (*self.findings, *self.reasons)

    @property
    def exit_code(self) -> int:
        """Return the exit status, which is that of a run with the same fault."""
        return status(findings=_errors(self.findings), unjudged=_errors(self.reasons))


def _errors(diagnostics: tuple[Diagnostic, ...]) -> bool:
    return any(diagnostic.code.severity is Severity.ERROR for diagnostic in diagnostics)


def check_contract(path: Path, opened: Mapping[Path, str] | None = None) -> CheckResult:
    """Return what is wrong with a contract, between it and its header, and with the libraries that it names.

    `opened` has the texts of files that an editor has and did not save yet. Raises UsageError for a contract or header
    that cannot be read, CannotJudgeError without a compiler.
    """
    contract = load_contract(path, opened)
    boundary = join(contract)
    functions = boundary.functions.values()
    reasons = (
        *(d for function in functions for d in function.refused),
        *_examples(boundary),
        *_libraries(boundary),
    )
    known = listed(contract)
    found = {d: reason(known, d, function.name) for function in functions for d in function.mismatches}
    return CheckResult(
        tuple(d for d, why in found.items() if not why),
        tuple(dict.fromkeys(reasons)),
        tuple((d, why) for d, why in found.items() if why),
        tuple(unread(boundary)),
        unlisted(boundary),
        boundary,
    )


def _examples(boundary: Boundary) -> Iterator[Diagnostic]:
    """Yield the examples that are no valid calls."""
    for function in boundary.functions.values():
        # Completing one of these would run the project's Python, which checking does not.
        called = function.signature is not None and not asks_python(boundary, function)
        if not called or not function.examples:
            continue
        hints = Hints.of(boundary, function)
        for example in function.examples:
            try:
                complete(boundary, function, example.given, hints)
            except UnlawfulExampleError as error:
                yield unlawful(function, example, error)
            except AbidanceError as error:
                yield from error.diagnostics


def _libraries(boundary: Boundary) -> Iterator[Diagnostic]:
    for name in boundary.contract.libraries:
        try:
            check_source(source_of(boundary.contract, name))
        except AbidanceError as error:
            yield from error.diagnostics
