"""Sentences of documentation that say what a clause could say: NULL, who frees, statuses, limits."""

from __future__ import annotations

import re
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator

_NULL = r"(?:`|%|#|@)?\b(?:NULL|nullptr|null pointer|null)\b`?"
_NEVER_NULL = re.compile(
    rf"(?:must|should|may|can|shall|will|is|are)\s*(?:not|never)\s+(?:be|a|pass)\s*(?:a\s+)?{_NULL}"
    rf"|cannot\s+be\s+{_NULL}"
    rf"|\bnon-?\s*{_NULL}|\bnot\s+(?:be\s+)?{_NULL}|!=\s*{_NULL}"
    rf"|{_NULL}(?:(?!,?\s+but\b)[^.])*\b(?:undefined|crash|error|invalid|fail)",
    re.IGNORECASE,
)
_MAY_BE_NULL = re.compile(
    r"\b(?:may|can|could|might|if|is|are|when|or|passing|pass|being|given|set to|specify|use|either)\s+"
    rf"(?:\w+\s+){{0,3}}?{_NULL}|==\s*{_NULL}"
    rf"|{_NULL}\s+(?:is\s+(?:ok|fine|allowed|accepted|valid|permitted|safe|ignored)|means|if|to|for|when|does|will)"
    r"|(?<!\bnot )\b(?:ok(?:ay)?|fine|allowed|permitted|safe|possible)\s+to\s+(?:set|pass|give|provide|use|specify)\s+"
    rf"(?:\w+\s+){{0,3}}?{_NULL}(?:\s+(?:values?\s+)?for\s+[`@#]?\w+)?"
    rf"|\boptional\b",
    re.IGNORECASE,
)
_NOT_OK = re.compile(
    r"\b(?:not|never)\s+(?:ok(?:ay)?|fine|allowed|permitted|safe|possible|valid)\s+to\s+\w+\s+"
    rf"(?:\w+\s+){{0,3}}?{_NULL}(?:\s+(?:values?\s+)?for\s+[`@#]?\w+)?",
    re.IGNORECASE,
)
_LISTED_BEFORE = re.compile(
    r"(?:\w+\W{0,2}(?:[,/&]|\band\b|\bor\b|\bnor\b)\s*(?:and\s+|or\s+)?\W?)*(?!but\b)\b\w+\W?\s*(?:(?:parameter|argument)s?\s*)?$",
    re.IGNORECASE,
)
"""What is named right before some words: `output`, or all of `one, two and three`."""
_RETURNED = re.compile(
    rf"\b(?:returns?|returning|yields?|gives?|result is)\s+(?:either\s+|a\s+)?{_NULL}"
    rf"|{_NULL}\s+(?:is|will be|be)\s+returned"
    rf"|^\W*(?:returns?|@returns?)\b(?:(?:(?!\bif\b|\bwhen\b)[^;])*?\bor|[^;]*?,\s+or)\s+(?:a\s+)?{_NULL}"
    rf"|\b(?:and|then)\s+returns?\b(?:(?!\bif\b|\bwhen\b)[^;.])*?\bor\s+(?:a\s+)?{_NULL}",
    re.IGNORECASE,
)
"""What is NULL then comes back: "a name if there is one, or NULL", and not "-1 if the name is empty or NULL"."""
_FREED_WITH = re.compile(
    r"\b(?:freed?|released?|deallocated?|destroyed|disposed|deleted|closed)\b[^.;]{0,60}?"
    r"\b(?:with|using|by|via|through|calling|call(?:ing)?\s+to)\s+(?:a\s+call\s+to\s+|calling\s+|the\s+)?[`@#]?(?P<after>\w+)\b"
    r"|\b(?:use|call|pass(?:ed)?\s+(?:\w+\s+)?to)\s+[`@#]?(?P<before>\w+)\b(?:\(\))?[`\s]*(?:[^.;]{0,30}?)?"
    r"\bto\s+(?:free|release|deallocate|destroy|dispose)",
    re.IGNORECASE,
)
_CALLER_FREES = re.compile(
    r"\b(?:caller|user|application|you|client|it)\b[^.]{0,40}"
    r"\b(?:must|should|needs? to|has to|is responsible for|takes ownership|owns|shall)\b"
    r"[^.]{0,30}\bfree|\b(?:must|should|has to|needs to)\s+be\s+(?:freed|released|deallocated)|\bnewly[- ]allocated\b"
    r"|\bresponsib\w+\s+(?:to|for|of)\s+(?:\w+\s+)?(?:free|releas|dealloc|memory\s+management)\w*"
    r"|\ballocated\s+(?:with|using|by)\s+`?malloc",
    re.IGNORECASE,
)
_RETURNS_NEW = re.compile(
    r"\breturn(?:s|ing)?\s+(?:a\s+|the\s+)?new(?:ly)?\b(?!\s+(?:\w+\s+)?(?:reference|value|size))",
    re.IGNORECASE,
)
_SEVERAL = re.compile(
    r"\b(?:enough|sufficient)\s+(?:memory|space|room)\b|\b(?:in|to|into|of)\s+an?\s+(?:\w+\s+)?(?:array|buffer)\b"
    r"|\boutput\s+(?:array|buffer)\b",
    re.IGNORECASE,
)
_EACH_OF_SEVERAL = re.compile(
    r"\*\s*\[\w+\]|\b(?:arrays?|buffers?|vector|interleaved)\b|\b(?:one|an?)\s+\w+\s+(?:per|for each)\b"
    r"|\b(?:length|size) is\b|\bsizes of\b",
    re.IGNORECASE,
)
_A_NUMBER_OF = re.compile(r"\b(?:length|size|number|amount|count) of\b", re.IGNORECASE)
_CALLEE_KEEPS = re.compile(
    r"\b(?:must|should|do|need|may|shall)\s*(?:not|n't)\s+(?:be\s+)?(?:free|modif|releas|dealloc)|\bno need to free"
    r"|\bowned by (?:the )?(?:lib|this|\w+ object|caller's)"
    r"|\bstatic(?:ally)?[- ](?:allocated\s+)?(?:string|buffer|memory|storage|allocated)"
    r"|\bpointer (?:in)?to (?:the )?internal|\bread[- ]only\b|\bremains valid\b",
    re.IGNORECASE,
)
_STAYS_VALID = re.compile(
    r"\b(?:must|should|shall|has to|have to|needs? to|ensures?|make sure)\b[^.;]{0,80}?"
    r"\b(?:remains?|stays?|(?:be|is|are) kept|keeps?)\s+(?:\w+\s+){0,3}?"
    r"(?:valid|alive|available|accessible|allocated|in scope|intact|unchanged|around)\b[^.;]{0,12}"
    r"(?P<until>\b(?:until|as long as|while|for the (?:life|whole)|throughout|during the life)\b.*|[.;]|$)"
    r"|\b(?:must|should|may|shall|do)\s*(?:not|n't)\s+(?:be\s+)?(?:freed?|released?|deallocated?|modif(?:y|ied)|changed?)"
    r"\s+(?:\w+\s+){0,3}?(?P<before>\b(?:until|before|while|as long as)\b.*)"
    r"|\b(?:not|never|n't|without|no) (?:be(?:ing)? |made? |take |a ){0,2}(?:copy|copied|copying)\b"
    r"|\b(?:survive|outlive)s?\b"
    r"|\breferences (?:a|the|its|an existing) (?:string|text)\b|\bref(?:erence)? to (?:a|the|its) (?:string|text)\b",
    re.IGNORECASE,
)
_DURING_THE_CALL = re.compile(
    r"\b(?:until|while|during|for the duration of)\b[^.;]{0,30}\b(?:this|the) (?:call|function)\b|\breturns\b",
    re.IGNORECASE,
)
_NUMBER = r"[-+]?(?:0x[0-9a-fA-F]+|\d+)"
_RANGE = re.compile(
    rf"\b(?:from|between|range|in|of)\s*[\[(]?\s*(?P<low>{_NUMBER})\s*[\])]?\s*"
    rf"(?:to|and|\.\.\.?|through|-|,|\u2013)\s*[\[(]?(?P<high>{_NUMBER})"
    rf"|[\[(](?P<low2>{_NUMBER})\s*(?:\.\.\.?|,|-)\s*(?P<high2>{_NUMBER})[\])]"
    rf"|(?:^|[,;:(]\s*)(?P<low4>\d+)\s+(?:to|through)\s+(?P<high4>\d+)\b"
    rf"|(?P<low3>{_NUMBER})\s*<=\s*\w+\s*<=\s*(?P<high3>{_NUMBER})",
    re.IGNORECASE,
)
_LISTED = (
    rf"(?:{_NUMBER}|(?:[`@#%]|@ref\s+|\\ref\s+)?(?-i:[A-Z][A-Z0-9_]{{2,}})`?)(?:\s*\((?:the\s+)?default\))?"
)
_AND = r"\s*(?:,?\s*\b(?:or|and)\b|,|/|\|)\s*"
_ONE_OF = re.compile(
    rf"(?:\bone of|\beither)\s*:?\s*(?P<many>{_LISTED}(?:{_AND}{_LISTED})+)(?!\s*(?:to|-|\.\.)\s*\d)"
    rf"|(?:\b(?:must|should|shall|can|may|has to|needs to)\s+be|[(])\s*:?\s*(?P<few>{_LISTED}(?:{_AND}{_LISTED})*"
    rf"(?:,?\s*\bor\b|/)\s*{_LISTED})\s*(?=[).;,]|$)",
    re.IGNORECASE,
)
_NONE_OF = re.compile(r"\b(?:not|never|other than|except|unless|than)\W*$", re.IGNORECASE)
_ITEM = re.compile(rf"(?P<number>{_NUMBER})|(?P<name>(?-i:[A-Z][A-Z0-9_]{{2,}}))", re.IGNORECASE)
_LEAST = re.compile(
    r"\b(?:at least|no(?:t)? less than|minimum(?: of| is)?|(?:greater|larger|more) than or equal to"
    r"|equal to or (?:greater|larger|more) than)\s+(?P<least>\d+)\b"
    r"|\b(?:greater|larger|more) than\s+(?:(?P<more>\d+)\b|zero\b)"
    r"|(?:\bat least|\bno(?:t)? less than|\bminimum(?: of| is)?|>=)\s+[`@#]?(?P<macro>(?-i:[A-Z][A-Z0-9_]{2,}))\b"
    r"|\b(?:must|should|shall|has to|needs to)\s+be\s+(?:strictly\s+)?positive\b"
    r"|\b(?:must|should|may|can|shall)\s*not\s+be\s+(?:0|zero)\b|\bnon-?zero\b",
    re.IGNORECASE,
)
_QUOTED = re.compile(r'(?P<name>:\w+:)|"(?P<text>:\w+:)"')
_READ_FIRST = re.compile(
    r"\bin(?:put)?(?:/|,| and )out(?:put)?\b|\bon (?:input|entry)\b"
    r"|\bappend|\binitial|\bupdate|\bincrement|\badvance|\breuse|\brealloc",
    re.IGNORECASE,
)
_FOR_AN_ANSWER = re.compile(
    r"^\W*(?:(?:an?|the)\s+)?output\s+(?:variable|parameter|argument|value)\b"
    r"|\b(?:variable|integer|number|place|location)\b[^.]{0,20}?\b(?:that|which|where)\b[^.]{0,20}?"
    r"\b(?:will|shall|is to|to)\b\s+(?:contain|hold|receive|specify|be (?:stored|put|written|placed))\b"
    r"|\baddress of (?:the )?returned\b|\bnewly[- ]allocated\b",
    re.IGNORECASE,
)
_TEXT = re.compile(r"\b(?:strings?|text)\b", re.IGNORECASE)
_SENTENCE = re.compile(r".+", re.DOTALL)
_EXCEPTS = re.compile(
    r"\b(?:not|never|no|cannot|unless|without|except|unused|reserved|deprecated|invalid|ignored|if|when|where)\b|n't\b",
    re.IGNORECASE,
)
_BEFORE = re.compile(
    r"\b(?:input value|must not indicate a failure|before the (?:function )?call|in[/-]out|fill-in)\b",
    re.IGNORECASE,
)
_TESTED_FIRST = re.compile(r"\bfirst (?:tests?|checks?)\b", re.IGNORECASE)
_TERMINATED = r"\b(?:zero|null|nul|0)(?: \(U\+0000\))?[- ]?terminated\b"
_STRING = re.compile(rf"{_TERMINATED}|\bC[- ]string\b", re.IGNORECASE)
_BY_LENGTH = re.compile(
    rf"(?<![\w.])-1\b[^.;]{{0,40}}{_TERMINATED}|{_TERMINATED}[^.;]{{0,40}}(?<![\w.])-1\b(?!\.\d)",
    re.IGNORECASE,
)
"""What says that the length -1 stands for a NUL: "or -1 if it is NUL-terminated"."""


