"""Makes the map of a contract from what is known of it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from abidance.boundary.resolve.libraries import source_of
from abidance.contract.load import load_contract
from abidance.core.errors import AbidanceError
from abidance.migration.bonds import bonds_of
from abidance.migration.commands import GateCommands
from abidance.migration.library_in_use import others_of, sides_of, today_of
from abidance.migration.model import BoundaryMap, FactSource, OpenQuestion, SourcedFact, several_names
from abidance.migration.ranking import ranked
from abidance.migration.sources import of_run
from abidance.migration.traced_use import loads_of
from abidance.migration.units import units_of
from abidance.migration.weighing import HOT, Weighing
from abidance.report.text.wording import count, quoted
from abidance.toolchain.builders import build_library
from abidance.toolchain.code_relations import CodeRelations, code_relations

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.evidence.facts import KnownBoundary
    from abidance.evidence.model import ContractEvidence
    from abidance.migration.model import WeighedFunction


@dataclass(frozen=True, slots=True)
class SurveySettings:
    """What a map is made with: the project's folder, the library that is in use, and the share of time that counts."""

    root: Path
    today: str = ""
    hot: float = HOT


def survey(evidence: ContractEvidence, settings: SurveySettings) -> BoundaryMap:
    """Return the map of a contract whose facts are known.

    The library in use is built, if it is not yet, for its machine code is read; nothing of it is called.
    """
    facts = evidence.facts
    assert facts is not None
    today = today_of(evidence, settings.today)
    relations = relations_of(facts, today)
    weighing = Weighing(
        evidence,
        settings.root,
        today,
        relations if relations.known else None,
        loads_of(evidence, today),
        settings.hot,
    )
    functions = weighing.functions()
    bonds = bonds_of(facts, settings.root, relations if relations.known else None, today)
    return BoundaryMap(
        contract=evidence.contract,
        boundary=facts.name,
        summary=facts.summary,
        header=_shown(facts.header, settings.root),
        today=today,
        others=others_of(evidence, today),
        units=ranked(units_of(functions, bonds)),
        scope=tuple(_scope(facts, functions, settings.root)),
        whole=weighing.whole(),
        questions=tuple(_questions(evidence, weighing, relations)),
        runs=tuple(map(of_run, evidence.runs)),
        outdated=any(
            today in sides_of(item.value) and not item.origin.is_current
            for subject in evidence.functions
            for item in subject.counted
        ),
    )


def relations_of(facts: KnownBoundary, library: str) -> CodeRelations:
    """Return what the code of a library tells of the boundary's functions; of one that cannot be built, why."""
    kinds = {each.name: each.kind for each in facts.libraries}
    if library not in kinds:
        return CodeRelations(why="the contract does not say where the library is from")
    try:
        contract: Contract = load_contract(facts.contract)
        artifact = build_library(source_of(contract, library), "release")
    except AbidanceError as error:
        return CodeRelations(why=error.diagnostics[0].message)
    found = code_relations(artifact.path, tuple(each.name for each in facts.functions), facts.outside)
    if (
        kinds[library] == "cargo"
    ):  # Rust's own library has variables that all functions come by, such as counts of panics
        return replace(found, touched={}, written={})
    return found


