"""A plan as a page that prints on one sheet: every figure leads to its evidence, below."""

from __future__ import annotations

from importlib import resources
from typing import TYPE_CHECKING

import htpy as h

from abidance.migration.footnotes import Footnotes, sentence
from abidance.migration.map_page import TONES
from abidance.migration.plan import StepState
from abidance.pages.frame import PageSection, page, prose

if TYPE_CHECKING:
    from abidance.migration.model import OpenQuestion, SourcedFact
    from abidance.migration.plan import CutList, MovePlan, MoveStep

_TONES = {StepState.DONE: "good", StepState.NEXT: "doubt", StepState.LATER: "dim"}


def plan_page(plan: MovePlan, *, map_file: str = "", report: str = "") -> str:
    """Return the whole page; what is cut is counted, with a link to `map_file` if there is one."""
    return _Page(plan, map_file, report).whole()


class _Page:
    def __init__(self, plan: MovePlan, map_file: str, report: str) -> None:
        self._plan = plan
        self._map_file = map_file
        self._notes = Footnotes(report)

    def whole(self) -> str:
        plan = self._plan
        tone = TONES[plan.need][0] if plan.need is not None else "dim"
        lead = h.div(class_=f"verdict {tone}")[
            h.p[self._notes.fact(plan.lead), "."], h.p(".dim")[prose(plan.summary)] if plan.summary else None
        ]
        sections = [
            PageSection("scope", "Scope", self._facts(plan.scope)),
            PageSection("pain", "Today's pain", self._facts(plan.pain)),
            PageSection("risks", "Risks, the worst first", self._facts(plan.risks, ordered=True)),
            PageSection("unknown", "Not known", self._unknown(plan.unknown)),
            PageSection("next", "The smallest next step", self._next()),
            PageSection("steps", "Steps", self._steps()),
            PageSection("evidence", "Evidence", self._notes.listed()),
        ]
        footer = h.p[
            "Commands are run in the folder of the project. What has no room here: ", h.code[plan.map_command]
        ]
        style = resources.files("abidance.migration").joinpath("plan.css").read_text(encoding="utf-8")
        return page(f"Plan for {plan.boundary}", lead, sections, footer=footer, style=style, links=False)

    def _facts(self, facts: CutList[SourcedFact], *, ordered: bool = False) -> h.Node:
        if not facts.shown:
            return None
        items = [h.li[self._notes.fact(each)] for each in facts.shown]
        more = self._more(facts.more)
        if ordered:
            return [h.ol[items], h.p[more] if more is not None else None]
        return h.ul[items, h.li[more] if more is not None else None]

    def _more(self, number: int) -> h.Node:
        if not number:
            return None
        words = f"and {number:,} more"
        return h.a(href=self._map_file)[words] if self._map_file else words

    def _unknown(self, questions: CutList[OpenQuestion]) -> h.Node:
        if not questions.shown:
            return None
        items = [h.li[self._notes.fact(each.fact), " ", _command(each.remedy)] for each in questions.shown]
        more = self._more(questions.more)
        return h.ul[items, h.li[more] if more is not None else None]

    def _next(self) -> h.Node:
        step = self._plan.next
        return None if step is None else h.p[prose(step.title), ": ", _command(step.first)]

    def _steps(self) -> h.Node:
        head = ("No.", "Step", "Green to enter", "Green to leave", "Back")
        left = self._plan.units_left
        return [
            h.table[
                h.caption["What must be green before and after each step, by the gate's own commands"],
                h.thead[h.tr[(h.th(scope="col")[each] for each in head)]],
                h.tbody[(self._step(number, each) for number, each in enumerate(self._plan.steps, 1))],
            ],
            h.p[h.span[self._more(left)], " to change"] if left else None,
        ]

    def _step(self, number: int, step: MoveStep) -> h.Node:
        facts = [h.div[self._notes.fact(each)] for each in step.facts]
        back: list[h.Node] = [
            h.div[prose(sentence(step.back))],
            *(h.div[self._notes.fact(each)] for each in step.back_facts),
        ]
        return h.tr[
            h.td[f"{number} ", h.span(class_=f"tag {_TONES[step.state]}")[step.state.value]],
            h.th(scope="row")[prose(step.title), h.div(".dim.plain")[facts]],
            h.td[(h.span(".command")[_command(each)] for each in step.enter)],
            h.td[(h.span(".command")[_command(each)] for each in step.leave)],
            h.td[back],
        ]


def _command(words: str) -> h.Node:
    return h.code[words] if words.startswith("abidance ") else prose(words)
