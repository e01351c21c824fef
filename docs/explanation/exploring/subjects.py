"""The libraries that exploring is measured on: those of the tests, each built from source as a project's own would be.

The tests compile most of them themselves, as prebuilt libraries. Here a copy of the contract names what builds them, so
that they are explored with coverage.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import tomllib
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import yaml

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping

ROOT = Path(__file__).resolve().parents[3]
FIXTURES = ROOT / "native_fixtures"
FAMILIES = ROOT / "tests" / "run"
CHECKS = ROOT / "tests" / "checks"
RULES = ROOT / "tests" / "native"
EXAMPLES = {
    "request_guard": ROOT / "examples" / "01-request-guard",
    "market_data": ROOT / "examples" / "02-market-data-gateway",
}
VARIANTS = {"sound": 0, "near": 1, "wrong": 2}
NUMBERED = {
    "handle_lifetimes": (
        "DEFECT",
        {
            "sound": 0,
            "near": 1,
            "after_free": 2,
            "twice": 3,
            "shared": 4,
            "kept": 5,
            "left": 6,
            "order": 7,
            "child": 8,
            "outlived": 9,
            "buffer": 10,
            "narrow": 11,
        },
    ),
    "equivalence": ("VARIANT", {"first": 0, "same": 1, "wrong": 2}),
    "call_order": (
        "VARIANT",
        {
            "sound": 0,
            "near": 1,
            "emptied": 2,
            "third": 3,
            "refuses": 4,
            "falls": 5,
            "why": 6,
            "backwards": 7,
        },
    ),
    "destroyed_handles": ("VARIANT", {**VARIANTS, "forgets": 3}),
    "shapes": ("VARIANT", {"sound": 0}),
}
SOUND = ("sound", "near", "first", "same")
ONLY_COMPARED = {"call_order": ("near",)}
"""Variants that are alike to the sound one, and break a promise when they are judged alone."""
_LIBRARIES = re.compile(r"^libraries:.*\n(?:[ \t].*\n|\n)*", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Subject:
    """One contract, with libraries of which each is sound (or nearly wrong) or has a defect."""

    name: str
    contract: Path
    sound: tuple[str, ...]
    defective: tuple[str, ...]
    functions: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Of a library with a defect, the functions that show it, where the fixture says so."""


def subjects() -> dict[str, Callable[[Path], Subject]]:
    """Return what lays a subject out in an empty folder, by its name."""
    made: dict[str, Callable[[Path], Subject]] = {}
    for name in EXAMPLES:
        made[name] = lambda place, name=name: twins(place, name)  # type: ignore[misc]
    for contract in sorted((FIXTURES / "bug_classes").glob("*.contract.yaml")):
        name = contract.name.partition(".")[0]
        made[f"bug_classes/{name}"] = lambda place, name=name: bug_class(place, name)  # type: ignore[misc]
    for contract in sorted(FAMILIES.glob("*.contract.yaml")):
        name = contract.name.partition(".")[0]
        if (FAMILIES / f"{name}.c").exists():
            made[f"families/{name}"] = lambda place, name=name: family(place, name)  # type: ignore[misc]
    for contract in sorted(CHECKS.glob("*/contract.yaml")):
        name = contract.parent.name
        made[f"checks/{name}"] = lambda place, name=name: check(place, name)  # type: ignore[misc]
    made["rules"] = rules
    return made


def twins(place: Path, boundary: str) -> Subject:
    """Lay out the twins of an example, in C and in Rust."""
    example = EXAMPLES[boundary]
    shutil.copytree(example, place, dirs_exist_ok=True)
    # Its own are named in what it says of differences.
    libraries: dict[str, Any] = {"c": {"cmake": ".", "target": f"{boundary}_c"}, "rust": {"cargo": "rust"}}
    kinds: dict[str, list[str]] = defaultdict(list)
    functions: dict[str, tuple[str, ...]] = {}
    for file in sorted((FIXTURES / boundary).glob("*/*/fixture.toml")):
        facts, folder = tomllib.loads(file.read_text()), file.parent
        if facts["language"] == "rust" and not shutil.which("cargo"):
            continue
        functions[folder.name] = tuple(facts.get("functions", ()))
        kinds["defective" if facts["kind"] == "defect" else "sound"].append(folder.name)
        if facts["language"] == "rust":
            crate = place / "twins" / folder.name
            shutil.copytree(example / "rust", crate, ignore=shutil.ignore_patterns("target"))
            source = crate / "src" / "lib.rs"
            libraries[folder.name] = {"cargo": f"twins/{folder.name}"}
        else:
            source = place / f"{folder.name}.c"
            shutil.copy(example / "c" / f"{boundary}.c", source)
            libraries[folder.name] = compiled(folder.name, source.name, "-Iinclude")
        if (folder / "change.patch").exists():
            patch = ["patch", "-s", str(source), str(folder / "change.patch")]
            subprocess.run(patch, check=True)
    contract = with_libraries(place / f"{boundary}.contract.yaml", libraries)
    return Subject(boundary, contract, tuple(kinds["sound"]), tuple(kinds["defective"]), functions)