@dataclass(frozen=True, slots=True)
class StatusText:
    """How documentation tells success from failure: values, ranges of them such as ``..-1``, or names."""

    ok: tuple[str, ...]
    errors: tuple[tuple[str, str], ...]
    text: str


def nullable(
    sentences: Iterable[str], name: str = "", parameters: Collection[str] = ()
) -> tuple[bool, str] | None:
    """Return whether a pointer may be NULL, and the words that say so; None where nothing is said.

    Words that are about others of the function's `parameters`, and not about the one of the `name`, say nothing.
    """
    for sentence in sentences:
        refused = _about(name, parameters, sentence, _NOT_OK.finditer(sentence))
        refused = refused or _about(name, parameters, sentence, _NEVER_NULL.finditer(sentence))
        if refused:
            return False, _quoted(sentence, refused)
    for sentence in sentences:
        told = _NOT_OK.sub(_blank, _RETURNED.sub(_blank, sentence))
        allowed = _about(name, parameters, told, _MAY_BE_NULL.finditer(told))
        if allowed:
            return True, _quoted(sentence, allowed)
    return None


def _blank(found: re.Match[str]) -> str:
    return " " * len(found[0])


def _about(
    name: str, parameters: Collection[str], sentence: str, matches: Iterable[re.Match[str]]
) -> re.Match[str] | None:
    """Return the first words that may be about a parameter: none is named in or right before them, or that one is."""
    for found in matches:
        listed = _LISTED_BEFORE.search(sentence[: found.start()])
        words = re.findall(r"\w+", found[0] + (f" {listed[0]}" if listed else ""))
        named = {word for word in words if word in parameters}
        if not named or name in named:
            return found
    return None


