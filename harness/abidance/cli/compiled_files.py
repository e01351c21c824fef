"""What `abidance fuzz` tells and writes of a compiled contract without running it: `--explain`, `--emit`, `--check`."""

from __future__ import annotations

import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING

from abidance.core.catalogue import BAD_CONFIGURATION
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import UsageError
from abidance.core.outcome import ExitCode
from abidance.report.text.style import Style

if TYPE_CHECKING:
    import argparse
    from collections.abc import Sequence


def add_file_options(group: argparse._ArgumentGroup) -> None:
    """Add the options."""
    group.add_argument(
        "--explain",
        action="store_true",
        help="for each clause of the contract, tell whether it is compiled, and why not; runs nothing",
    )
    group.add_argument(
        "--emit",
        metavar="DIR",
        help="write target, seeds, dictionary and the files of ClusterFuzzLite and OSS-Fuzz into the repository DIR",
    )
    group.add_argument(
        "--check",
        action="store_true",
        help="with --emit: write nothing, and exit with 1 if what is there is not what would be written",
    )


def explain_or_emit(options: argparse.Namespace, paths: Sequence[Path]) -> int | None:
    """Explain contracts, or write or check their files; return the exit status, or None where nothing was asked."""
    if options.check and not options.emit:
        raise UsageError(
            Diagnostic(BAD_CONFIGURATION, "`--check` needs `--emit DIR`, which it compares with")
        )
    if options.explain:
        return _explained(paths, as_json="json" in options.format)
    if options.emit:
        return _emitted(paths, Path(options.emit), check=options.check)
    return None


def _explained(paths: Sequence[Path], *, as_json: bool) -> int:
    from abidance.boundary.resolve.join import join  # noqa: PLC0415 - brings pycparser
    from abidance.contract.load import load_contract  # noqa: PLC0415
    from abidance.native.explain import as_object, as_text, explain  # noqa: PLC0415

    for path in paths:
        clauses = explain(join(load_contract(path)))
        if as_json:
            sys.stdout.write(json.dumps(as_object(clauses), indent=2, ensure_ascii=False) + "\n")
        else:
            sys.stdout.write(as_text(clauses, Style.of(sys.stdout)))
    return ExitCode.OK


def _emitted(paths: Sequence[Path], root: Path, *, check: bool) -> int:
    from abidance.boundary.resolve.join import join  # noqa: PLC0415 - brings pycparser
    from abidance.contract.load import load_contract  # noqa: PLC0415
    from abidance.native.emission import Emission, stale, write  # noqa: PLC0415

    emission = Emission.of([join(load_contract(path)) for path in paths], root)
    old = stale(emission, root) if check else []
    if not check:
        write(emission, root)
        sys.stdout.write("".join(f"{root / name}\n" for name in emission.files))
    if old:
        sys.stdout.write("".join(f"{line}\n" for line in old))
        sys.stdout.write(f"`abidance fuzz {' '.join(map(str, paths))} --emit {root}` writes it anew\n")
    return ExitCode.FINDINGS if old else ExitCode.OK
