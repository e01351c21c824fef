"""Questions that a contract's comments leave open: `TODO`, as `init` writes for what nobody but a person knows."""

from __future__ import annotations

import re

_QUESTION = re.compile(r"(?:^|\s)(#.*\bTODO\b.*)")


def marked_questions(lines: list[str]) -> list[tuple[int, int, str]]:
    """Return the comments with a question: the line and column, counted from 1, and the comment."""
    found = ((number, _QUESTION.search(line)) for number, line in enumerate(lines, 1))
    return [(number, each.start(1) + 1, each[1].rstrip()) for number, each in found if each]