def mentions_null(text: str) -> bool:
    """Tell whether a text speaks of NULL."""
    return re.search(_NULL, text, re.IGNORECASE) is not None


def freed_with(text: str, known: Iterable[str]) -> tuple[str, str] | None:
    """Return the function that frees a result, and the words that say so; `known` are those that can be called."""
    for found in _FREED_WITH.finditer(text):
        name = found["after"] or found["before"]
        if name in known:
            return name, _quoted(text, found)
    return None


def caller_frees(text: str) -> str | None:
    """Return the words that make the caller free a result."""
    found = None if _CALLEE_KEEPS.search(text) else _CALLER_FREES.search(text)
    return _quoted(text, found) if found else None


def returns_new(text: str) -> str | None:
    """Return the words that make a result a new object, which is the caller's."""
    found = None if _CALLEE_KEEPS.search(text) else _RETURNS_NEW.search(text)
    return _quoted(text, found) if found else caller_frees(text)


def writes_several(text: str) -> str | None:
    """Return the words by which a function writes an array, and not one object."""
    found = _SEVERAL.search(text)
    return _quoted(text, found) if found else None


def stays_valid(sentences: Iterable[str]) -> tuple[tuple[str, ...], str] | None:
    """Return the names behind `until`, and the words by which memory must stay there after the call."""
    for sentence in sentences:
        found = _STAYS_VALID.search(sentence)
        if found and not _DURING_THE_CALL.search(sentence, found.start()):
            ends = found["until"] or found["before"] or ""
            named = re.findall(r"\w+", ends) if ends.lower().startswith(("until", "before")) else []
            return tuple(named), _quoted(sentence, found)
    return None