def bug_class(place: Path, group: str) -> Subject:
    """Lay out a group of `native_fixtures/bug_classes`, whose contract says how both libraries are built."""
    shutil.copytree(FIXTURES / "bug_classes", place, dirs_exist_ok=True)
    return Subject(f"bug_classes/{group}", place / f"{group}.contract.yaml", ("sound",), ("defect",))


def family(place: Path, name: str) -> Subject:
    """Lay out a family of `tests/run`: one source, several libraries by the value of a macro."""
    for pattern in (f"{name}*", "*.h", "*.py"):
        for file in FAMILIES.glob(pattern):
            shutil.copy(file, place)
    macro, variants = NUMBERED.get(name, ("VARIANT", VARIANTS))
    libraries = {
        variant: compiled(variant, f"{name}.c", f"-D{macro}={number}") for variant, number in variants.items()
    }
    contract = with_libraries(place / f"{name}.contract.yaml", libraries)
    alone = [each for each in variants if each not in ONLY_COMPARED.get(name, ())]
    sound, defective = ([each for each in alone if (each in SOUND) is wanted] for wanted in (True, False))
    return Subject(f"families/{name}", contract, tuple(sound), tuple(defective))


def check(place: Path, name: str) -> Subject:
    """Lay out the defect and the near miss of a check."""
    shutil.copytree(CHECKS / name, place, dirs_exist_ok=True)
    own = yaml.safe_load((place / "contract.yaml").read_text())["libraries"]
    sources = {
        each: f"{Path(own[each]['path']).stem.removeprefix('lib')}.c" for each in own if "path" in own[each]
    }
    # Its own may be named in what it says of differences.
    libraries = {
        each: compiled(each, "defect.c" if of == "subject.c" else of) for each, of in sources.items()
    }
    libraries |= {each: compiled(each, f"{each}.c") for each in ("near_miss", "defect")}
    (place / "contract.yaml").rename(place / "subject.contract.yaml")
    contract = with_libraries(place / "subject.contract.yaml", libraries)
    return Subject(f"checks/{name}", contract, ("near_miss",), ("defect",))


def rules(place: Path) -> Subject:
    """Lay out the library that has a defect for each rule of a compiled contract."""
    for file in RULES.glob("rules.*"):
        shutil.copy(file, place)
    libraries = {"sound": compiled("sound", "rules.c"), "defect": compiled("defect", "rules.c", "-DDEFECT")}
    return Subject("rules", with_libraries(place / "rules.contract.yaml", libraries), ("sound",), ("defect",))


def compiled(name: str, source: str, *flags: str) -> dict[str, Any]:
    """Return what a contract says of a library that the compiler makes of one file."""
    words = f"$CC $CFLAGS -std=gnu11 -w -g -shared -fPIC {' '.join(flags)} {source} -o lib{name}.so $LDFLAGS"
    return {"command": ["sh", "-c", f"{words} -lm -lpthread"], "artifact": f"lib{name}.so"}


def with_libraries(contract: Path, libraries: dict[str, Any]) -> Path:
    """Give a contract these libraries in place of its own."""
    lines = "".join(f"  {name}: {json.dumps(how)}\n" for name, how in libraries.items())
    text, count = _LIBRARIES.subn(lambda _: f"libraries:\n{lines}\n", contract.read_text())
    assert count == 1, contract
    contract.write_text(text)
    return contract


def chosen(patterns: list[str]) -> Iterator[str]:
    """Yield the names of the subjects that begin with one of these; of all, where none is given."""
    for name in subjects():
        if not patterns or any(name.startswith(pattern) for pattern in patterns):
            yield name
