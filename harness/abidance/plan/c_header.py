"""Writes `watch/plan_format.h`, for C, from the byte layout and the statuses that Python has.

``python -m abidance.plan.c_header`` writes it anew; a test fails when it is old.
"""

from __future__ import annotations

import textwrap
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.plan.callback_script import MOST_CURSORS, FileAction
from abidance.plan.layout import C_PARTS, MAX_ALIGN, PLAN_MAGIC, VERSION, CFlags, PlanRecord
from abidance.plan.observation import DeallocationStatus

if TYPE_CHECKING:
    from enum import Enum

PATH = Path(__file__).parents[1] / "watch" / "plan_format.h"
_TYPES = {"u": "uint{}_t", "i": "int{}_t", "m": "uint32_t"}
"""Of C, by the letter that a field's type begins with."""
_TOP = """\
/* The parts of an encoded plan and observation that C reads or writes in place. Written from `plan/layout.py` by
 * `python -m abidance.plan.c_header`: change it there.
 *
 * A plan is its header, then `blocks` block entries, then `relocations` relocation entries, then contents. All numbers
 * are little-endian, as are the machines that abidance runs on.
 */
#ifndef ABIDANCE_PLAN_FORMAT_H
#define ABIDANCE_PLAN_FORMAT_H

#include <stdint.h>
"""
_FIRST = CFlags(
    {
        "PLAN_MAGIC": int.from_bytes(PLAN_MAGIC, "little"),
        "PLAN_VERSION": VERSION,
        "MAX_ALIGN": MAX_ALIGN,
        "MOST_CURSORS": MOST_CURSORS,
    },
    {"PLAN_MAGIC": f'"{PLAN_MAGIC.decode()}"'},
)
_LAST = CFlags({"NULL": 0}, {"NULL": "a reach"})


def header() -> str:
    """Return the text of the header."""
    parts = (
        _record(part) if isinstance(part, PlanRecord) else _flags(part) for part in (_FIRST, *C_PARTS, _LAST)
    )
    enums = (_enum("verdict", DeallocationStatus), _enum("file_action", FileAction))
    return "\n".join((_TOP, *parts, *enums, "#endif\n"))


def _record(record: PlanRecord) -> str:
    name = f"struct abidance_{record.name}"
    above = "\n * ".join(textwrap.wrap(f"/* {record.comment} */", 117)) + "\n" if record.comment else ""
    fields = "".join(
        f"    {_TYPES[type_[0]].format(type_[1:])} {field};{_beside(record.comments.get(field))}\n"
        for type_, field in record.fields
    )
    check = (
        f'_Static_assert(sizeof({name}) == {record.layout.size}, "Python packs {record.layout.size} bytes");'
    )
    return f"{above}{name} {{\n{fields}}};\n{check}\n"


def _flags(flags: CFlags) -> str:
    return "".join(
        f"#define ABIDANCE_{name} {value:#x}u{_beside(flags.comments.get(name))}\n"
        for name, value in flags.values.items()
    )


def _enum(name: str, kinds: type[Enum]) -> str:
    members = [f"    ABIDANCE_{each.name} = {number},\n" for number, each in enumerate(kinds)]
    return f"/* {kinds.__doc__} */\nenum abidance_{name} {{\n{''.join(members)}}};\n"


def _beside(comment: str | None) -> str:
    return f" /* {comment} */" if comment else ""


if __name__ == "__main__":
    PATH.write_text(header(), encoding="utf-8")