def several(sentences: Iterable[str]) -> str | None:
    """Return the words by which what a parameter points to is more than one number."""
    for sentence in sentences:
        found = _EACH_OF_SEVERAL.search(sentence)
        if found and not _A_NUMBER_OF.search(sentence):
            return _quoted(sentence, found)
    return None


def callee_keeps(text: str) -> str | None:
    """Return the words by which a result stays the library's."""
    found = _CALLEE_KEEPS.search(text)
    return _quoted(text, found) if found else None


def number_range(sentences: Iterable[str]) -> tuple[int, int, str] | None:
    """Return the limits of a number, and the words that give them."""
    for sentence in sentences:
        found = _RANGE.search(sentence)
        if found:
            low, high = (int(next(filter(None, map(found.__getitem__, names))), 0) for names in _ENDS)
            if low < high:
                return low, high, _quoted(sentence, found)
    return None


def listed(
    sentences: Iterable[str], known: Callable[[str], bool]
) -> tuple[tuple[int | str, ...], str] | None:
    """Return the only values that a number may have, and the words that list them: `one of 8000, 12000 or 16000`.

    `known` tells whether a name is that of a value; of a list with another one nothing is known.
    """
    for sentence in sentences:
        for found in _ONE_OF.finditer(sentence):
            items = [*_ITEM.finditer(found["many"] or found["few"])]
            values = dict.fromkeys(
                int(each["number"], 0) if each["number"] else each["name"] for each in items
            )
            named = all(known(each) for each in values if isinstance(each, str))
            if len(values) > 1 and named and not _NONE_OF.search(sentence[: found.start()]):
                return tuple(values), _quoted(sentence, found)
    return None


