"""``sizeof(TYPE)`` in expressions: a constant, whose name is how it is written."""

from __future__ import annotations

import ast
import re

_TYPE = r"(?:(?:const|struct|union|enum|unsigned|signed|long|short|char|int|double|float)\s+)*\w+(?:\s*\*)*"
_SIZEOF = re.compile(rf"(?<![\w.])sizeof\s*\(\s*({_TYPE})\s*\)")


def sizes_in(text: str) -> list[str]:
    """Return the names of the sizes in an expression: ``sizeof(struct tm)``."""
    return [_name(found[1]) for found in _SIZEOF.finditer(text)]


def type_of(name: str) -> str:
    """Return the type of which a name is the size; empty where it is the name of something else."""
    return name.removeprefix("sizeof(").removesuffix(")") if name.startswith("sizeof(") else ""


def _name(type_: str) -> str:
    return f"sizeof({' '.join(type_.replace('*', ' *').split())})"


def one_word_each(source: str) -> tuple[str, dict[int, str]]:
    """Return an expression with an identifier as long in place of each size, and by their offsets their names."""
    names: dict[int, str] = {}

    def identifier(found: re.Match[str]) -> str:
        names[found.start()] = _name(found[1])
        return "_" * len(found[0])

    return _SIZEOF.sub(identifier, source), names


class SizeNames(ast.NodeTransformer):
    """Gives identifiers that stand for sizes their names."""

    def __init__(self, names: dict[tuple[int, int], str]) -> None:
        """Take them by line and byte column."""
        self._names = names

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Return the name of a size."""
        found = self._names.get((node.lineno, node.col_offset))
        return node if found is None else ast.copy_location(ast.Name(found, ast.Load()), node)
