"""The steps of a plan, in the order in which each makes the next one possible, with what evidence says of them."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from abidance.core.diagnostic import VERSUS
from abidance.migration.commands import GateCommands
from abidance.migration.library_in_use import sides_of
from abidance.migration.model import FactSource, Need, SourcedFact, TroubleKind, joined_sources, several_names
from abidance.migration.plan import MoveStep, StepState, clipped, compact
from abidance.migration.sources import of_run
from abidance.report.text.wording import count

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.evidence.model import ContractEvidence
    from abidance.migration.model import BoundaryMap, RankedUnit, Trouble, WeighedFunction

_UNITS = 2
"""So many units to change have a step of their own on the page."""


class StepMaker:
    """Makes the steps for the contract of one map."""

    def __init__(self, found: BoundaryMap, evidence: ContractEvidence) -> None:
        self._map = found
        self._evidence = evidence
        self._contract = (FactSource(found.contract),)
        self.commands = GateCommands.of(evidence)
        self._only_contract = "revert the contract: nothing else is changed"

    def steps(self) -> tuple[tuple[MoveStep, ...], int]:
        """Return the steps, of which the first that is not done is next, and how many units more are to change."""
        if not self._map.today:
            return (replace(self._name(), state=StepState.NEXT),), 0
        changing = [each for each in self._map.units if each.unit.need is Need.CHANGE]
        made = [
            self._mend() or self._hold(),
            self._promise(),
            self._baseline(),
            self._trace(),
            *(self._move(each) for each in changing[:_UNITS]),
            None if changing else self._switch(),
            self._insulate(others=bool(changing)),
        ]
        steps = [each for each in made if each is not None]
        for index, each in enumerate(steps):
            if each.state is not StepState.DONE:
                steps[index] = replace(each, state=StepState.NEXT)
                break
        shown = (replace(each, facts=tuple(map(compact, each.facts))) for each in steps)
        return tuple(shown), max(len(changing) - _UNITS, 0)

    # ------------------------------------------------------ what is in use

    def _name(self) -> MoveStep:
        """Return the only step where no library is known: nothing can be held against the contract."""
        facts = (SourcedFact("the contract names no library, and none was called", self._contract),)
        first = f"write it under `libraries:` in {self._map.contract}"
        check, run = (self.commands.check,), (self.commands.run(),)
        return MoveStep("Name the library that is in use", facts, first, check, run, self._only_contract)

    def _mend(self) -> MoveStep | None:
        """Return the step where the library in use is known to be wrong: nothing can be held against it before."""
        today, commands = self._map.today, self.commands
        found: dict[str, tuple[str, Trouble]] = {}
        for function in self._map.functions:
            for trouble in function.troubles:
                if trouble.library == today and trouble.kind is not TroubleKind.COST:
                    found.setdefault(trouble.key, (function.name, trouble))
        if not found:
            return None
        name, worst = min(found.values(), key=lambda each: each[1].kind.place)
        words = f"{count(len(found), 'finding')}, the worst in `{name}`: {worst.brief}"
        run = commands.run(today)
        return MoveStep(
            f"Mend `{today}`, or say under `suppressions:` what is to stay",
            (SourcedFact(words, worst.fact.sources),),
            commands.replay(worst.case) if worst.case else run,
            (commands.check,),
            (run,),
            "revert the change",
        )

    def _hold(self) -> MoveStep:
        today, commands, functions = self._map.today, self.commands, self._map.functions
        missing = [each.name for each in functions if not each.held]
        held = joined_sources(fact for each in functions for fact in each.held)
        state = StepState.LATER
        if missing or not functions:
            words = f"no kept run has judged {several_names(missing)}" if missing else "it has no functions"
            facts: tuple[SourcedFact, ...] = (SourcedFact(words, self._contract),)
        elif self._is_held(functions, today):
            facts = (SourcedFact(f"nothing was found in {count(len(functions), 'function')}", held),)
            state = StepState.DONE
        else:
            facts = (SourcedFact("nothing was found, and not all of it was judged as it is now", held),)
        run = commands.run(today)
        title = f"Hold `{today}` to the contract"
        return MoveStep(title, facts, run, (commands.check,), (run,), self._only_contract, state=state)

    def _promise(self) -> MoveStep | None:
        asked = [
            (function, question)
            for function in self._map.functions
            if function.need is Need.UNKNOWN
            for question in function.questions
            if question.decides and not question.remedy.startswith("abidance run")
        ]
        if not asked:
            return None
        function, question = asked[0]
        names = several_names(each.name for each, _ in asked)
        facts = (
            SourcedFact(
                f"{count(len(asked), 'question')} open of {names}",
                joined_sources(each.fact for _, each in asked),
            ),
            replace(question.fact, words=f"`{function.name}`: {question.fact.words}"),
        )
        leave = (self.commands.check, self.commands.run(self._map.today))
        title = "Say what the contract leaves open"
        return MoveStep(title, facts, question.remedy, (self.commands.check,), leave, self._only_contract)

    # ------------------------------------------------------------ the gate

    def _baseline(self) -> MoveStep:
        gate, commands = self._evidence.gate, self.commands
        enter, leave = (commands.check,), (commands.gate,)
        if gate is None:
            title = "Accept the ABI of today as the baseline"
            facts = (SourcedFact("no verdict of the ABI gate is kept", self._contract),)
            return MoveStep(title, facts, commands.accept, enter, leave, "remove the baseline")
        facts = (SourcedFact(f"the gate's verdict is {gate.value.verdict}", (of_run(gate.origin),)),)
        good = gate.value.exit_code == 0 and gate.origin.is_current
        title = "Keep the ABI as its baseline has it"
        if gate.value.exit_code:
            title = "Settle what the ABI gate does not let pass"
        state = StepState.DONE if good else StepState.LATER
        return MoveStep(
            title, facts, commands.gate, enter, leave, "revert the change of the header", state=state
        )

    def _trace(self) -> MoveStep | None:
        if any(each.load is not None for each in self._map.functions):
            return None
        commands, today = self.commands, self._map.today
        trace = commands.trace(today)
        facts = (
            SourcedFact("how often callers call what, and how long that takes, is not known", self._contract),
        )
        enter = (commands.run(today),)
        return MoveStep(
            "Trace a program that uses it", facts, trace, enter, (trace,), "nothing is changed by it"
        )

    # ---------------------------------------------------------------- units

    def _move(self, ranked: RankedUnit) -> MoveStep:
        unit, commands, today = ranked.unit, self.commands, self._map.today
        worst = unit.troubles[0]
        facts = (replace(worst.fact, words=f"{worst.kind.value}: {worst.brief}"),)
        size = count(len(unit.functions), "function")
        enter = (commands.run(today, unit), commands.gate)
        gate = self._evidence.gate
        abi = (
            () if gate is None else (SourcedFact(f"the ABI is {gate.value.verdict}", (of_run(gate.origin),)),)
        )
        leave = (commands.run("", unit), commands.gate)
        back = f"link `{today}` again, which is green by what enters this step"
        name = f"`{clipped(unit.name)}`"
        if not self._map.others:
            title = f"Move {name} to another library: {size}"
            first = f"name it under `libraries:` in {self._map.contract}: what leaves this step compares the two then"
            return MoveStep(title, facts, first, enter, leave, back, abi)
        to = self._map.others[0]
        state = StepState.DONE if self._is_held(unit.functions, to) else StepState.LATER
        return MoveStep(f"Move {name} to `{to}`: {size}", facts, leave[0], enter, leave, back, abi, state)

    def _switch(self) -> MoveStep | None:
        """Return the step of a library that could take over all at once, where nothing says what to move first."""
        if not self._map.others or not self._map.functions:
            return None
        today, to, commands = self._map.today, self._map.others[0], self.commands
        functions = self._map.functions
        held = [each for each in functions if self._is_held((each,), to)]
        if not held:
            return None
        of = f"{len(held)} of {count(len(functions), 'function')}"
        origins = {
            of_run(item.origin)
            for subject in self._evidence.functions
            for item in subject.counted
            if to in sides_of(item.value)
        }
        sources = tuple(sorted(origins, key=lambda each: each.words))
        fact = SourcedFact(f"nothing was found in `{to}` in {of}", sources)
        back = f"link `{today}` again, which is green by what enters this step"
        enter = (commands.run(today), commands.gate)
        leave = (commands.run(), commands.gate)
        return MoveStep(f"Link `{to}` in the place of `{today}`", (fact,), leave[0], enter, leave, back)

    def _is_held(self, functions: Sequence[WeighedFunction], library: str) -> bool:
        """Tell whether evidence shows a library to hold all of some functions: then it only has to be linked."""
        names = {each.name for each in functions}
        for subject in self._evidence.functions:
            if subject.name not in names:
                continue
            its = [item for item in subject.counted if library in sides_of(item.value)]
            if not its or not all(item.value.judged and item.origin.is_current for item in its):
                return False
        return not any(
            library in trouble.library.split(VERSUS) for each in functions for trouble in each.troubles
        )

    def _insulate(self, *, others: bool) -> MoveStep | None:
        functions = [
            function
            for each in self._map.units
            if each.unit.need is Need.INSULATION
            for function in each.unit.functions
        ]
        if not functions:
            return None
        commands = self.commands
        words = f"nothing was found in {several_names(each.name for each in functions)}"
        facts = (SourcedFact(words, joined_sources(fact for each in functions for fact in each.held)),)
        rest = "the other " if others else ""
        which = (
            f"{rest}function"
            if rest and len(functions) == 1
            else f"{rest}{count(len(functions), 'function')}"
        )
        title = f"Insulate {which}: run this before each merge"
        gates = (commands.run(), commands.gate)
        return MoveStep(
            title, facts, gates[0], (commands.check,), gates, "take it out of the merge gate again"
        )