def least(
    sentences: Iterable[str], value: Callable[[str], int | None] = lambda _: None
) -> tuple[int, str] | None:
    """Return the least value that a number may have, and the words that say so.

    `value` is given the name of a macro; a least that is not known is `sys.maxsize`.
    """
    for sentence in sentences:
        found = _LEAST.search(sentence)
        if found:
            if found["macro"]:
                known = value(found["macro"])
                return (sys.maxsize if known is None else known), _quoted(sentence, found)
            number = found["more"] or found["least"]
            low = (int(number, 0) if number else 0) + (found["least"] is None)
            return low, _quoted(sentence, found)
    return None


def written_through(sentences: Iterable[str], name: str) -> str | None:
    """Return the words by which something is stored through a pointer, and nothing read there."""
    stores = r"store[sd]?|return(?:s|ed)?|cop(?:y|ies|ied)|writ(?:es?|ten)|sets?|puts?|place[sd]?|fill(?:s|ed)?|saved?"
    pointer = rf"(?:`|@|%|#)?\*?{re.escape(name)}(?!\w)"
    pattern = re.compile(
        rf"\b(?:{stores})\b[^.]{{0,160}}?\b(?:in|into|to|at|through|via|by)\s+{pointer}"
        rf"|(?:`|@)?\*{re.escape(name)}`?\s+(?:is|are|will be|gets?|receives|contains|holds)\b",
        re.IGNORECASE,
    )
    for sentence in sentences:
        found = None if _READ_FIRST.search(sentence) else pattern.search(sentence)
        if found:
            return _quoted(sentence, found)
    return None


def left_there(text: str) -> str | None:
    """Return the words by which a parameter's own description makes it a place for an answer; None where it is read."""
    found = None if _READ_FIRST.search(text) else _FOR_AN_ANSWER.search(text)
    return _quoted(text, found) if found is not None else None


def is_string(text: str) -> bool:
    """Tell whether a text says that something ends with a NUL."""
    return _STRING.search(text) is not None


def is_read_before(text: str) -> bool:
    """Tell whether a text says of what a call leaves that what is passed there counts as well."""
    return _BEFORE.search(text) is not None


def is_tested_first(text: str) -> str | None:
    """Return the words that say of an enum of errors that functions look at what they are passed; None without any."""
    found = _TESTED_FIRST.search(text)
    return found[0] if found else None


def length_of_terminated(text: str) -> str | None:
    """Return the words that say that the length -1 stands for something that ends with a NUL; None without any."""
    found = _BY_LENGTH.search(text)
    return found[0] if found else None


def is_text(text: str) -> bool:
    """Tell whether a text speaks of a string."""
    return is_string(text) or _TEXT.search(text) is not None


def told_of(sentences: Iterable[str]) -> Iterator[tuple[frozenset[str], str]]:
    """Yield the words of each sentence that is about all calls, without exception or condition, and the sentence."""
    for sentence in sentences:
        whole = _SENTENCE.fullmatch(sentence)
        if whole is not None and not _EXCEPTS.search(sentence):
            yield frozenset(re.findall(r"\w+", sentence)), _quoted(sentence, whole)


def special_texts(sentences: Iterable[str]) -> tuple[str, ...]:
    """Return names such as ``:memory:``, which stand for no file where documentation gives them for a path."""
    found = (match["name"] or match["text"] for each in sentences for match in _QUOTED.finditer(each))
    return tuple(dict.fromkeys(found))


