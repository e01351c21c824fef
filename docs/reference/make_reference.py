"""Writes the generated parts of this folder: `python docs/reference/make_reference.py`.

The pages of `contract/` are written by hand around tables; each table stands between `<!-- clauses NAME -->` and
`<!-- end -->`, on one of them, and comes from the mapping of that name in `abidance.contract.model`. `checks.md` comes
whole from the checks' docstrings and the catalogue of codes, `compiled.md` from the table that `fuzz --explain` goes
by. A test asserts that all are current.
"""

from __future__ import annotations

import inspect
import re
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.abi.codes import CATALOGUE as GATE_CATALOGUE
from abidance.abi.reconcile.codes import DISAGREEMENTS
from abidance.checks import CHECKS
from abidance.contract.expression import FUNCTIONS
from abidance.contract.index import mappings
from abidance.contract.language.clauses import Clauses, ValueKind, table
from abidance.contract.language.kinds import Choice
from abidance.contract.language.rules import AtLeastOne, AtMostOne, ExactlyOne, Excludes, Needs, listed
from abidance.contract.language.shapes import ListOf, MapOf, RecordOf, Shorthand
from abidance.contract.model.states import NamesOrMap
from abidance.core.catalogue import CATALOGUE
from abidance.native.explain import CLAUSES, WORDS, as_words, treatment

if TYPE_CHECKING:
    from abidance.checks.check import Check
    from abidance.contract.language.clauses import Clause
    from abidance.core.codes import Code

FOLDER = Path(__file__).parent
LANGUAGE = FOLDER / "contract"
CHECKS_PAGE = FOLDER / "checks.md"
COMPILED_PAGE = FOLDER / "compiled.md"
_ANCHOR = re.compile(r'^#+ (.+)$|<a id="([^"]+)">', re.MULTILINE)
_LOCAL = re.compile(r"\]\(#([^)]+)\)")
_PART = re.compile(r"(<!-- (clauses|functions)(?: (\w+))? -->\n).*?(<!-- end -->)", re.DOTALL)
_FAMILIES = {
    "ABD0": "Configuration and environment",
    "ABD1": "Contracts",
    "ABD2": "Headers, and what they disagree with",
    "ABD4": "The ABI gate, besides [its rules](abi-rules.md)",
    "ABD5": "Libraries that disagree with their header",
}


def by_name() -> dict[str, type[Clauses]]:
    """Return every mapping of the language by its class name, outermost first."""
    return {record.__name__: record for record in mappings()}


def language_pages() -> dict[Path, str]:
    """Return the pages on the language as they are."""
    return {page: page.read_text(encoding="utf-8") for page in sorted(LANGUAGE.glob("*.md"))}


def language_with_tables(texts: dict[Path, str]) -> dict[Path, str]:
    """Return the pages with their generated parts as the model has them now."""
    known = by_name()
    places = {anchor: page for page, text in texts.items() for anchor in anchors(text)}

    def with_tables(page: Path, text: str) -> str:
        def linked(found: re.Match[str]) -> str:
            there = places[found[1]]
            return found[0] if there == page else f"]({there.name}#{found[1]})"

        def part(found: re.Match[str]) -> str:
            table = _functions() if found[2] == "functions" else _clauses(known[found[3]])
            return f"{found[1]}{_LOCAL.sub(linked, table)}{found[4]}"

        return _PART.sub(part, text)

    return {page: with_tables(page, text) for page, text in texts.items()}


def anchors(text: str) -> set[str]:
    """Return what can be linked to in a page, as GitHub names headings."""
    return {
        found[2] or re.sub(r"[^\w\- ]", "", found[1].lower()).replace(" ", "-")
        for found in _ANCHOR.finditer(text)
    }


def checks_page() -> str:
    """Return the page on all codes."""
    lines = [
        "# Checks and codes",
        "",
        "Written by `make_reference.py` from the checks' own docstrings; `abidance explain CODE` prints the same.",
        "Terms are explained in the [glossary](glossary.md).",
        "",
        "| Code | Name | Flags |",
        "|---|---|---|",
        *(f"| [{c.id}](#{c.id.lower()}-{c.name}) | `{c.name}` | {flags(c)} |" for c in _by_code()),
    ]
    for check in _by_code():
        lines += ["", *_former_anchors(check.code), f"## {check.id} {check.name}", "", _explained(check.code)]
        if check.formerly:
            lines += ["", f"Formerly `{'`, `'.join(check.formerly)}`."]
    for family, title in _FAMILIES.items():
        lines += ["", f"## {title}", "", "| Code | Name | Means |", "|---|---|---|"]
        lines += [
            f"| {code.id} | `{code.name}` | {_cell(_paragraph(code.explain))} |"
            for code in (*CATALOGUE, *GATE_CATALOGUE, *DISAGREEMENTS)
            if code.id.startswith(family)
        ]
    return "\n".join(lines) + "\n"


