"""C source for random types: every declaration once, in the order in which they need each other."""

from __future__ import annotations

from dataclasses import dataclass, field

from declarations.c_types import (
    Array,
    CType,
    Enum,
    FunctionPointer,
    Pointer,
    Record,
    Scalar,
    Typedef,
    Vector,
    bare,
    member_names,
    names_below,
)


@dataclass
class Source:
    """C text and what it calls each type. `names` has what a C expression may say: ``struct r3``."""

    text: str = ""
    names: dict[CType, str] = field(default_factory=dict)

    def declare(self, type_: CType, declarator: str = "") -> str:
        """Return a declaration of `declarator`, or the type's name without one."""
        match type_:
            case Scalar(c):
                return f"{c} {declarator}".strip()
            case Pointer(None):
                return f"void *{declarator}"
            case Pointer(to):
                inner = f"*{declarator}"
                return self.declare(to, f"({inner})" if isinstance(to, Array) else inner)
            case FunctionPointer(returns, parameters):
                listed = ", ".join(map(self.declare, parameters)) or "void"
                inner = f"(*{declarator})({listed})"
                return f"void {inner}" if returns is None else self.declare(returns, inner)
            case Array(of, count):
                return self.declare(of, f"{declarator}[{'' if count is None else count}]")
            case Record(naming="inline"):
                return f"{self._body(type_)} {declarator}".strip()
            case _:
                return f"{self.names[type_]} {declarator}".strip()

    def _body(self, record: Record, tag: str = "", start: int = 0) -> str:
        """Return the record's specifier with its members, which are named from m`start` on."""
        attributes = [
            *(["packed"] if record.packed else []),
            *([f"aligned({record.aligned})"] if record.aligned else []),
        ]
        # Both places are common in real headers; which one is taken here depends on the data alone.
        said = f"__attribute__(({', '.join(attributes)}))" if attributes else ""
        before, behind = (f"{said} ", "") if len(record.members) % 2 else ("", f" {said}")
        members = "".join(f"    {self._member(record, at, start)};\n" for at in range(len(record.members)))
        head = f"{record.kind} {before if said else ''}{tag}".strip()
        return f"{head} {{\n{members}}}{behind if said else ''}"

    def _member(self, record: Record, at: int, start: int) -> str:
        member, name = record.members[at], member_names(record, start)[at]
        if not member.named and member.bits is None:
            inner = bare(member.type)
            assert isinstance(inner, Record)
            return self._body(inner, "", names_below(record, start, at)).rstrip().replace("\n", "\n    ")
        text = self.declare(member.type, name).replace("\n", "\n    ")
        if member.bits is not None:
            text += f" : {member.bits}" if name else f": {member.bits}"
        attributes = [
            *(["packed"] if member.packed else []),
            *([f"aligned({member.aligned})"] if member.aligned else []),
        ]
        return f"{text} __attribute__(({', '.join(attributes)}))" if attributes else text

    def add(self, type_: CType, prefix: str) -> None:
        """Write what `type_` needs and then itself, unless it has been written."""
        if type_ in self.names:
            return
        for part in parts(type_):
            self.add(part, prefix)
        name = f"{prefix}{len(self.names)}"
        match type_:
            case Enum(values, packed, naming):
                listed = ", ".join(f"{name.upper()}_{n} = {_constant(v)}" for n, v in enumerate(values))
                said = " __attribute__((packed))" if packed else ""
                if naming == "typedef":
                    self.text += f"typedef enum {{ {listed} }}{said} {name};\n"
                    self.names[type_] = name
                else:
                    self.text += f"enum {name} {{ {listed} }}{said};\n"
                    self.names[type_] = f"enum {name}"
            case Vector(of, lanes):
                size = f"{lanes} * sizeof({of.c})"
                self.text += f"typedef {of.c} {name} __attribute__((vector_size({size})));\n"
                self.names[type_] = name
            case Typedef(of, aligned):
                said = f" __attribute__((aligned({aligned})))" if aligned else ""
                self.text += f"typedef {self.declare(of, name)}{said};\n"
                self.names[type_] = name
            case Record(naming="tag" | "typedef" as naming):
                if record_pragma := type_.pragma:
                    self.text += f"#pragma pack(push, {record_pragma})\n"
                if naming == "typedef":
                    self.text += f"typedef {self._body(type_)} {name};\n"
                    self.names[type_] = name
                else:
                    self.text += f"{self._body(type_, name)};\n"
                    self.names[type_] = f"{type_.kind} {name}"
                if type_.pragma:
                    self.text += "#pragma pack(pop)\n"


def render(types: list[CType], prefix: str = "r") -> Source:
    """Return the source that declares all `types`; `prefix` keeps the names of several sources apart."""
    source = Source()
    for type_ in types:
        source.add(type_, prefix)
    return source


def parts(type_: CType) -> list[CType]:
    """Return the types that `type_` is written with."""
    match type_:
        case Pointer(None) | Scalar() | Enum() | Vector():
            return []
        case Pointer(of) | Array(of, _) | Typedef(of, _):
            return [of]
        case FunctionPointer(returns, parameters):
            return [*([] if returns is None else [returns]), *parameters]
        case Record(_, members):
            return [member.type for member in members]
    raise AssertionError(type_)


def _constant(value: int) -> str:
    """Return an integer constant expression that no target has to truncate (C11 6.4.4.1)."""
    if -(2**31) < value < 2**31:
        return str(value)
    return f"({value + 1}LL - 1)" if value < 0 else f"{value}{'ULL' if value >= 2**63 else 'LL'}"
