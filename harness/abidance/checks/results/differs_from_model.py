"""ABD333: a call came out differently than the contract's model says."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.checks.check import Check
from abidance.checks.evidence.answers import Answer, answers, difference_words, differences, where
from abidance.checks.evidence.evidence import Evidence
from abidance.checks.evidence.sameness import Sameness
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import HookError

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult


class DiffersFromModel(Check):
    """Flags a call whose result differs from that of the contract's Python model.

    ## Why it matters
    The model is a readable reference implementation. The library is faster, but wrong here.

    ## Example
        model: models:st_hash           # def st_hash(text): return zlib.crc32(text)

    ## How it is detected
    The model is called with the values from before the call, by parameter name, and its result is compared with
    the library's and, after success, with the out parameters that it names. Floating-point numbers are compared
    exactly, or within the `tolerance` of the model.

    ## Not detected
    What the model does not compute, calls of which it returns `NotImplemented`, and errors that both share. Calls of
    sequences: a model knows no handle's past.
    """

    id = "ABD333"
    name = "differs-from-model"
    only_with = Evidence.MODELLED

    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield one diagnostic for each answer that differs."""
        if trial.modelled is None or not trial.answered:
            return
        if isinstance(trial.modelled, HookError):
            raise trial.modelled
        function = trial.function
        assert function.promise is not None
        model = function.promise.model
        assert model is not None
        # A model need not know which of the optional out parameters a caller asks for.
        given = trial.subject.arguments
        seen = [a for a in answers(trial, errno=False) if given.get(a.path, a) is not None]
        told = [
            Answer(a.path, a.shape, v) for a in seen if (v := trial.modelled.answers.get(a.path, a)) is not a
        ]
        # A model speaks of numbers: its zero is a zero of either sign.
        for difference in differences(seen, told, how=Sameness(relative=model.tolerance or 0.0)):
            did, other = difference_words(difference)
            apart = where(difference)
            yield Diagnostic(
                self.code,
                f"`{function.name}` {did}, where its model says {other}",
                (Label(model.function.span, f"says {other}"), Label(function.declaration.span)),
                notes=(apart,) if apart else (),
                place=f"{function.name}:model:{difference.path}",
            )
