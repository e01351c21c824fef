"""One run over everything, and whether each goal is met. Figures, not a gate: the exit status is always 0."""

from __future__ import annotations

import argparse
import tempfile
from pathlib import Path

from benchmarks import (
    against_hand_written,
    compiled_contract,
    gate,
    headers,
    layouts,
    many_functions,
    reached_edges,
    round_trip,
    sequences,
    start_up,
    timed_calls,
    to_minimal,
    traced_calls,
)
from benchmarks.board import Board, Effort

SECTIONS = (
    against_hand_written,
    compiled_contract,
    reached_edges,
    sequences,
    timed_calls,
    to_minimal,
    start_up,
    headers,
    layouts,
    many_functions,
    round_trip,
    traced_calls,
    gate,
)
FULL = Effort(cases=1000, repeats=9, functions=100, trips=5000)
QUICK = Effort(cases=60, repeats=1, functions=10, trips=50)


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m benchmarks", description=__doc__)
    parser.add_argument(
        "--quick", action="store_true", help="run everything once and briefly; judge no figure by it"
    )
    parser.add_argument("--only", metavar="SECTION", help="one of " + ", ".join(map(name_of, SECTIONS)))
    options = parser.parse_args()
    board = Board()
    with tempfile.TemporaryDirectory(prefix="abidance-bench-") as folder:
        for section in SECTIONS:
            name = name_of(section)
            if options.only in (None, name):
                place = Path(folder, name)
                place.mkdir()
                section.measure(board, QUICK if options.quick else FULL, place)
    board.verdict()


def name_of(section: object) -> str:
    return section.__name__.rpartition(".")[2]


if __name__ == "__main__":
    main()
