"""Headers in angle brackets: where the compiler finds them."""

from __future__ import annotations

import re
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import HEADER_NOT_FOUND
from abidance.core.diagnostic import Diagnostic, Label
from abidance.core.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

    from abidance.contract.model import Contract
    from abidance.toolchain.compiler import Compiler

# A line marker of a file that is entered (GCC manual, "Preprocessor Output").
_ENTERED = re.compile(r'^# 1 "(?P<path>(?:[^"\\\n]|\\.)*)" 1\b', re.MULTILINE)


def with_header_path(contract: Contract, compiler: Compiler) -> Contract:
    """Return the contract with the path of its header; raises UsageError when the compiler finds none."""
    text = str(contract.header)
    if not text.startswith("<"):
        return contract
    defines = {name.text: value for name, value in contract.defines.items()}
    found = find_header(text, contract.include_dirs, defines, compiler)
    if isinstance(found, str):
        raise UsageError(_missing_header(contract, found))
    return replace(contract, header=found)


def find_header(
    text: str, include_dirs: tuple[Path, ...], defines: Mapping[str, str], compiler: Compiler
) -> Path | str:
    """Return the path of a header in angle brackets, or why the compiler finds none, in words."""
    name = text.strip("<>")
    try:
        preprocessed = compiler.preprocess(f"#include {text}\n", include_dirs, defines)
    except UsageError as error:
        return error.diagnostics[0].message
    for marker in _ENTERED.finditer(preprocessed):
        path = Path(re.sub(r"\\(.)", r"\1", marker["path"]))
        if path.as_posix().endswith(f"/{name}"):
            return path.absolute()
    return "it is not among the files that the compiler read"


def _missing_header(contract: Contract, words: str) -> Diagnostic:
    return Diagnostic(
        HEADER_NOT_FOUND,
        f"the compiler rejects `#include {contract.header}`",
        (Label(contract.value_span("header")),),
        notes=(words,),
        help="install the package that has it, or name its folder under `include_dirs`",
    )
