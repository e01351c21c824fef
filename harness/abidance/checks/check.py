"""What a run-time check is."""

from __future__ import annotations

import inspect
from abc import ABC, abstractmethod
from typing import TYPE_CHECKING, ClassVar

from abidance.core.codes import Code

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.checks.evidence.case_result import CaseResult
    from abidance.core.diagnostic import Diagnostic


class Check(ABC):
    """Judges what one case showed. The subclass's docstring is its `abidance explain` text.

    A subclass gives `id` and `name`, and yields one diagnostic for each cause. A check never calls anything.
    It raises EvaluationError, after all that it can tell, for an expression that has no value on the case.
    """

    id: ClassVar[str]
    name: ClassVar[str]
    formerly: ClassVar[tuple[str, ...]] = ()
    """Names that the check had in earlier versions."""
    code: ClassVar[Code]
    whole: ClassVar[bool] = False
    """Whether it judges all calls of a test case together, so that a sequence is judged once and not call by call."""
    by_itself: ClassVar[bool] = False
    """Whether it is about what the call does to the process: no other finding of the same call explains it."""
    of_valid_calls: ClassVar[bool] = False
    """Whether it holds a call to what is promised of valid ones, on handles that only valid calls have changed."""
    only_with: ClassVar[int] = 0
    """Bits of `Evidence` of which there must be one for it to find anything; 0 for a check that is always asked."""

    def __init_subclass__(cls) -> None:
        """Make the code from the class, so that its explanation stands in one place."""
        super().__init_subclass__()
        cls.code = Code(cls.id, cls.name, explain=inspect.cleandoc(cls.__doc__ or ""), formerly=cls.formerly)

    @abstractmethod
    def judge(self, trial: CaseResult) -> Iterator[Diagnostic]:
        """Yield what is wrong with this case, as far as this check can see it."""

    def unasked(self, trial: CaseResult) -> Iterator[str]:  # noqa: ARG002
        """Yield what this check gives up on because the contract leaves something open, and what it could say.

        Only what this case gave reason to ask: such words are listed as not judged, once for each run.
        """
        yield from ()