def _former_anchors(code: Code) -> list[str]:
    """Return targets for links to the headings of earlier versions."""
    anchors = [f'<a id="{code.id.lower()}-{name}"></a>' for name in code.formerly]
    return [*anchors, ""] if anchors else []


def compiled_page() -> str:
    """Return the page on what is compiled for a campaign."""
    lines = [
        "# What is compiled",
        "",
        "Written by `make_reference.py` from the table that `abidance fuzz --explain` goes by. A contract that is",
        "compiled to C generates calls, makes them and judges them without Python. What is not in these tables says",
        "nothing of a call. A clause that is compiled in general may be left out in one place, for what it looks at:",
        "`abidance fuzz --explain CONTRACT` tells for each clause of a contract, with its line.",
        "",
        "Expressions mean the same in C as in Python, or have no value, and then nothing is judged by them. They have",
        "no value in C alone beyond 127 bits, in a power with a negative exponent, in arithmetic on a `long double`,",
        "and where they make lists of more than 1 MiB. Powers of floating-point numbers, lists and ranges that are",
        "elements of lists, and parts that are now of one kind and now of another (`null` aside) are not compiled.",
    ]
    known = by_name()
    for name in CLAUSES:
        rows = [(clause.key, treatment(known[name], clause)) for clause in table(known[name]).values()]
        title = _title(known[name])
        lines += ["", f"## {title[:1].upper()}{title[1:]}", "", "| Clause | In C |", "|---|---|"]
        lines += [f"| `{key}` | {_cell(as_words(each))} |" for key, each in rows if each.how]
    lines += ["", "## Words of `effects` and `may`", "", "| Word | In C |", "|---|---|"]
    lines += [f"| `{word}` | {_cell(as_words(each))} |" for word, each in WORDS.items()]
    return "\n".join(lines) + "\n"


def _by_code() -> list[Check]:
    return sorted(CHECKS, key=lambda check: check.id)


def flags(check: Check) -> str:
    """Return what a check flags, as a cell of a table."""
    first = _paragraph(inspect.cleandoc(check.__doc__ or "")).removeprefix("Flags ").rstrip(".")
    return _cell(first)


def _clauses(record: type[Clauses]) -> str:
    rows = ["| Clause | Value | Means |", "|---|---|---|"]
    own = record.__annotations__
    # What all places share comes after what is its own, and what is not judged comes last.
    clauses = sorted(table(record).values(), key=lambda clause: (clause.later, clause.attribute not in own))
    rows += [_row(clause) for clause in clauses]
    rules = _rules(record)
    more = f"\n{' '.join(rules)}\n" if rules else ""
    return "\n".join(rows) + "\n" + more


def _row(clause: Clause) -> str:
    name = "any other key" if clause.rest else f"`{clause.key}`"
    later = "not judged yet"
    if clause.judged:
        later += f", but for {listed(tuple(sorted(clause.judged)), 'and')}"
    marks = [mark for mark, holds in (("needed", clause.required), (later, clause.later)) if holds]
    name += f" ({', '.join(marks)})" if marks else ""
    return f"| {name} | {_cell(_value(clause.kind))} | {_cell(clause.doc)} |"


def _value(kind: ValueKind) -> str:
    match kind:
        case Shorthand(record):
            return f"{kind.words} ([{_title(record)}](#{_anchor(record)}))"
        case RecordOf(record):
            return f"[{_title(record)}](#{_anchor(record)})"
        case ListOf(RecordOf(record), single=True):
            return f"{kind.words} ([{_title(record)}](#{_anchor(record)}))"
        case ListOf(RecordOf(record)):
            return f"a list of [{_title(record)}](#{_anchor(record)})"
        case ListOf(Choice() as item):
            return f"{kind.words}: {item.words}"
        case NamesOrMap(key, RecordOf(record)):
            return f"[{_title(record)}](#{_anchor(record)}) by {key.words}, or a list of their names"
        case MapOf(key, RecordOf(record)):
            return f"[{_title(record)}](#{_anchor(record)}) by {key.words}"
        case MapOf(key, Shorthand(record) as value) if record.__name__ == "CounterPromise":
            return f"{value.words} ([{_title(record)}](#{_anchor(record)})), by {key.words}"
        case MapOf(key, ListOf(RecordOf(record), single=True)):
            return f"[{_title(record)}](#{_anchor(record)}) by {key.words}, or a list of them"
    return kind.words


