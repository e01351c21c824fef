"""A plan as Markdown: one page, with its evidence as footnotes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.migration.footnotes import sentence
from abidance.report.text import markup

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.migration.model import OpenQuestion, SourcedFact
    from abidance.migration.plan import CutList, MovePlan, MoveStep


def plan_markdown(plan: MovePlan, key: str = "") -> str:
    """Return the text of a plan; `key` tells the footnotes of several in one text apart."""
    return "\n".join(_Markdown(plan, key).lines()) + "\n"


class _Markdown:
    def __init__(self, plan: MovePlan, key: str) -> None:
        self._plan = plan
        self._numbers = {source: f"{key}{number}" for number, source in enumerate(plan.sources, 1)}

    def lines(self) -> Iterator[str]:
        """Yield the lines."""
        plan = self._plan
        yield f"# Plan for {markup.code(plan.boundary)}"
        yield ""
        yield f"**{self._fact(plan.lead)}.**"
        yield from self._section("Scope", plan.scope)
        yield from self._section("Today's pain", plan.pain)
        yield from self._section("Risks, the worst first", plan.risks)
        if plan.next is not None:
            yield from ("", "## The smallest next step", "")
            yield f"{markup.text(plan.next.title)}: {markup.code(plan.next.first)}"
        yield from self._steps()
        if plan.unknown.shown:
            yield from ("", "## Not known", "")
            for each in plan.unknown.shown:
                yield f"- {self._fact(each.fact)}. Tells it: {self._remedy(each.remedy)}"
            yield from self._more(plan.unknown)
        yield ""
        for source, number in self._numbers.items():
            shown = f": {markup.code(source.command)}" if source.command else ""
            yield f"[^{number}]: {markup.text(source.words)}{shown}"

    def _section(self, title: str, facts: CutList[SourcedFact]) -> Iterator[str]:
        if not facts.shown:
            return
        yield from ("", f"## {title}", "")
        for each in facts.shown:
            yield f"- {self._fact(each)}"
        yield from self._more(facts)

    def _more(self, cut: CutList[SourcedFact] | CutList[OpenQuestion]) -> Iterator[str]:
        if cut.more:
            yield f"- and {cut.more:,} more: {markup.code(self._plan.map_command)}"

    def _steps(self) -> Iterator[str]:
        yield from ("", "## Steps", "")
        yield "| No. | Step | Green to enter | Green to leave | Back |"
        yield "| --- | --- | --- | --- | --- |"
        for number, step in enumerate(self._plan.steps, 1):
            cells = (
                f"{number} {step.state.value}",
                f"{markup.text(step.title)}. {self._facts(step.facts)}",
                self._commands(step.enter),
                self._commands(step.leave),
                self._back(step),
            )
            yield f"| {' | '.join(cells)} |"
        if self._plan.units_left:
            yield ""
            yield f"and {self._plan.units_left:,} more to change: {markup.code(self._plan.map_command)}"

    def _back(self, step: MoveStep) -> str:
        known = f". {self._facts(step.back_facts)}" if step.back_facts else ""
        return f"{markup.text(sentence(step.back))}{known}"

    def _facts(self, facts: tuple[SourcedFact, ...]) -> str:
        return "; ".join(self._fact(each) for each in facts)

    def _fact(self, fact: SourcedFact) -> str:
        return f"{markup.text(sentence(fact.words))} {''.join(f'[^{self._numbers[each]}]' for each in fact.sources)}"

    @staticmethod
    def _commands(commands: tuple[str, ...]) -> str:
        return "<br>".join(markup.code(each) for each in commands)

    @staticmethod
    def _remedy(words: str) -> str:
        return markup.code(words) if words.startswith("abidance ") else markup.text(words)