def _scope(facts: KnownBoundary, functions: tuple[WeighedFunction, ...], root: Path) -> Iterator[SourcedFact]:
    contract, header = (FactSource(_shown(path, root)) for path in (facts.contract, facts.header))
    listed = sum(each.listed for each in facts.functions)
    libraries = quoted(each.name for each in facts.libraries)
    words = f"{count(listed, 'function')} of `{header.words}`"
    words += f", implemented by {libraries}" if libraries else ""
    yield SourcedFact(words, (contract,))
    pointers = sum(len(each.crossings) for each in functions)
    transfers = [each for function in functions for each in function.transfers]
    words = f"{count(pointers, 'pointer')} {'crosses' if pointers == 1 else 'cross'}"
    if transfers:
        words += f", {len(transfers)} of which {'outlasts its call' if len(transfers) == 1 else 'outlast their calls'}"
    yield SourcedFact(words, (contract, header))
    layouts = dict.fromkeys(name for each in facts.functions for name in each.layouts)
    if layouts:
        noun = "record" if len(layouts) == 1 else "records"
        yield SourcedFact(
            f"callers see the layout of {len(layouts)} {noun}: {several_names(layouts)}", (header,)
        )
    if facts.outside:
        verb = "is" if len(facts.outside) == 1 else "are"
        words = f"{count(len(facts.outside), 'function')} of the header {verb} not in the contract"
        yield SourcedFact(f"{words}: {several_names(facts.outside)}", (header,))


def _questions(
    evidence: ContractEvidence, weighing: Weighing, relations: CodeRelations
) -> Iterator[OpenQuestion]:
    """Yield what is not known of the boundary as a whole."""
    facts = evidence.facts
    assert facts is not None
    commands = GateCommands.of(evidence)
    contract = FactSource(evidence.contract)
    if not any(each.items for each in evidence.subjects):
        yield OpenQuestion(SourcedFact("no run of the contract is kept", (contract,)), commands.run())
    again = {
        "abi check": commands.gate,
        "trace": commands.trace(weighing.today),
    }
    for each in evidence.runs:
        if each.doubts:
            words = f"what run #{each.run.id} has shown may not be so any more: {'; '.join(each.doubts)}"
            yield OpenQuestion(
                SourcedFact(words, (of_run(each),)), again.get(each.run.command, commands.run())
            )
    if not weighing.today:
        words = "which library is in use: the contract names none, and none was called"
        remedy = f"write it under `libraries:` in {evidence.contract}"
        yield OpenQuestion(SourcedFact(words, (contract,)), remedy)
    yield from _not_reached(evidence, weighing.today)
    if weighing.today and not relations.known:
        words = f"whom functions call inside of `{weighing.today}`, and which variables they share: {relations.why}"
        yield OpenQuestion(SourcedFact(words, (contract,)), "abidance doctor")
    if evidence.gate is None:
        words = "whether header or library has changed since callers were built: no verdict of the ABI gate is kept"
        yield OpenQuestion(SourcedFact(words, (contract,)), commands.accept)
    if weighing.today and not weighing.loads:
        words = "how often callers call which function, and how much of their time it takes: no trace is kept"
        yield OpenQuestion(SourcedFact(words, (contract,)), commands.trace(weighing.today))
    named = {name for each in facts.functions for name in (f"`{each.name}`",)}
    for told in evidence.not_judged:
        if not any(name in told.value for name in named):
            yield OpenQuestion(
                SourcedFact(f"not judged: {told.value}", (of_run(told.origin),)), f"{commands.run()} -v"
            )
    for text in facts.unread:
        yield OpenQuestion(
            SourcedFact(f"not read: {text}", (FactSource(_shown(facts.header, weighing.root)),)),
            commands.check,
        )


def _not_reached(evidence: ContractEvidence, today: str) -> Iterator[OpenQuestion]:
    """Yield what of the library in use no call has reached, where that was counted."""
    coverage = evidence.coverage
    libraries = coverage.value.libraries if coverage is not None else ()
    for each in libraries:
        left = each.lines - each.reached
        if coverage is not None and each.library == today and each.counted and left:
            verb = "was" if left == 1 else "were"
            words = (
                f"what {left:,} of {count(each.lines, 'line')} of `{today}` do, which {verb} never reached"
            )
            remedy = GateCommands.of(evidence).coverage
            yield OpenQuestion(SourcedFact(words, (of_run(coverage.origin),)), remedy)


def _shown(path: Path, root: Path) -> str:
    return str(path.relative_to(root) if path.is_relative_to(root) else path)
