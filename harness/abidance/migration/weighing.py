"""From evidence to what it says of each function for a decision: troubles, questions, what holds, what crosses."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.core.codes import Severity
from abidance.core.costs import CostKind
from abidance.core.diagnostic import VERSUS
from abidance.core.outcome import Outcome
from abidance.migration.commands import GateCommands
from abidance.migration.crossing_words import transfers_of
from abidance.migration.kinds import kind_of
from abidance.migration.library_in_use import sides_of
from abidance.migration.model import (
    OpenQuestion,
    SourcedFact,
    TracedLoad,
    Trouble,
    TroubleKind,
    WeighedFunction,
    share_words,
)
from abidance.migration.sources import of_case, of_place, of_run
from abidance.migration.traced_use import rate_words, trace_of
from abidance.report.text.wording import count, quoted

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from abidance.core.diagnostic import Diagnostic
    from abidance.core.events import ItemFinished
    from abidance.evidence.facts import KnownFunction
    from abidance.evidence.model import ContractEvidence, FromRun, SubjectEvidence
    from abidance.migration.model import FactSource
    from abidance.report.record import ReportedCause
    from abidance.toolchain.code_relations import CodeRelations

HOT = 0.1
"""From this share of the time on, cost alone is a reason for change: a program that spends a tenth of its time there is
sped up by at most a ninth, however good the replacement is (Amdahl's law)."""


_SHOWN = (0.5, 0.99)
"""The quantiles that a decision is about: the usual call, and the slow one."""


@dataclass(frozen=True, slots=True)
class Weighing:
    """What evidence is weighed with: the project's folder, the library in use, and what its code tells.

    `relations` are None where its code was not looked at. `loads` are by function, of a trace, if one is kept.
    """

    evidence: ContractEvidence
    root: Path
    today: str
    relations: CodeRelations | None = None
    loads: Mapping[str, TracedLoad] | None = None
    hot: float = HOT

    @property
    def _commands(self) -> GateCommands:
        return GateCommands.of(self.evidence)

    # ----------------------------------------------------------- functions

    def functions(self) -> tuple[WeighedFunction, ...]:
        """Return the functions of the contract, and those that it uses, in its order."""
        boundary = self.evidence.facts
        assert boundary is not None
        return tuple(
            self._function(each, each.facts)
            for each in self.evidence.functions
            # The C library's `free` is declared by no header, and is nobody's to move.
            if each.facts is not None and (each.facts.listed or each.facts.declared.path != boundary.contract)
        )

    def _function(self, subject: SubjectEvidence, facts: KnownFunction) -> WeighedFunction:
        name = subject.name
        relations = self.relations
        known = relations is not None and relations.known
        return WeighedFunction(
            name=name,
            declaration=facts.declaration,
            handles=tuple(dict.fromkeys((*facts.creates, *facts.uses, *facts.destroys))),
            troubles=tuple(self._troubles(subject, facts)),
            questions=tuple(self._questions(subject, facts)),
            accepted=tuple(self._accepted(subject)),
            held=tuple(self._held(subject)),
            transfers=tuple(transfers_of(facts, self.root)),
            crossings=facts.crossings,
            load=(self.loads or {}).get(name),
            costs=tuple(_costs(subject)),
            calls=tuple(sorted(relations.calls.get(name, ()))) if known and relations is not None else None,
            creates=facts.creates,
            destroys=facts.destroys,
        )

    # ------------------------------------------------------------ troubles

    def _troubles(self, subject: SubjectEvidence, facts: KnownFunction) -> Iterator[Trouble]:
        name = subject.name
        for each in self._subjects_about(name):
            for cause in each.causes:
                if cause.value.fails:
                    yield _finding(each, cause)
        yield from self._drift(facts)
        yield from self._misuse(name)
        load = (self.loads or {}).get(name)
        if load is not None and load.calls and load.share >= self.hot:
            words = f"a traced program spends {share_words(load.share)} of its time in it, at {rate_words(load.rate)}"
            yield Trouble(
                TroubleKind.COST,
                SourcedFact(words, (load.source,)),
                f"share of {name}",
                share_words(load.share),
            )

    def _subjects_about(self, name: str) -> Iterator[SubjectEvidence]:
        """Yield a function, and the handles and laws of whose calls it is one: nothing tells which call is to blame."""
        facts = self.evidence.facts
        assert facts is not None
        about = {name}
        about |= {handle.name for handle in facts.handles if name in handle.functions}
        about |= {law.name for law in facts.laws if name in law.functions}
        yield from (each for each in self.evidence.subjects if each.name in about and each.kind != "boundary")

    def _misuse(self, name: str) -> Iterator[Trouble]:
        """Yield what a traced program did, or got, that the contract forbids."""
        trace = trace_of(self.evidence, self.today)
        for finding in trace.value.findings if trace is not None else ():
            if finding.subject == name and trace is not None:
                code = finding.diagnostic.code
                words = f"in a traced program: {finding.diagnostic.message} ({code.id} {code.name})"
                fact = SourcedFact(words, (of_run(trace.origin),))
                brief = f"{code.id} {code.name} in a traced program"
                yield Trouble(
                    kind_of(code.name), fact, f"trace|{'|'.join(finding.key)}", brief, finding.library
                )

    def _drift(self, function: KnownFunction) -> Iterator[Trouble]:
        for name, trouble in self._disagreements():
            if name == function.name or name in function.types:
                yield trouble

    def _disagreements(self) -> Iterator[tuple[str, Trouble]]:
        """Yield what the ABI gate does not let pass, each with the function or type that it is about."""
        gate = self.evidence.gate
        if gate is None:
            return
        source = of_run(gate.origin)
        for change in gate.value.changes:
            if change.verdict == "breaking" and not change.suppressed:
                yield _root(change.subject), _disagreement(change.diagnostic, source)
        for found in gate.value.findings:
            if found.code.severity is Severity.ERROR:
                yield _root(found.place), _disagreement(found, source)

    def whole(self) -> tuple[Trouble, ...]:
        """Return what concerns the boundary and no single function of it."""
        facts = self.evidence.facts
        assert facts is not None
        known = {name for each in facts.functions for name in (each.name, *each.types)}
        found = [
            _finding(subject, cause)
            for subject in self.evidence.subjects
            if subject.kind == "boundary"
            for cause in subject.causes
            if cause.value.fails
        ]
        found += [trouble for name, trouble in self._disagreements() if name not in known]
        return tuple(found)

    # ----------------------------------------------------------- questions

    def _questions(self, subject: SubjectEvidence, facts: KnownFunction) -> Iterator[OpenQuestion]:
        contract = self.evidence.contract
        line = (of_place(facts.span, self.root),)
        name = subject.name
        if not facts.listed:
            words = f"the contract uses `{name}` and promises nothing of it"
            yield OpenQuestion(
                SourcedFact(words, line), f"list it under `functions:` of {contract}", decides=True
            )
        for why in facts.refused:
            remedy = why.help or f"complete {contract}"
            yield OpenQuestion(SourcedFact(f"it cannot be called: {why.message}", line), remedy, decides=True)
        for each in facts.crossings:
            if each.kind == "untold":
                words = f"`{each.place}` is a pointer, and the contract says neither what it points to nor whose it is"
                yield OpenQuestion(
                    SourcedFact(words, (of_place(each.span, self.root),)),
                    f"say it in {contract}",
                    decides=True,
                )
        judged = [each for each in self._calls(subject) if each.value.judged]
        if facts.listed and not facts.refused:
            if not judged:
                words = (
                    f"no kept run has judged it in `{self.today}`" if self.today else "no library is named"
                )
                yield OpenQuestion(SourcedFact(words, line), self._commands.run_function(name), decides=True)
            elif not self._is_promised(subject, facts):
                words = (
                    "nothing is promised of what it does: neither a postcondition, nor an example, nor a law"
                )
                yield OpenQuestion(
                    SourcedFact(words, line),
                    f"say under `ensures` what holds after a call, in {contract}",
                    decides=True,
                )
        yield from self._unjudged(subject)

    def _unjudged(self, subject: SubjectEvidence) -> Iterator[OpenQuestion]:
        name = subject.name
        reasons: dict[str, FromRun[ItemFinished]] = {}
        for each in subject.unjudged:
            if each.value.item.library in ("", self.today) or self.today in sides_of(each.value):
                why = each.value.reasons[0].message if each.value.reasons else each.value.outcome.value
                where = f" on {each.value.item.build}" if each.value.item.build else ""
                reasons.setdefault(f"phase `{each.value.item.phase}`{where} was not judged: {why}", each)
        for words, each in reasons.items():
            yield OpenQuestion(SourcedFact(words, (of_run(each.origin),)), "abidance doctor")
        for gap in subject.gaps:
            source = of_run(subject.items[0].origin)
            yield OpenQuestion(
                SourcedFact(f"not put to the test: {gap}", (source,)),
                self._commands.run_function(name, "--explore", "60"),
            )
        for told in self.evidence.not_judged:
            if f"`{name}`" in told.value and told.value not in subject.gaps:
                yield OpenQuestion(
                    SourcedFact(f"not judged: {told.value}", (of_run(told.origin),)),
                    self._commands.run_function(name, "-v"),
                )

    def _is_promised(self, subject: SubjectEvidence, facts: KnownFunction) -> bool:
        """Tell whether anything would notice another function in its place: a promise, or a library beside it."""
        boundary = self.evidence.facts
        assert boundary is not None
        compared = any(each.value.judged and len(sides_of(each.value)) > 1 for each in subject.items)
        in_a_law = any(facts.name in law.functions for law in boundary.laws)
        return facts.is_promised or bool(facts.creates or facts.destroys) or compared or in_a_law

    # ---------------------------------------------------------- what holds

    def _calls(self, subject: SubjectEvidence) -> list[FromRun[ItemFinished]]:
        """Return the items in which the library in use was called."""
        return [
            each for each in subject.counted if each.value.item.library and self.today in sides_of(each.value)
        ]

    def _held(self, subject: SubjectEvidence) -> Iterator[SourcedFact]:
        passed = [each for each in self._calls(subject) if each.value.outcome is Outcome.PASSED]
        if len(passed) < sum(each.value.judged for each in self._calls(subject)):
            return  # what else was tried says little beside what was found
        alone = [each for each in passed if len(sides_of(each.value)) == 1]
        if alone:
            builds = dict.fromkeys(each.value.item.build for each in alone)
            cases = sum(each.value.cases for each in alone)
            words = f"nothing was found in `{self.today}` on {', '.join(builds)}: {count(cases, 'case')}"
            yield SourcedFact(words, _runs(alone))
        compared = [each for each in passed if len(sides_of(each.value)) > 1]
        if compared:
            others = dict.fromkeys(
                side for each in compared for side in sides_of(each.value) if side != self.today
            )
            cases = sum(each.value.cases for each in compared)
            words = f"{quoted(others)} gives the same as `{self.today}`: {count(cases, 'case')}"
            yield SourcedFact(words, _runs(compared))

    def _accepted(self, subject: SubjectEvidence) -> Iterator[SourcedFact]:
        for each in subject.suppressed:
            hidden, why = each.value
            code, library = hidden.finding.diagnostic.code, hidden.finding.library
            words = f"the contract makes an exception of {code.id} {code.name} in `{library}`: {why}"
            yield SourcedFact(words, (of_run(each.origin),))
        for cause in subject.causes:
            if not cause.value.fails:
                told = cause.value.finding.diagnostic
                words = f"a warning, {told.code.id} {told.code.name}: {told.message}"
                yield SourcedFact(words, (of_run(cause.origin),))


def _finding(subject: SubjectEvidence, cause: FromRun[ReportedCause]) -> Trouble:
    finding = cause.value.finding
    code = finding.diagnostic.code
    builds = f", {', '.join(finding.builds)}" if finding.builds else ""
    where = f"in {quoted(finding.library.split(VERSUS))}{builds}: " if finding.library else ""
    kind = subject.kind
    of = f"{kind} `{subject.name}`, " if kind in ("handle", "law") else ""
    words = f"{of}{where}{finding.diagnostic.message} ({code.id} {code.name})"
    sources = [of_run(cause.origin)]
    if finding.case:
        sources.insert(0, of_case(finding.case))
    library = finding.details.get("side", finding.library)
    return Trouble(
        kind_of(code.name),
        SourcedFact(words, tuple(sources)),
        "|".join(finding.key),
        f"{code.id} {code.name} in {quoted(library.split(VERSUS))}",
        library,
        finding.case,
    )


def _disagreement(told: Diagnostic, source: FactSource) -> Trouble:
    words = f"the ABI gate: {told.message} ({told.code.id} {told.code.name})"
    brief = f"{told.code.id} {told.code.name} at the ABI gate"
    return Trouble(TroubleKind.DRIFT, SourcedFact(words, (source,)), f"abi|{words}", brief)


def _costs(subject: SubjectEvidence) -> Iterator[SourcedFact]:
    """Yield what calls were measured to take, for each library and input, with their intervals."""
    for each in subject.items:
        for cost in each.value.costs:
            if cost.kind is not CostKind.TIME or cost.size is not None:
                continue
            told = [cost.words(quantile) for quantile in cost.quantiles if quantile.share in _SHOWN]
            if told:
                of = f", {cost.input}" if cost.input else ""
                words = f"a call in `{cost.library}`, {cost.build}{of}: {'; '.join(told)}"
                yield SourcedFact(words, (of_run(each.origin),))


def _root(subject: str) -> str:
    """Return the function or type that a gate's subject, such as ``rg_request.kind``, is of."""
    return subject.partition(".")[0]


def _runs(items: Iterable[FromRun[ItemFinished]]) -> tuple[FactSource, ...]:
    return tuple(dict.fromkeys(of_run(each.origin) for each in items))
