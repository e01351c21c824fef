"""Stable keys for records and enums without a tag: by the path of their use, never by file and line."""

from __future__ import annotations

from typing import TYPE_CHECKING

from abidance.ir.traversal import references, unqualified
from abidance.ir.types import EnumRef, RecordRef

if TYPE_CHECKING:
    from collections.abc import Iterable

    from abidance.ir.declarations import Declarations, Record
    from abidance.ir.types import Type


def stable_keys(declarations: Declarations) -> dict[str, str]:
    """Return the key that facts use, by that of the declarations, for everything without a tag."""
    return _Keys(declarations).all()


class _Keys:
    def __init__(self, declarations: Declarations) -> None:
        self._declarations = declarations
        self._untagged = {key for key, record in declarations.records.items() if not record.tag}
        self._untagged |= {key for key, enum in declarations.enums.items() if not enum.tag}
        self._found: dict[str, str] = {}

    def all(self) -> dict[str, str]:
        declarations = self._declarations
        for name in sorted(declarations.typedefs):
            match unqualified(declarations.typedefs[name].type):
                case RecordRef(key) | EnumRef(key):
                    self._name(key, name)
        for key, record in declarations.records.items():
            if key not in self._untagged:
                self._members(record, record.tag)
        for key, path in list(self._found.items()):
            if key in declarations.records:
                self._members(declarations.records[key], path)
        for name in sorted(declarations.typedefs):
            self._use(declarations.typedefs[name].type, name)
        for name in sorted(declarations.variables):
            self._use(declarations.variables[name].type, name)
        for name in sorted(declarations.functions):
            function = declarations.functions[name]
            self._use(function.returns, f"{name}()")
            for number, parameter in enumerate(function.parameters):
                self._use(parameter.type, f"{name}({number})")
        return {key: f"{key.split(' ', 1)[0]} <{path}>" for key, path in self._found.items()}

    def _name(self, key: str, path: str) -> bool:
        if key not in self._untagged or key in self._found:
            return False
        self._found[key] = path
        return True

    def _use(self, type_: Type, path: str) -> None:
        for key in references(type_):
            if self._name(key, path) and key in self._declarations.records:
                self._members(self._declarations.records[key], path)

    def _members(self, record: Record, path: str) -> None:
        waiting = [(record, path)]
        while waiting:
            host, where = waiting.pop(0)
            for field in host.fields or ():
                for key in references(field.type):
                    inner = self._declarations.records.get(key)
                    if not field.name and inner is not None and not inner.tag:
                        waiting.append((inner, where))  # a member of the host's, for C callers
                    elif self._name(key, f"{where}.{field.name}") and inner is not None:
                        waiting.append((inner, f"{where}.{field.name}"))


def unused(keys: Iterable[str], declarations: Declarations) -> set[str]:
    """Return the enums without tag that no type uses: their enumerators are plain constants."""
    named = set(keys)
    return {key for key, enum in declarations.enums.items() if not enum.tag and key not in named}
