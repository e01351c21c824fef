"""The process that analyses: it answers questions until there are no more."""

from __future__ import annotations

import os
import pickle
import sys
import traceback
from typing import TYPE_CHECKING, Any, BinaryIO

from abidance.core.errors import AbidanceError
from abidance.editor import analysis, drafts
from abidance.editor.analyst import LENGTH, AnalystQuestion, Unanswered, frame, unanswered
from abidance.header.cached_headers import flush

if TYPE_CHECKING:
    from collections.abc import Callable

_TOLD = analysis.FactsCache()


def _analysed(question: AnalystQuestion) -> analysis.Analysis:
    if question.anew:
        _TOLD.forget(question.path)
    return analysis.analyse(question.path, question.opened, _TOLD)


_ANSWERS: dict[str, Callable[[AnalystQuestion], Any]] = {
    "analyse": _analysed,
    "draft": lambda question: drafts.drafted(question.path, question.opened, question.names),
}


def answer(question: AnalystQuestion) -> Any:
    """Return the answer to a question, or why there is none."""
    try:
        return _ANSWERS[question.ask](question)
    except AbidanceError as error:
        return Unanswered(error.diagnostics[0])
    except Exception as error:  # noqa: BLE001 - the next question may have an answer
        traceback.print_exc(file=sys.stderr)
        return unanswered(f"abidance itself broke: {error!r}")


def serve(questions: BinaryIO, answers: BinaryIO) -> None:
    """Answer questions until there are no more."""
    while head := questions.read(LENGTH):
        question = pickle.loads(questions.read(int.from_bytes(head, "big")))  # noqa: S301 - the editor's side wrote it
        answers.write(frame(answer(question)))
        answers.flush()
        flush()  # this process may be ended at any time


if __name__ == "__main__":
    out = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)  # whatever else is printed is no answer
    serve(sys.stdin.buffer, out)
