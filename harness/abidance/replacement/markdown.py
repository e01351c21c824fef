"""A scorecard as Markdown, for a pull request or a page of several."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.replacement.files import differences_of_files
from abidance.report.known_differences import known_lines
from abidance.report.text import markup
from abidance.report.text.block import headline

if TYPE_CHECKING:
    from abidance.replacement.model import Scorecard


def scorecard_markdown(card: Scorecard) -> str:
    """Return the text: the verdict, a table of the areas, and each difference with the command that shows it."""
    title = f"## {markup.text(card.boundary)}: `{card.new}` in the place of `{card.old}`"
    lines = [title, "", f"**{markup.text(card.verdict)}**", "", "| | | |", "|---|---|---|"]
    lines += [
        f"| {each.area.value} | **{each.standing.value}** | {markup.text('; '.join(each.words))} |"
        for each in card.areas
    ]
    found = [f"- {markup.text(headline(each))}" for each in differences_of_files(card.gate)]
    for area in card.areas:
        for each in area.findings:
            found.append(f"- {markup.text(headline(each.diagnostic))}")
            if each.call:
                found += ["", *(f"      {line}" for line in each.call.splitlines()), ""]
            if each.case:
                found.append(f"  `abidance replay {each.case} --emit c` prints a program that shows it")
    found += [
        f"- of {whose}: {markup.text(headline(each.diagnostic))}" for whose, each in card.not_held_against
    ]
    found += [f"- {markup.text(line)}" for line in known_lines(card.record.items)]
    return "\n".join([*lines, "", *found]) + "\n"
