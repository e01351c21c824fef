"""The report as Rust that compiles while types of the same names are laid out as the header's are."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from abidance.layout.model import named_members
from abidance.layout.rust_names import rust_identifier

if TYPE_CHECKING:
    from collections.abc import Iterator

    from abidance.layout.model import Report, TypeEntry

_HEAD = """\
// Layouts of {include} for {target}, written by `abidance layout --emit rust-asserts`:
// do not edit, regenerate them. `include!` this file where the types of the header are declared, with
// `#[repr(C)]` and under the same names, typedef names for those without a tag. A build fails here when the
// two sides have drifted apart.
"""


def rust_asserts(report: Report) -> str:
    """Return Rust assertions about the own records of the report, or about the types that were chosen.

    Without a choice enums are left out: in Rust they are as often plain integers. A chosen type goes by the
    name that it was chosen with.
    """
    left_out: list[str] = []
    lines = [_HEAD.format(include=report.include, target=report.target)]
    names = {re.sub(r"^(?:struct|union|enum) ", "", " ".join(name.split())) for name in report.chosen}
    for entry in report.types:
        if not entry.own:
            continue
        name = _type_name(entry, names)
        why = _why_not(entry, name, is_chosen=bool(report.chosen))
        if why:
            left_out += [f"{entry.name}: {why}"] if why != _NOTHING else []
        else:
            assert name is not None
            lines.append("\n".join(_assertions(entry, name, left_out)) + "\n")
    if left_out:
        lines.append("\n".join(("// Left out:", *(f"//   {each}" for each in left_out))) + "\n")
    return "\n".join(lines)


_NOTHING = "nothing to assert"


def _why_not(entry: TypeEntry, name: str | None, *, is_chosen: bool) -> str:
    if entry.kind not in {"struct", "union"} and not is_chosen:
        return (
            "an enum may be a plain integer in Rust; name it to have it asserted"
            if entry.kind == "enum" and not entry.of
            else _NOTHING
        )
    if entry.of and not is_chosen:
        return _NOTHING
    if entry.size is None or entry.align is None:
        return entry.problem or ("opaque" if entry.kind in {"struct", "union"} else _NOTHING)
    if name is None:
        return "it has no name that Rust could have" if "." not in entry.name else _NOTHING
    return ""


def _type_name(entry: TypeEntry, chosen: set[str]) -> str | None:
    bare = re.sub(r"^(?:struct|union|enum) ", "", entry.name)
    typedef = entry.key if entry.of else ""
    return rust_identifier(typedef if typedef in chosen else bare)


def _assertions(entry: TypeEntry, name: str, left_out: list[str]) -> Iterator[str]:
    yield f"const _: () = assert!(core::mem::size_of::<{name}>() == {entry.size});"
    yield f"const _: () = assert!(core::mem::align_of::<{name}>() == {entry.align});"
    for member, anonymous in named_members(entry.members):
        path, field = f"{entry.name}.{member.name}", rust_identifier(member.name)
        if member.bits:
            left_out.append(f"{path}: a bit-field")
        elif anonymous:
            left_out.append(f"{path}: inside an anonymous member")
        elif field is None:
            left_out.append(f"{path}: no name that Rust could have")
        else:
            yield f"const _: () = assert!(core::mem::offset_of!({name}, {field}) == {member.offset});"
