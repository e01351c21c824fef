"""Sentences of documentation that say in which calls a function works: after others, in some state, of some kind."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.draft.documentation.statements import least, mentions_null, number_range

if TYPE_CHECKING:
    from collections.abc import Set as AbstractSet

    from abidance.draft.documentation.markup import Documentation

_IN_ORDER = re.compile(
    r"\b(?:may|must|can|should|has to|shall|is to)\s+(?:only\s+)?be\s+(?:called|used|invoked)\s+(?:only\s+)?"
    r"(?:after|before|once|from|within|inside|between|immediately|prior)\b[^.;]{0,50}"
    r"|\bonly\s+(?:valid|allowed|available|meaningful|legal|permitted)\s+"
    r"(?:after|before|when|once|if|during|in|from|while)\b[^.;]{0,50}"
    r"|\bmust\s+call\s+\w+\b[^.;]{0,30}\b(?:first|before)\b",
    re.IGNORECASE,
)
_FIRST_OF_ALL = re.compile(
    r"\bbefore\s+(?:(?:calling|using|invoking)\s+)?(?:any|all|every)(?:\s+of)?(?:\s+the)?(?:\s+\w+){0,2}?\s+"
    r"(?:other|others)\b",
    re.IGNORECASE,
)
"""What creates a handle may be called first, and by whoever wants one: what is said is about the others."""
_BEFORE_THE_FIRST = re.compile(
    r"(?:should|can|may)\s+be\s+called\s+(?:before|prior)\b[^.;]*\bfor the first time\b", re.IGNORECASE
)
"""What others need before they are used for the first time may be called whenever: what is said is about the others."""
_IN_A_STATE = re.compile(
    r"\b(?:should|must|has to|needs? to|have to)\s+(?:first\s+)?(?:have been|has been)\s+\w+\b[^.;]{0,60}"
    r"|\bhas\s+been\s+(?:\w+ly\s+)?(?:initiali[sz]ed|opened|set up|started|connected)\b[^.;]{0,50}"
    r"|\bmust\s+(?:already\s+)?be\s+(?:\w+ly\s+)?(?:initiali[sz]ed|opened|open|connected|locked|prepared|started|loaded"
    r"|registered|obtained|sorted|normali[sz]ed)\b[^.;]{0,50}",
    re.IGNORECASE,
)
_UNDEFINED = re.compile(
    r"\bundefined\s+(?:\w+\s+){0,3}(?:behaviou?r|results?)\b|\b(?:results?|behaviou?r)\s+(?:\w+\s+){0,3}"
    r"(?:is|are|will be)\s+(?:then\s+)?(?:undefined|unpredictable)\b|\bmemory access violation\b|\bsegmentation fault\b"
    r"|\bseg-?faults?\b|\b(?:will|may|might|can|could|would)\s+crash\b|\bnot a general-purpose\b",
    re.IGNORECASE,
)
_STATE = re.compile(
    r"\bany other\b|\bother than\b|\b(?:been|is not|are not)\s+(?:\w+ly\s+)?(?:called|initiali[sz]ed|opened|open"
    r"|prepared|obtained|returned|connected|started|created)\b|\bbefore\b|\bwithout\b|\bunless\b|\bnot\s+(?:currently|yet|been|the)\b"
    r"|\bprior\b|\bgeneral-purpose\b|\baccess violation\b|\bcrash|\bseg",
    re.IGNORECASE,
)
"""What is undefined then depends on where an argument comes from, rather than on the value of a number."""
_ELSEWHERE = re.compile(
    r"\bthreads?\b|\bcompile|\bplatform|\bversions?\b|\bC\+\+|\bconfigured\b|\b#?define[ds]?\b", re.IGNORECASE
)
_ITS_RESULT = re.compile(
    r"\b(?:if|when|once|after)\s+(?:the|this)\s+(?:function|call|routine|operation)\s+(?:has\s+)?"
    r"(?:returns?|returned|succeeds?|succeeded|(?:is|was)\s+successful)\b",
    re.IGNORECASE,
)
"""What is valid then is what the call itself leaves, where it succeeds."""
_LATER = re.compile(
    r"\b(?:closed|freed|destroyed|finali[sz]ed|deallocated|released|deleted|already|threads?|multi-?threaded"
    r"|concurrent\w*|simultaneous\w*|overlap\w*|copyright)\b",
    re.IGNORECASE,
)
"""What is undefined then is so of calls that are not made: of handles that are gone, from several threads."""
_TAKEN = re.compile(
    r"\b(?:takes?|taking|took|assumes?|transfers?|passe?s?|gives?|steals?)\s+(?:over\s+)?(?:the\s+)?(?:\w+\s+)?"
    r"(?:ownership|reference)\b[^.;]{0,40}|\bownership\b[^.;]{0,40}\b(?:transferr?ed|taken|passed|given|moved|goes|passes)\b"
    r"|\b(?:will|shall|must)\s+(?:then\s+)?(?:later\s+)?be\s+(?:freed|released|deleted|destroyed)\s+(?:\w+\s+){0,2}?"
    r"by\s+(?:the\s+library|this|it)\b",
    re.IGNORECASE,
)
_KEPT = re.compile(
    r"\W*\w+\s*>=?\s*\d+\W*|.*\bmemory\b.*\bvalid\b.*|.*\bvalid\s+(?:pointer|memory|address)\b.*"
)
"""Conditions that every call keeps: memory of the size that is given, and small numbers."""
_WIDEST = 70


def condition(text: Documentation, before: AbstractSet[str], *, creates: bool) -> str | None:
    """Return the words by which a function works in some calls only, of which a draft knows nothing.

    What comes after one of those `before` always does: they make what the function takes, and it comes after itself
    where a page of several functions speaks of another. One that `creates` tells by the state of things what its result
    is good for.
    """
    for each in text.conditions:
        if not (mentions_null(each) or _KEPT.fullmatch(each) or least((each,)) or number_range((each,))):
            return _shortened(each)
    for sentence in text.sentences():
        found = _IN_ORDER.search(sentence) or (None if creates else _IN_A_STATE.search(sentence))
        if found and (_ITS_RESULT.search(found[0]) or (creates and _FIRST_OF_ALL.search(found[0]))):
            found = None
        if found and _BEFORE_THE_FIRST.match(sentence, found.start()):
            found = None
        if found and not _ELSEWHERE.search(found[0]) and before.isdisjoint(re.findall(r"\w+", found[0])):
            return _shortened(found[0])
        found = _UNDEFINED.search(sentence)
        if found and _STATE.search(sentence) and not mentions_null(sentence) and not _LATER.search(sentence):
            return _shortened(sentence[max(found.start() - _WIDEST // 2, 0) : found.end()])
    return None


def taken_over(text: Documentation) -> str | None:
    """Return the words by which the library owns from then on what it is given."""
    for sentence in (*text.sentences(), *(each.text for each in text.params.values())):
        found = _TAKEN.search(sentence)
        if found and not re.search(r"\breturn|\bcaller\b", sentence, re.IGNORECASE):
            return _shortened(found[0])
    return None


def _shortened(words: str) -> str:
    return " ".join(words.split())[:_WIDEST].replace('"', "'")