_TITLES = {
    "Abi": "abi", "Alike": "alike", "Callback": "a callback", "CallbackOrder": "an order",
    "CallbackParam": "a callback's parameter",
    "CMakeProject": "a CMake project", "Element": "an element",
    "Comparison": "a comparison", "Contention": "contention", "Cost": "a cost",
    "Equivalence": "equivalence", "ExampleCall": "examples", "Explore": "explore", "FieldPromise": "a field",
    "FunctionPromise": "a function", "Given": "given values", "HandlePromise": "a handle",
    "Instructions": "instructions", "KnownDifference": "known differences",
    "Law": "a law", "LawExample": "an example of a law", "LayoutPins": "a layout", "Lending": "what is lent",
    "Library": "a library", "Model": "a model", "Param": "a parameter",
    "Policy": "a policy", "RecordRun": "records one behind the other", "References": "references",
    "RejectedCall": "rejected calls",
    "MayFail": "what a call may fail for want of", "FailureAnswer": "a failure's answer", "Returns": "a result",
    "Scaling": "scaling", "Select": "select", "Status": "a status", "Suppression": "suppressions",
    "Throughput": "throughput",
    "TypePromise": "a type", "StatePromise": "a state", "SetupPromise": "setup", "TransitionPromise": "a transition",
    "CounterPromise": "a counter",
    "VariantPromise": "a variant", "VariantTarget": "what a tag tells", "LastError": "a last error",
    "FileContents": "contents of a file", "FileSeek": "a seek", "FileTell": "what is told of a file",
    "FileWrite": "what is written to a file",
    "TargetPromise": "a pointer behind it",
}  # fmt: skip
"""What each mapping is called in the page, which has a heading of this name."""


def _title(record: type[Clauses]) -> str:
    return _TITLES[record.__name__]


def _anchor(record: type[Clauses]) -> str:
    return _title(record).lower().replace(" ", "-").replace("'", "")


def _rules(record: type[Clauses]) -> list[str]:
    sentences: list[str] = []
    needs: dict[tuple[str, ...], list[str]] = {}
    for rule in record.rules:
        match rule:
            case AtLeastOne(keys):
                sentences.append(f"At least one of {listed(keys, 'and')}.")
            case ExactlyOne(keys):
                sentences.append(f"Exactly one of {listed(keys, 'and')}.")
            case AtMostOne(keys):
                sentences.append(f"At most one of {listed(keys, 'and')}.")
            case Excludes(key, others, unless):
                sentences.append(f"`{key}` beside {listed(others)} only with {listed(unless)} in it.")
            case Needs(key, others):
                needs.setdefault(others, []).append(key)
            case _:
                raise TypeError(rule)
    return sentences + [
        f"{listed(tuple(keys), 'and')} only with {listed(each)}." for each, keys in needs.items()
    ]


def _functions() -> str:
    rows = ["| Function | Means |", "|---|---|"]
    rows += [f"| `{each.signature}` | {_cell(each.doc)} |" for each in FUNCTIONS.values()]
    return "\n".join(rows) + "\n"


def _explained(code: Code) -> str:
    text = code.explain.replace("\n## ", "\n### ")
    return re.sub(r"(?<=### Example\n)((?:    .*\n)+)", r"\n\1", text).rstrip()


def _paragraph(text: str) -> str:
    return " ".join(text.split("\n\n", maxsplit=1)[0].split())


def _cell(text: str) -> str:
    return text.replace("|", "\\|")


if __name__ == "__main__":
    for page, text in language_with_tables(language_pages()).items():
        page.write_text(text, encoding="utf-8")
    CHECKS_PAGE.write_text(checks_page(), encoding="utf-8")
    COMPILED_PAGE.write_text(compiled_page(), encoding="utf-8")
