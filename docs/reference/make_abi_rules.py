"""Writes `abi-rules.md`: `python docs/reference/make_abi_rules.py`. A test asserts that it is current."""

from __future__ import annotations

from pathlib import Path

from abidance.abi.rules import AbiRule, RuleCase, rules

PAGE = Path(__file__).with_name("abi-rules.md")
_ENTITIES = {
    "function": "Functions",
    "parameter": "Parameters",
    "return": "Results",
    "variable": "Variables",
    "record": "Records",
    "field": "Fields",
    "enum": "Enums",
    "enumerator": "Enumerators",
    "typedef": "Typedefs",
    "constant": "Macros and constants",
    "library": "Libraries",
    "symbol": "Symbols",
    "clause": "Contract clauses",
    "evidence": "Evidence",
}


def page() -> str:
    """Return the page: for each entity its rules, for each rule when it is how harmful."""
    lines = [
        "# ABI rules",
        "",
        "Written by `make_abi_rules.py` from `abidance/abi/rules/*.toml`; `abidance explain CODE` prints the same.",
        "",
        "A change has a verdict: `breaking`, `risky`, `compatible`, or `unknown` where it could not be judged.",
        "Beside it stands for whom it holds: *binary* for programs that are linked already, *source* for those that",
        "are compiled again, *contract* for those that rely on what was promised. The gate goes by the verdict; the",
        "policy `semver` goes by all of them. What breaks one of these audiences is `breaking`.",
        "",
        "Two circumstances change what is said below. What is inside the declaration of an inline function concerns",
        "only what is compiled again. And what callers should not use is `risky` at most: a type that no declared",
        "function or variable reaches, the fields of a record that calls itself internal, a symbol whose version calls",
        "itself private.",
    ]
    for entity, title in _ENTITIES.items():
        own = [rule for rule in rules() if rule.entities[0] == entity]
        lines += ["", f"## {title}", "", "| Code | Name | Verdicts |", "|---|---|---|"]
        lines += [f"| [{r.code}](#{anchor(r)}) | `{r.name}` | {_verdicts(r)} |" for r in own]
        for rule in own:
            lines += ["", f"### {rule.code} {rule.name}", "", f"{rule.title[0].upper()}{rule.title[1:]}.", ""]
            lines += (
                [*rule.explain.strip().replace("\n## ", "\n#### ").splitlines(), ""] if rule.explain else []
            )
            lines += ["| Verdict | For whom | When | Effect |", "|---|---|---|---|", *map(_row, rule.cases)]
            lines += ["", f"What to do: {_plain(rule.remedy)}."] if rule.remedy else []
            lines += ["", f"Formerly `{'`, `'.join(rule.formerly)}`."] if rule.formerly else []
    return "\n".join(lines) + "\n"


def anchor(rule: AbiRule) -> str:
    """Return what GitHub makes of the rule's heading."""
    return f"{rule.code} {rule.name}".lower().replace(" ", "-")


def _verdicts(rule: AbiRule) -> str:
    return ", ".join(dict.fromkeys(case.verdict.value for case in rule.cases))


def _row(case: RuleCase) -> str:
    axes = {"binary": case.binary, "source": case.source, "contract": case.contract}
    whom = ", ".join(f"{name} {verdict}" for name, verdict in axes.items() if verdict.value != "compatible")
    when = [*sorted(case.when), *([" or ".join(sorted(case.any))] if case.any else [])]
    when += [f"not {each}" for each in sorted(case.unless)]
    return f"| {case.verdict} | {whom or '-'} | {', '.join(when) or 'otherwise'} | {_plain(case.effect)} |"


def _plain(text: str) -> str:
    for word in ("subject", "old", "new", "of"):
        text = text.replace(f"`{{{word}}}`", f"*{word}*").replace(f"{{{word}}}", f"*{word}*")
    return text.replace("|", "\\|")


if __name__ == "__main__":
    PAGE.write_text(page(), encoding="utf-8")
