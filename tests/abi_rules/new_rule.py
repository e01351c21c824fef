"""Lays out a new ABI rule: `make new-rule NAME=the-change`; tests then say what it still lacks."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path

from abidance.cli.codes import codes

HERE = Path(__file__).parent
RULES = HERE.parents[1] / "harness" / "abidance" / "abi" / "rules"
RULE = """\
code = "{code}"
title = "still to be written"
message = "`{{subject}}` was {{old}} and is {{new}}"
remedy = "still to be written"

[match]
entities = ["still-to-be-written"]
aspects = ["still-to-be-written"]

[[case]]
verdict = "breaking"
binary = "breaking"
effect = "still to be written"
"""
HEADERS = {
    "old.h": "/* Still to be written: before the change. */\n",
    "new.h": "/* Still to be written: after it. */\n",
    "near_miss.h": "/* Still to be written: what looks like the change and is none. */\n",
}


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("name", help="the change, in the field's words: `bit-field-changed`")
    name = parser.parse_args().name
    rule, folder = RULES / f"{name}.toml", HERE / name
    if rule.exists() or folder.exists():
        sys.exit(f"`{name}` is there already")
    last = max(code.id for code in codes() if code.id.startswith(("ABD4", "ABD5")))
    rule.write_text(RULE.format(code=f"ABD{int(last[3:]) + 1}"))
    folder.mkdir()
    for file, text in HEADERS.items():
        (folder / file).write_text(text)
    print(f"write {rule.relative_to(RULES.parents[3])} and tests/abi_rules/{name}/*")
    print(
        "then: ABIDANCE_ACCEPT=1 .venv/bin/pytest tests/abi_rules -k test_rule; read expected.txt; make test"
    )


if __name__ == "__main__":
    main()
