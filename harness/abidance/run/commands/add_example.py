"""Writing a failing call into its contract, as an example that every run tries before it generates calls."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.resolve.written_values import written_call
from abidance.checks.evidence.expectation import NOTHING, Expectation
from abidance.contract.load import load_contract
from abidance.contract.source.files import read_text
from abidance.contract.source.insertion import NewValue, add_item
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import VERSUS, Diagnostic
from abidance.core.errors import UsageError
from abidance.core.events import ItemId
from abidance.generate.complete import UnlawfulExampleError, complete
from abidance.generate.complete_law import complete_law
from abidance.run.commands.replay import run_again
from abidance.run.engine.session import Session
from abidance.run.findings import case_store
from abidance.run.findings.confirm import REPEATS

if TYPE_CHECKING:
    from pathlib import Path

    from abidance.core.codes import Code
    from abidance.run.findings.case_store import StoredCase
    from abidance.run.inputs.settings import Settings

_COMPARED = "equivalence"
_LAWS = "laws"
_NOT_WRITTEN = "handles and what memory holds before the call cannot be written in one"


@dataclass(frozen=True, slots=True)
class AddedExample:
    """What a file is to hold from now on, so that `function` has an example that fails with `code`."""

    contract: Path
    file: Path
    before: str
    after: str
    function: str
    code: Code


def with_example(case_id: str, settings: Settings) -> AddedExample:
    """Return the contract's text with the stored call as an example; nothing is written.

    Raises UsageError for a call that no example can hold, for one that no longer fails, and for one that does not fail
    as an example: handles, the contents of output memory and its place are not written out.
    """
    stored = case_store.load(settings.root, case_id)
    _refuse_other_kinds(stored)
    again = run_again(stored, settings)
    if not again.findings:
        raise _refused(stored, "it no longer fails")
    name, code = stored.case.function, again.findings[0].diagnostic.code
    law, function = again.boundary.laws.get(name), again.boundary.functions.get(name)
    if law is not None:
        members, span, place = law.members, law.span, "laws"
    else:
        assert function is not None
        assert function.promise is not None
        members, span, place = function.members, function.promise.span, "functions"
    item = written_call(members, stored.case.arguments)
    before = read_text(span.path)
    value = NewValue(item, (f"{item}  # {code.id} {code.name}",))
    after = add_item(before, span.path, (place, name, "examples"), value)
    _try(stored, code, {span.path: after}, settings)
    return AddedExample(stored.contract, span.path, before, after, name, code)


def _refuse_other_kinds(stored: StoredCase) -> None:
    if stored.phase == _LAWS:
        return
    if stored.case.steps:
        raise _refused(stored, "it is a sequence of calls, and an example is one call")
    if stored.expectation.rejects:
        raise _refused(stored, "it is an invalid call, which the contract has under `rejects`")
    if stored.case.beside is not None:
        raise _refused(stored, "it is about calls at the same time, and an example is one call")
    if stored.phase == "examples":
        raise _refused(stored, "it is an example already")


def _try(stored: StoredCase, code: Code, texts: dict[Path, str], settings: Settings) -> None:
    """Raise UsageError unless the last example of the function fails as the stored call does, where that did."""
    contract = load_contract(stored.contract, texts)
    phase = _COMPARED if VERSUS in stored.library or VERSUS in stored.build else "examples"
    phase = _LAWS if stored.phase == _LAWS else phase
    item = ItemId(str(contract.boundary), stored.case.function, phase, stored.library, stored.build)
    with Session(settings, dict(stored.given)) as session:
        boundary = session.boundary(contract)
        name = stored.case.function
        law = boundary.laws.get(name)
        example = (law or boundary.functions[name]).examples[-1]
        try:
            if law is not None:
                case = complete_law(boundary, law, example.given)
            else:
                case = complete(boundary, boundary.functions[name], example.given)
        except UnlawfulExampleError:
            raise _refused(stored, f"no valid call has just these arguments; {_NOT_WRITTEN}") from None
        runner = session.sources.runner(boundary, item, settings)
        for _ in range(REPEATS):
            expectation = NOTHING if law is not None else Expectation(example.expected, example.span)
            trial = runner.run(case, expectation, settings.time_limit)
            if any(found.code == code for found in runner.judge.findings(trial)):
                return
    raise _refused(stored, f"as one it does not fail; {_NOT_WRITTEN}")


def _refused(stored: StoredCase, why: str) -> UsageError:
    return UsageError(Diagnostic(BAD_CONFIGURATION, f"`{stored.id}` is not added as an example: {why}"))
