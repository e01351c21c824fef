"""From two libraries of one contract to a scorecard: the gate on their files, a run of both, what of it counts."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from abidance.abi.gate.boundaries import present
from abidance.abi.gate.compare import compare
from abidance.abi.gate.disagreements import fresh
from abidance.abi.gate.judge import Question, judge
from abidance.abi.gate.suppressions import Suppressions
from abidance.abi.reconcile.codes import EXPORT_UNDECLARED, SYMBOL_MISSING
from abidance.boundary.resolve.libraries import source_of
from abidance.checks.cost.cost_out_of_proportion import CostOutOfProportion
from abidance.contract.load import load_contract
from abidance.core import catalogue
from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.codes import Severity
from abidance.core.diagnostic import VERSUS, Diagnostic
from abidance.core.errors import UsageError
from abidance.core.known_count import together
from abidance.core.nearest import did_you_mean
from abidance.core.outcome import status, worst
from abidance.replacement.crate_features import features_left_out
from abidance.replacement.files import beside_changes, changes_of_files
from abidance.replacement.model import Area, AreaScore, AreaStanding, Scorecard
from abidance.report.record import RunRecord, causes
from abidance.report.text.wording import count
from abidance.run.engine.engine import run_contracts
from abidance.run.inputs.applicability import has_budget, is_as_shipped, may_overlap, may_reenter
from abidance.run.inputs.selection import Selection
from abidance.run.phases import LAWS
from abidance.toolchain.builders import build_library

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from abidance.contract.model import Contract
    from abidance.contract.model.equivalence import KnownDifference
    from abidance.core.diagnostic import Finding
    from abidance.core.events import ItemFinished, Listener
    from abidance.core.gate import GateResult, JudgedChange
    from abidance.run.inputs.settings import Settings

_LINKED = frozenset(("library", "symbol"))
"""What the loader and the linker see, by the entity of a change."""
_SHOWS_LAYOUTS = "dwarf"
"""What tells how a built library lays out records: the header, which both share, is no witness of either."""
_LINKED_CODES = frozenset((SYMBOL_MISSING.id, EXPORT_UNDECLARED.id, catalogue.SYMBOL_MISSING.id))
_ENDINGS = frozenset(("crashed", "timed-out", "process-exited", "sanitizer-report", "call-returned-twice"))
_PHASES = {"equivalence": Area.ANSWERS, "threads": Area.THREADS, "reentry": Area.THREADS, "cost": Area.COSTS}
_COSTS = frozenset(("call-allocates", "more-memory-than-budget", "more-instructions-than-budget"))
_SHOWN = 4


@dataclass(frozen=True, slots=True)
class Replacement:
    """What is asked: may library `new` of a contract take the place of `old`? `given` are files in place of its own.

    With `functions`, names or patterns of functions, handles and laws, of these alone.
    """

    path: Path
    old: str
    new: str
    given: tuple[tuple[str, Path], ...] = ()
    functions: tuple[str, ...] = ()

    def contract(self) -> Contract:
        """Return the contract; raises UsageError where it has no such library."""
        contract = load_contract(self.path)
        known = {*contract.libraries, *(name for name, _ in self.given)}
        for name in (self.old, self.new):
            if name not in known:
                hint = did_you_mean(name, known) or f"there are {', '.join(sorted(known))}"
                raise UsageError(
                    Diagnostic(BAD_CONFIGURATION, f"`{contract.boundary}` has no library `{name}`", help=hint)
                )
        return contract

    def file(self, contract: Contract, name: str) -> Path:
        """Return a library as it ships, built where it is not; raises AbidanceError."""
        given = dict(self.given)
        if name in given:
            return given[name]
        build = next((each for each in contract.builds if is_as_shipped(each)), "release")
        return build_library(source_of(contract, name), build).path


def score(asked: Replacement, settings: Settings, listener: Listener) -> Scorecard:
    """Compare the two files, call both libraries, and return what it comes to.

    `listener` is told the run's events. What a run that is interrupted has found so far counts, and no area is the same
    then. Raises AbidanceError for a contract or a library that cannot be read or built, KeyboardInterrupt before calls.
    """
    contract = asked.contract()
    gate = _gate(asked, contract)
    record = RunRecord()

    def both(event: object) -> None:
        record(event)  # type: ignore[arg-type]
        listener(event)  # type: ignore[arg-type]

    selection = Selection((asked.old, asked.new), asked.given, functions=asked.functions)
    try:
        run_contracts([asked.path], selection, settings, both)
    except KeyboardInterrupt:
        if not record.interrupted:
            raise
    areas = areas_of(asked, contract, [*record.items], gate)
    areas = tuple(map(_cut_short, areas)) if record.interrupted else areas
    failed = any(each.standing is AreaStanding.DIFFERS for each in areas)
    unjudged = any(each.standing is AreaStanding.UNKNOWN for each in areas)
    stopped = (stop.exit_code for stop in record.stops)
    code = worst((status(findings=failed, unjudged=unjudged or record.interrupted), *stopped))
    return Scorecard(
        str(contract.boundary),
        str(contract.path),
        asked.old,
        asked.new,
        areas,
        gate,
        record,
        code,
        asked.functions,
    )


def areas_of(
    asked: Replacement, contract: Contract, items: list[ItemFinished], gate: GateResult
) -> tuple[AreaScore, ...]:
    """Return the areas in order: what each says of the files that `gate` compared and of the calls of `items`."""
    scorer = _Scorer(asked, contract, items, gate)
    areas = (*scorer.areas(),)
    return (*areas, *scorer.other(areas))


def _cut_short(score: AreaScore) -> AreaScore:
    """Return what an area says of a run that was interrupted: that what was called differs, or nothing."""
    told = score.area in (Area.LINKING, Area.LAYOUTS) or score.standing is AreaStanding.DIFFERS
    if told or (score.standing is AreaStanding.NOT_ASKED and score.area is not Area.ACROSS):
        return score
    return replace(score, standing=AreaStanding.UNKNOWN, words=("the run was interrupted",))


def _gate(asked: Replacement, contract: Contract) -> GateResult:
    """Return what changes for programs that get the new library's file in place of the old one's."""
    old, new = (present(asked.path, asked.file(contract, name)) for name in (asked.old, asked.new))
    question = Question(
        str(contract.boundary), asked.old, asked.new, "no-breaking", evidence=new.side.facts.witnesses
    )
    also = fresh(old.side.disagreements, new.side.disagreements)
    return judge(question, compare(old.side, new.side), Suppressions(), also)


class FindingsOfBoth(NamedTuple):
    """What only the new library does wrong, what both do, and what only the old one does."""

    held: tuple[Finding, ...]
    shared: tuple[Finding, ...]
    old_only: tuple[Finding, ...]


@dataclass(slots=True)
class _Scorer:
    asked: Replacement
    contract: Contract
    items: list[ItemFinished]
    gate: GateResult

    def areas(self) -> Iterator[AreaScore]:
        """Yield the areas in order."""
        yield self._compared(Area.LINKING)
        yield self._compared(Area.LAYOUTS)
        yield self._called(Area.PROMISES)
        yield self._called(Area.ENDINGS)
        yield self._answers()
        yield self._across()
        yield self._called(Area.THREADS)
        yield self._called(Area.COSTS)

    def other(self, areas: tuple[AreaScore, ...]) -> tuple[AreaScore, ...]:
        """Return the area of findings that are in no other, if there are any: nothing that was found is left unsaid."""
        placed = {
            (found.library, *_fault(found))
            for area in areas
            for found in (*area.findings, *area.shared, *area.old_only)
        }
        placed |= {(self.asked.old, *_fault(found)) for area in areas for found in area.shared}
        # A function that is not there is told by the files, and again by each item that would call it.
        called = (each for each in _findings(self.items) if _area(each) is not Area.LINKING)
        left = tuple(each for each in called if (each.library, *_fault(each)) not in placed)
        if not left:
            return ()
        return (AreaScore(Area.OTHER, AreaStanding.DIFFERS, (f"found in {_faults(left)}",), left),)

    def _compared(self, area: Area) -> AreaScore:
        linking = area is Area.LINKING
        changes = [each for each in changes_of_files(self.gate) if _is_of_linking(each) is linking]
        also = [each for each in beside_changes(self.gate) if (each.code.id in _LINKED_CODES) is linking]
        told = [(each.diagnostic, each.verdict) for each in changes]
        told += [(each, "breaking" if each.code.severity is Severity.ERROR else "risky") for each in also]
        words, risky, unknown = (
            _by_kind(each for each, verdict in told if verdict == kind)
            for kind in ("breaking", "risky", "unknown")
        )
        if not linking and not unknown and _SHOWS_LAYOUTS not in self.gate.evidence:
            unknown.append(
                f"`{self.asked.new}` has no debug information, which tells how it lays out records and takes arguments"
            )
        if linking and words and (off := features_left_out(self.contract, self.asked.new)):
            risky.append(f"features of the crate that are off: {', '.join(off)}")
        held, shared, old_only = self._sides(area)
        if held and not words:
            words = [f"does not export {_faults(held)}"]
        if words:
            return AreaScore(area, AreaStanding.DIFFERS, (*words, *risky), held, shared, old_only)
        if unknown:
            return AreaScore(area, AreaStanding.UNKNOWN, (*unknown, *risky), (), shared, old_only)
        standing = AreaStanding.BUT_FOR if risky else AreaStanding.SAME
        return AreaScore(area, standing, tuple(risky), (), shared, old_only)

    def _sides(self, area: Area) -> FindingsOfBoth:
        """Return the findings of an area by who does it wrong."""
        mine = [each for each in self.items if each.item.library == self.asked.new]
        theirs = [each for each in self.items if each.item.library == self.asked.old]
        found = [each for each in _findings(mine) if _area(each) is area]
        costly = self._pairs() if area is Area.COSTS else ()
        apart = [each for each in _findings(costly) if _area(each) is area]
        found += [each for each in apart if each.details.get("side") == self.asked.new]
        behind = [each for each in apart if each.details.get("side") == self.asked.old]
        others = [*(each for each in _findings(theirs) if _area(each) is area), *behind]
        other, own = {_fault(each) for each in others}, {_fault(each) for each in found}
        return FindingsOfBoth(
            tuple(each for each in found if _fault(each) not in other),
            tuple(each for each in found if _fault(each) in other),
            tuple(each for each in others if _fault(each) not in own),
        )

    def _called(self, area: Area) -> AreaScore:
        mine = [each for each in self.items if each.item.library == self.asked.new]
        held, shared, old_only = self._sides(area)
        judged = [
            each
            for each in mine
            if _phase_area(each.item.phase) in (area, self._stage(area)) and each.applies
        ]
        words = [f"{self._breaks(area)} {_faults(held)}"] if held else []
        words += [f"{count(len(shared), 'fault')} of `{self.asked.old}` as well"] if shared else []
        if old_only:
            words.append(f"{count(len(old_only), 'fault')} of `{self.asked.old}` alone: {_faults(old_only)}")
        open_ = [each for each in judged if not each.judged and area is not Area.ENDINGS]
        if open_:
            names = _named(each.item.function for each in open_)
            words.append(f"{count(len(open_), 'item')} not judged: {names}")
        if held:
            return AreaScore(area, AreaStanding.DIFFERS, tuple(words), held, shared, old_only)
        if open_:
            return AreaScore(area, AreaStanding.UNKNOWN, tuple(words), (), shared, old_only)
        nothing = self._nothing(area)
        if nothing:
            return AreaScore(area, AreaStanding.NOT_ASKED, (*words, nothing), (), shared, old_only)
        if not judged:
            return AreaScore(area, AreaStanding.UNKNOWN, (*words, "nothing was called"), (), shared, old_only)
        words.insert(0, f"{self._subjects(judged)}, {count(sum(each.calls for each in judged), 'call')}")
        return AreaScore(area, AreaStanding.SAME, tuple(words), (), shared, old_only)

    def _answers(self) -> AreaScore:
        items = [each for each in self._pairs() if each.item.phase != LAWS]
        found = tuple(each for each in _findings(items) if _area(each) is Area.ANSWERS)
        known = together(each for item in items for each in item.known)
        words = []
        if found:
            words.append(f"differ in {_faults(found)}")
        seen = Counter(each.verdict for each in known if each.seen)
        words += [
            f"{count(number, 'known difference')} ({'allowed' if verdict == 'allowed' else f'`{verdict}` is wrong'})"
            for verdict, number in sorted(seen.items())
        ]
        unseen = sum(each.is_unseen for each in known)
        words += [f"{count(unseen, 'known difference')} not seen"] if unseen else []
        open_ = [each for each in items if each.applies and not each.judged]
        words += [f"{count(len(open_), 'item')} not judged"] if open_ else []
        left_out, wrong = self._left_out(), self._said_to_be_wrong()
        words += [f"not compared: {', '.join(f'`{name}`' for name in left_out)}"] if left_out else []
        words += [f"of these `{self.asked.new}` is wrong in {', '.join(wrong)}"] if wrong else []
        if found or seen[self.asked.new] or wrong:
            return AreaScore(Area.ANSWERS, AreaStanding.DIFFERS, tuple(words), found)
        if open_ or not items:
            return AreaScore(Area.ANSWERS, AreaStanding.UNKNOWN, tuple(words) or ("nothing was compared",))
        words.insert(0, f"{self._subjects(items)}, {count(sum(each.cases for each in items), 'case')}")
        return AreaScore(
            Area.ANSWERS, AreaStanding.BUT_FOR if seen or left_out else AreaStanding.SAME, tuple(words)
        )

    def _across(self) -> AreaScore:
        laws = [each for each in self._pairs() if each.item.phase == LAWS]
        if not laws:
            about = (
                "no law about both is among them"
                if self.asked.functions
                else "the contract has no law about both"
            )
            return AreaScore(Area.ACROSS, AreaStanding.NOT_ASKED, (about,))
        theirs = (each for each in self.items if each.item.library == self.asked.old)
        own = {_fault(each) for each in _findings(theirs)}
        found = tuple(_findings(laws))
        held = tuple(each for each in found if _fault(each) not in own)
        shared = tuple(each for each in found if _fault(each) in own)
        words = [f"broken: {_faults(held)}"] if held else []
        words += [f"{count(len(shared), 'fault')} of `{self.asked.old}` as well"] if shared else []
        open_ = [each for each in laws if not each.judged]
        words += [f"not judged: {_named(each.item.function for each in open_)}"] if open_ else []
        if held or open_:
            standing = AreaStanding.DIFFERS if held else AreaStanding.UNKNOWN
            return AreaScore(Area.ACROSS, standing, tuple(words), held, shared)
        words.insert(0, f"{count(len(laws), 'law')}, {count(sum(each.cases for each in laws), 'case')}")
        return AreaScore(Area.ACROSS, AreaStanding.SAME, tuple(words), (), shared)

    def _pairs(self) -> list[ItemFinished]:
        """Return the items in which the two are compared."""
        pair = {self.asked.old, self.asked.new}
        return [each for each in self.items if {*each.item.library.split(VERSUS)} == pair]

    def _subjects(self, items: Iterable[ItemFinished]) -> str:
        """Return how many functions, and handles, were looked at."""
        names = {each.item.function for each in items}
        functions, handles = names & self.contract.functions.keys(), names & self.contract.handles.keys()
        words = [count(len(functions), "function")]
        words += [count(len(handles), "handle")] if handles else []
        return " and ".join(words)

    def _left_out(self) -> list[str]:
        """Return the places that are never compared."""
        return [name for name, known in self._excepted() if any(each.when is None for each in known)]

    def _said_to_be_wrong(self) -> list[str]:
        """Return those of them of which the contract says that the new library is wrong there."""
        return [
            f"`{name}`"
            for name, known in self._excepted()
            if any(
                each.when is None and each.verdict and each.verdict.text == self.asked.new for each in known
            )
        ]

    def _excepted(self) -> list[tuple[str, tuple[KnownDifference, ...]]]:
        clause = self.contract.equivalence
        return [] if clause is None else [(name.text, known) for name, known in clause.except_.items()]

    def _nothing(self, area: Area) -> str:
        """Return that the contract says nothing of an area, in words; empty where it does."""
        promises = self.contract.functions.values()
        match area:
            case Area.COSTS if not any(map(has_budget, promises)):
                return "the contract has no budget"
            case Area.THREADS if not any(
                may_overlap(self.contract, each) or may_reenter(self.contract, each) for each in promises
            ):
                return "the contract says nothing of threads"
            case _:
                return ""

    def _stage(self, area: Area) -> Area:
        return Area.PROMISES if area is Area.ENDINGS else area

    def _breaks(self, area: Area) -> str:
        return {Area.ENDINGS: "does not return from", Area.COSTS: "costs too much in"}.get(area, "breaks")


def _by_kind(told: Iterable[Diagnostic]) -> list[str]:
    """Return the messages; of many of one kind the first, and how many there are."""
    kinds: dict[str, list[str]] = {}
    for each in told:
        kinds.setdefault(each.code.id, []).append(each.message)
    words: list[str] = []
    for alike in kinds.values():
        shown = alike if len(alike) <= _SHOWN else alike[:1]
        words += shown[:-1]
        words.append(shown[-1] + (f", and {len(alike) - 1} more of this kind" if shown is not alike else ""))
    return words


def _findings(items: Iterable[ItemFinished]) -> Iterator[Finding]:
    yield from (each.finding for each in causes(items))


def _fault(finding: Finding) -> tuple[str, str, str]:
    """Return what the same fault of two libraries has in common."""
    kind, place = finding.diagnostic.cause
    return kind, "" if place else finding.function, place


def _area(finding: Finding) -> Area:
    name = finding.diagnostic.code.name
    if finding.diagnostic.code.id in _LINKED_CODES:
        return Area.LINKING
    if name == CostOutOfProportion.name:
        return Area.COSTS
    by_phase = _phase_area(finding.phase)
    if by_phase is not Area.PROMISES:
        return by_phase
    return Area.ENDINGS if name in _ENDINGS else Area.COSTS if name in _COSTS else Area.PROMISES


def _phase_area(phase: str) -> Area:
    return _PHASES.get(phase, Area.PROMISES)


def _is_of_linking(change: JudgedChange) -> bool:
    return change.diagnostic.place.partition(":")[0] in _LINKED


def _faults(found: Iterable[Finding]) -> str:
    """Return the laws, and the functions to blame: of a sequence the one that shows it, not the handle's name."""
    return _named(each.function if each.phase == LAWS else each.subject for each in found)


def _named(subjects: Iterable[str]) -> str:
    """Return the names of functions, handles and laws, of many the first and how many there are more."""
    names = [*dict.fromkeys(f"`{each}`" for each in subjects)]
    more = len(names) - _SHOWN
    return ", ".join(names[:_SHOWN]) + (f" and {more} more" if more > 0 else "")
