"""Whether a function that is asked about a call takes what it is to be asked with."""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

from abidance.boundary.model import types as s
from abidance.boundary.model.questions import THE_RESULT
from abidance.boundary.model.traversal import leads_to_number, pointer_behind, record_of
from abidance.boundary.resolve.fields_given import unfit_behind, unfit_field

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.boundary.model.functions import BoundaryFunction
    from abidance.boundary.model.questions import FollowUpArgument


def _is_one(shape: s.Shape) -> bool:
    """Tell whether a shape is a value, or leads to a single one."""
    return not isinstance(shape, s.PointerShape) or shape.what is s.What.ONE


def _is_taken(given: FollowUpArgument, shape: s.Shape) -> bool:
    """Tell whether a call takes a handle over that it is given, and may leave it to nobody.

    What has a lifetime is there still, and what the call returns or leaves so is borrowed from it.
    """
    if given.parameter == THE_RESULT or not isinstance(shape, s.HandleShape):
        return False
    return shape.owner == "callee" and not shape.made and (not shape.lifetime or shape.always)


@dataclass(frozen=True, slots=True)
class Asking:
    """A function that is `asked` about a call of another one, and with what; `gone` says that it is so after the call.

    What the call takes over is not the caller's any more then. `answers` are what others answer, by the texts of what
    they are asked.
    """

    function: BoundaryFunction
    asked: BoundaryFunction
    arguments: tuple[FollowUpArgument, ...]
    answers: Mapping[str, s.Shape]
    before: bool
    gone: bool

    def misfit(self) -> str:
        """Return which argument is none that the function takes, empty where all fit."""
        found = (self._unfit(*each) for each in zip(self.asked.members, self.arguments, strict=True))
        return next(filter(None, found), "")

    def _unfit(self, member: s.Member, given: FollowUpArgument) -> str:
        """Return why one argument does not fit, empty where it does."""
        where, by_name = f"`{member.name}` of `{self.asked.name}`", self._by_name
        if given.null or given.room:
            return ""
        if given.contents is not None:
            return _unfit_contents(given.contents, member.shape, by_name, where)
        if not given.parameter:
            return self._unfit_calculated(given, member.shape, where)
        passed = self.function.result.shape
        if given.parameter != THE_RESULT:
            passed = next(each.shape for each in self.function.members if each.name == given.parameter)
        if given.field:
            return unfit_field(given, passed, member, self.asked.name, by_name, before=self.before)
        return self._unfit_passed(given, passed, member.shape, where)

    @property
    def _by_name(self) -> Mapping[str, FollowUpArgument]:
        return {member.name: given for member, given in zip(self.asked.members, self.arguments, strict=True)}

    def _unfit_calculated(self, given: FollowUpArgument, wanted: s.Shape, where: str) -> str:
        """Return why what is worked out, or answered by another function, does not fit."""
        if given.of in self.answers:
            why = _unfit_answer(given, self.answers[given.of], wanted, where)
            if why:
                return why
        elif not isinstance(wanted, s.ScalarShape):
            return f"{where} is no number, so none is given for it"
        if not isinstance(wanted, s.ScalarShape):
            return ""
        if not (given.of or given.calculated or wanted.allows(given.constant)):
            return f"no valid call has {given.constant} for {where}, so it is never asked"
        if given.of and wanted.kind == "float":
            return f"{where} is a fraction, and what is calculated after the call is a whole number"
        if given.of and (wanted.listed or wanted.flags):
            return f"{where} is one of few numbers, and what is calculated after the call may be any"
        return ""

    def _unfit_passed(self, given: FollowUpArgument, passed: s.Shape, wanted: s.Shape, where: str) -> str:
        """Return why what the call is given, or returns, does not fit as it is passed on."""
        if isinstance(wanted, s.HandleShape) or isinstance(passed, s.HandleShape):
            return self._unfit_handle(given, passed, wanted, where)
        if isinstance(wanted, s.ScalarShape) and (given.index is not None or leads_to_number(passed)):
            if wanted.kind == "float":
                return f"`{given.named}` leads to whole numbers, and {where} is a fraction"
            return ""
        if isinstance(wanted, s.RecordShape) or isinstance(passed, s.RecordShape):
            records = [record_of(each) if _is_one(each) else None for each in (wanted, passed)]
            if None in records or len({each.spelling for each in records if each}) > 1:
                return f"`{given.named}` is not what {where} is"
            return self._taken_over(given, passed)
        if given.index is not None:
            return f"an element of `{given.named}` is a number, and {where} is none"
        if isinstance(wanted, s.ScalarShape) != isinstance(passed, s.ScalarShape):
            return f"`{given.named}` is not what {where} is"
        if isinstance(wanted, s.ScalarShape) and isinstance(passed, s.ScalarShape):
            return _unfit_number(given, passed, wanted, where)
        behind, why = pointer_behind(passed), self._taken_over(given, passed)
        if why or behind is None or not isinstance(wanted, s.PointerShape) or pointer_behind(wanted):
            return why
        return unfit_behind(given, behind, wanted, where, self._by_name, before=self.before)

    def _unfit_handle(self, given: FollowUpArgument, passed: s.Shape, wanted: s.Shape, where: str) -> str:
        kinds = [each.handle if isinstance(each, s.HandleShape) else "" for each in (wanted, passed)]
        if kinds[0] != kinds[1]:
            if kinds[0]:
                return f"`{given.named}` is no `{kinds[0]}`, which {where} is"
            return f"`{given.named}` is a `{kinds[1]}`, and {where} is none"
        return self._taken_over(given, passed)

    def _taken_over(self, given: FollowUpArgument, passed: s.Shape) -> str:
        """Return that the call takes over what is passed on after it, empty where it does not."""
        taken = _is_taken(given, passed) or (isinstance(passed, s.PointerShape) and passed.handed)
        if self.gone and taken:
            return f"`{given.named}` is not the caller's any more when `{self.asked.name}` is called"
        return ""