_ENDS = tuple(tuple(f"{end}{number}" for number in ("", 2, 3, 4)) for end in ("low", "high"))
_VALUE = (
    r"(?:`|%|#|@)?(?P<{0}>0|1|-1|zero|one|(?-i:[A-Z][A-Z0-9_]{{2,}})|a\s+(?:non-?negative|positive)\s+\w+)"
    r"(?:\(\))?`?"
)
_SUCCESS = (
    r"(?:success(?:ful(?:ly)?)?|ok|no error|succeed(?:s|ed)?|all went well|everything went (?:well|fine))"
)
_FAILURE = r"(?:failure|fail(?:s|ed)?|errors?|unsuccessful|otherwise|a problem|if not)"
_ON_SUCCESS = re.compile(
    rf"(?<![\w-]){_VALUE.format('value')}\s*(?:\([^)]*\)\s*)?(?:is returned\s*)?(?:[,:=-]\s*)?"
    rf"(?:on|for|if|when|upon|indicates|means|in case of|=|is)?\s*(?:\w+\s+){{0,3}}?{_SUCCESS}\b"
    rf"|\b(?:on|upon|if|in case of)\s+{_SUCCESS}[^.]{{0,40}}?\breturns?\s+{_VALUE.format('value2')}\b",
    re.IGNORECASE,
)
_BOUND = re.compile(r"[<>]=?\s*$")
"""What stands in front of an end of a range, `0 <= n < MOST on success`, which is no status."""
_FURTHER = re.compile(r"(?<![\w.-])(?P<number>-?\d+)\s+(?:if|when|where|for|on|in case)\b", re.IGNORECASE)
_ON_FAILURE = re.compile(
    rf"(?<![\w-])(?:a\s+)?(?P<failed>-1|1|0|zero|non-?zero|(?:a\s+)?negative(?:\s+\w+){{0,3}}|(?-i:[A-Z][A-Z0-9_]{{2,}})"
    rf"|(?:an\s+)?error(?:\s+(?:code|number|value))?)\s*(?:value\s*)?(?:is returned\s*)?(?:[,:=-]\s*)?"
    rf"(?:on|for|if|when|upon|indicates|in case of)?\s*(?:\w+\s+){{0,3}}?{_FAILURE}\b"
    rf"|\b(?P<code>negative)\s+(?:error|errno|value|number|status)|\b(?P<other>error code|non-?zero)\b",
    re.IGNORECASE,
)


def status(text: str) -> StatusText | None:
    """Return how a result tells success from failure; what the words leave open counts as failure."""
    success = _ON_SUCCESS.search(text)
    if success is None or _BOUND.search(text[: success.start()]):
        return None
    ok = _plain_value(success["value"] or success["value2"])
    if ok == "0..":
        return StatusText(("0..",), (("..-1", "failed"),), _quoted(text, success))
    rest = text[: success.start()] + " " + text[success.end() :]
    failure = _ON_FAILURE.search(rest)
    if _others(text, {ok, failure["failed"] if failure else ""}):
        return None
    failed = _failed(failure["failed"] or failure["code"] or failure["other"]) if failure else None
    if ok in ("0", "1", "-1"):
        return StatusText((ok,), _other_values(int(ok), failed), _quoted(text, success))
    return StatusText((ok,), (), _quoted(text, success))


def _others(text: str, told: set[str | None]) -> bool:
    """Tell whether a number is neither success nor failure, and means something: `or 1 if nothing is left`."""
    return any(each["number"] not in told for each in _FURTHER.finditer(text))


def _other_values(ok: int, failed: str | None) -> tuple[tuple[str, str], ...]:
    """Return the values of failure: those that are named, otherwise all but the one of success."""
    if failed in ("0", "1", "-1") and failed != str(ok):
        return ((failed, "failed"),)
    if failed == "..-1" and ok >= 0:
        return (("..-1", "failed"),)
    return ((f"..{ok - 1}", "failed"), (f"{ok + 1}..", "failed"))


def _plain_value(text: str) -> str:
    low = " ".join(text.lower().split())
    if low.startswith("a "):
        return "0.." if "negative" in low else "1.."
    return {"zero": "0", "one": "1"}.get(low, text)


def _failed(text: str) -> str:
    low = text.lower()
    if "negative" in low:
        return "..-1"
    return {"zero": "0"}.get(low, text)


def _quoted(sentence: str, found: re.Match[str]) -> str:
    """Return the words of a sentence around a match, in quotation marks, at most a line."""
    start, end = max(found.start() - 12, 0), min(found.end() + 12, len(sentence))
    words = " ".join(sentence[start:end].split())
    if start:
        words = words.partition(" ")[2] or words
    if end < len(sentence):
        words = words.rpartition(" ")[0] or words
    words = words.replace('"', "'").replace("#", "")
    return f'"{words[:70]}"'