def _unfit_contents(
    contents: bytes, wanted: s.Shape, by_name: Mapping[str, FollowUpArgument], where: str
) -> str:
    """Return why bytes that are written out cannot be given, empty where their length is given beside them."""
    if not isinstance(wanted, s.PointerShape) or wanted.what is s.What.STRING:
        return ""
    length = by_name.get(wanted.length_name)
    alone = length is not None and not (length.parameter or length.of or length.calculated)
    if length is not None and alone and length.constant == len(contents):
        return ""
    return f"{where} has {len(contents)} bytes, and its length is not given as that"


def _unfit_number(given: FollowUpArgument, passed: s.ScalarShape, wanted: s.ScalarShape, where: str) -> str:
    """Return why a number cannot be given on as it is: where it is a fraction, and none is wanted, or of another type.

    What a call is given is converted as C does; what it has returned is passed on as it is.
    """
    fractions = passed.kind == "float", wanted.kind == "float"
    if fractions == (True, False):
        return f"`{given.named}` is a fraction, and {where} a whole number"
    if given.parameter != THE_RESULT or fractions == (False, False):
        return ""
    if fractions == (False, True):
        return f"`{given.named}` is a whole number, and {where} a fraction"
    if (passed.size, passed.format) != (wanted.size, wanted.format) or passed.format is not None:
        return f"`{given.named}` is a `{passed.spelling}`, and {where} a `{wanted.spelling}`"
    if wanted.listed or (wanted.lowest, wanted.highest) != (-math.inf, math.inf):
        return f"`{given.named}` may be any fraction, and {where} is not"
    return ""


def _unfit_answer(given: FollowUpArgument, answer: s.Shape, wanted: s.Shape, where: str) -> str:
    """Return why what another function answers is not what is wanted, empty where it is."""
    if isinstance(wanted, s.ScalarShape):
        whole = isinstance(answer, s.ScalarShape) and answer.kind != "float"
        return "" if whole else f"`{given.of}` is no whole number, and {where} is a number"
    if s.is_text(wanted):
        if not s.is_text(answer):
            return f"`{given.of}` is no text, and {where} is"
        if not _is_valid_text(answer, wanted):
            return f"`{given.of}` may be a text that {where} is not"
        gone = "text"
    elif isinstance(wanted, s.PointerHandle | s.RecordHandle) and not wanted.behind_pointer:
        if type(answer) is not type(wanted) or answer.handle != wanted.handle:
            return f"`{given.of}` is no `{wanted.handle}`, which {where} is"
        gone = f"`{wanted.handle}`"
    else:
        return f"`{given.of}` is what another function answers, and {where} is no number, text or handle"
    return (
        f"`{given.of}` is answered before the call, after which that {gone} may be gone"
        if given.early
        else ""
    )


def _is_valid_text(answer: s.PointerShape, wanted: s.PointerShape) -> bool:
    """Tell whether every text that a function answers may be given where another is wanted."""
    if wanted.like is not None and (answer.like is None or answer.like.text != wanted.like.text):
        return False
    return wanted.codec in (answer.codec, "latin-1") or answer.codec == "ascii"
