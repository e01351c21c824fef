"""Writes `headers.md`: how well-known headers are read, laid out and bound, and whether that is what compilers say.

    python docs/reference/make_headers.py --fetch build/headers     # once; needs Debian's apt, no root
    python docs/reference/make_headers.py build/headers             # some minutes
    python docs/reference/make_headers.py build/headers curl/curl.h # only show this one

Packages are downloaded and unpacked into the folder, with the -dev packages that they depend on; nothing is
installed. Each header is read and laid out under gcc and under clang, and every record that the debug
information of the same compiler knows is looked up in the report: size, members, offsets, bits.
"""

from __future__ import annotations

import argparse
import re
import shlex
import shutil
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT / "tests"))

from abidance.core.errors import AbidanceError  # noqa: E402
from abidance.layout.as_json import document  # noqa: E402
from abidance.layout.collect import LayoutSubject, report  # noqa: E402
from abidance.toolchain.compiler import find_compiler, search_flags  # noqa: E402
from abidance.toolchain.header_prerequisites import including  # noqa: E402
from declarations.dwarf_layouts import every_layout  # noqa: E402

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from abidance.toolchain.compiler import Compiler

PAGE = Path(__file__).with_name("headers.md")
LISTED = Path(__file__).with_name("headers.txt")
FAMILIES = ("gcc", "clang")
_DEV = re.compile(r"^[a-z0-9][a-z0-9+.-]*-(?:(?:multi)?dev|headers)$")
_DEBUG = ("-w", "-g", "-O0", "-fno-eliminate-unused-debug-types")


@dataclass(frozen=True)
class Listed:
    """A line of `headers.txt`: a package, its header, and what that needs.

    That is modules of pkg-config, macros (``-DNAME=TEXT``) and headers before it (``+NAME``).
    """

    package: str
    header: str
    needs: tuple[str, ...]

    @property
    def modules(self) -> tuple[str, ...]:
        """Return the modules of pkg-config."""
        return tuple(word for word in self.needs if word[0] not in "-+")

    @property
    def defines(self) -> dict[str, str]:
        """Return the macros."""
        return dict(word[2:].split("=", 1) for word in self.needs if word.startswith("-D"))

    @property
    def before(self) -> tuple[str, ...]:
        """Return the headers that come before it."""
        return tuple(word[1:] for word in self.needs if word.startswith("+"))


@dataclass
class Row:
    """What became of one header under one compiler. `wrong` lists what debug information contradicts."""

    header: str
    family: str
    error: str = ""
    bindings: Counter[str] = field(default_factory=Counter)
    functions: Counter[str] = field(default_factory=Counter)
    records: int = 0
    equal: int = 0
    wrong: list[str] = field(default_factory=list)
    problems: list[str] = field(default_factory=list)
    seconds: float = 0.0


def listed() -> list[Listed]:
    """Return the headers of `headers.txt`; a package without one has an empty `header`."""
    lines = (line.split() for line in LISTED.read_text().splitlines() if line and not line.startswith("#"))
    return [Listed(words[0], words[1] if words[1:] else "", tuple(words[2:])) for words in lines]


def fetch(folder: Path, packages: Iterable[str]) -> None:
    """Download the packages, and the -dev packages that they depend on, and unpack them into `folder`."""
    debs = folder / "debs"
    debs.mkdir(parents=True, exist_ok=True)
    have: set[str] = set()
    waiting = sorted(set(packages))
    while waiting:
        subprocess.run(["apt-get", "download", "-q", *waiting], cwd=debs, check=True, timeout=1800)
        have |= set(waiting)
        needed = {name for deb in debs.glob("*.deb") for name in _depends(deb)} - have
        waiting = sorted(needed & _available(needed))
    for deb in sorted(debs.glob("*.deb")):
        subprocess.run(["dpkg-deb", "-x", str(deb), str(folder / "root")], check=True, timeout=300)


def _depends(deb: Path) -> set[str]:
    text = subprocess.run(
        ["dpkg-deb", "-f", str(deb), "Depends"], capture_output=True, text=True, check=True, timeout=60
    ).stdout
    words = (re.sub(r"\(.*?\)|:any", "", each).strip() for each in re.split(r"[,|]", text))
    return {word for word in words if _DEV.match(word)}


def _available(packages: Iterable[str]) -> set[str]:
    """Return those of which there is a package: others are names that several of them provide."""
    told = subprocess.run(
        ["env", "LC_ALL=C", "apt-cache", "policy", *sorted(packages)],
        capture_output=True, text=True, check=True, timeout=60,
    ).stdout  # fmt: skip
    found = re.findall(r"^(\S+):\n  Installed: .*\n  Candidate: (.*)$", told, re.MULTILINE)
    return {name for name, candidate in found if candidate != "(none)"}


def versions(folder: Path) -> dict[str, str]:
    """Return the version of each downloaded package."""
    found = {}
    for deb in sorted((folder / "debs").glob("*.deb")):
        name, version, _ = deb.name.split("_")
        found[name] = version.replace("%3a", ":")
    return found


def include_dirs(folder: Path, modules: Sequence[str] = ()) -> tuple[Path, ...]:
    """Return where the unpacked headers are, with the folders that pkg-config modules name first."""
    root = folder / "root"
    found: list[Path] = []
    if modules and shutil.which("pkg-config"):
        places = [
            root / "usr/lib/x86_64-linux-gnu/pkgconfig",
            root / "usr/lib/pkgconfig",
            root / "usr/share/pkgconfig",
        ]
        environment = {
            "PATH": "/usr/bin:/bin",
            "PKG_CONFIG_LIBDIR": ":".join(map(str, places)),
            "PKG_CONFIG_SYSROOT_DIR": str(root),
        }
        told = subprocess.run(
            ["pkg-config", "--cflags-only-I", *modules],
            capture_output=True, text=True, env=environment, timeout=60, check=False,
        )  # fmt: skip
        found += [Path(word[2:]) for word in told.stdout.split()]
    found += [root / "usr/include", root / "usr/include/x86_64-linux-gnu"]
    return tuple(dict.fromkeys(each for each in found if each.is_dir()))


def find_header(folders: Iterable[Path], name: str) -> Path | None:
    """Return the path of a header that is named as C source includes it, or None."""
    for folder in (*folders, Path("/usr/include"), Path("/usr/include/x86_64-linux-gnu")):
        if (folder / name).is_file():
            return folder / name
    return None


def compilers(folders: Sequence[Path]) -> list[Compiler]:
    """Return the compilers that look into `folders` as they do into a system's."""
    words = " ".join(f"-isystem {shlex.quote(str(each.absolute()))}" for each in folders)
    return [find_compiler(f"{family} {words}") for family in FAMILIES]


def examine(header: Path, listed: Listed, compiler: Compiler) -> Row:
    """Lay out one header and hold the report against debug information."""
    row = Row(listed.header, compiler.family)
    subject = LayoutSubject(header, defines=listed.defines, before=listed.before)
    started = time.perf_counter()
    try:
        made: Any = document(report(subject, compiler))
    except AbidanceError as error:
        row.error = "; ".join(each.message for each in error.diagnostics)
        return row
    row.seconds = time.perf_counter() - started
    types = made["types"]
    row.problems = [each["message"] for each in made["problems"]]
    row.bindings = Counter(
        it["binding"]
        for it in types.values()
        if it["own"] and "of" not in it and it["kind"] in {"struct", "union"} and it["size"] is not None
    )
    row.functions = Counter(it["binding"] for it in made["functions"].values())
    asked = including(compiler, made["included_before"])
    compiled = asked.compile_object("", (*_DEBUG, *search_flags((), listed.defines), "-include", str(header)))
    if compiled.image is None:
        row.error = f"does not compile for debug information: {compiled.words[:200]}"
        return row
    for record, (size, members) in every_layout(compiled.image).items():
        row.records += 1
        complaint = compare(types.get(record), size, members, compiler)
        if complaint:
            row.wrong.append(f"{record}: {complaint}")
        else:
            row.equal += 1
    return row


def compare(told: Any, size: int, members: dict[str, tuple[int, int]], compiler: Compiler) -> str:
    """Return what the report says otherwise than debug information of a record; empty when nothing."""
    if told is None:
        return "not in the report"
    if told["size"] != size:
        return f"{told['size']} bytes, not {size}"
    if not members:
        return ""  # gcc tells no members of a transparent union
    for name, (first, width) in members.items():
        place = told["fields"].get(name)
        if place is None:
            return f"no member `{name}`"
        got = tuple(place["bits"]) if place["bits"] else (8 * place["offset"], 8 * place["size"])
        # Of a bit-field as wide as its type clang's debug information tells the first byte only.
        inexact = compiler.family == "clang" and width in {8, 16, 32, 64}
        if got != (first, width) and not (inexact and (got[0] - got[0] % 8, got[1]) == (first, width)):
            return f"`{name}` has the bits {got}, not {(first, width)}"
    extra = told["fields"].keys() - members.keys()
    return f"has members {sorted(extra)} besides" if extra else ""


def page(rows: dict[str, list[Row]], places: dict[str, Listed], known: dict[str, str]) -> str:
    """Return the page."""
    total = sum(row.records for each in rows.values() for row in each)
    equal = sum(row.equal for each in rows.values() for row in each)
    asked = ", ".join(find_compiler(family).version for family in FAMILIES)
    lines = [
        "# Headers",
        "",
        "Generated by `make_headers.py`, which says where the headers come from. Each is read and laid out with",
        f"all its includes, under {asked}. *Records* are those in the compiler's debug information,",
        "under gcc and under clang; *equal* are those whose size, members, offsets and bits are the same in",
        "`abidance layout`. *Bound* counts the records that the header declares itself or uses: through ctypes,",
        "as raw bytes, refused by name. *Functions* are its own: called through ctypes, through a call stub, refused",
        "(variadic ones and `va_list` need a contract's `prototype`).",
        "",
        f"{len(rows)} headers, {total:,} records, {equal:,} equal.",
        "",
        "| Header | Package | Records | Equal | Bound: ctypes, raw, refused | Functions: ctypes, stub, refused |",
        "|---|---|---|---|---|---|",
    ]
    for name, pair in rows.items():
        package = places[name].package
        shown = f"{package} {known.get(package, '')}".strip()
        failed = next((row.error for row in pair if row.error), "")
        if failed:
            lines.append(f"| `{name}` | {shown} | | | {failed} | |")
            continue
        gcc = pair[0]
        bound = ", ".join(str(gcc.bindings[kind]) for kind in ("ctypes", "raw", "refused"))
        functions = ", ".join(str(gcc.functions[kind]) for kind in ("ctypes", "stub", "refused"))
        records, same = (" + ".join(str(getattr(row, of)) for row in pair) for of in ("records", "equal"))
        lines.append(f"| `{name}` | {shown} | {records} | {same} | {bound} | {functions} |")
    return "\n".join(lines) + "\n"


def main() -> None:
    """Fetch, write the page, or show single headers."""
    options = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    options.add_argument("--fetch", action="store_true", help="download and unpack the packages")
    options.add_argument("folder", type=Path)
    options.add_argument("headers", nargs="*")
    given = options.parse_args()
    if given.fetch:
        fetch(given.folder, {each.package for each in listed()})
        return
    places = {each.header: each for each in listed() if each.header}
    rows: dict[str, list[Row]] = {}
    for name in given.headers or places:
        known = places.get(name, Listed("", name, ()))
        folders = include_dirs(given.folder, known.modules)
        header = find_header(folders, name)
        if header is None:
            rows[name] = [Row(name, family, "was not there") for family in FAMILIES]
        else:
            rows[name] = [examine(header, known, compiler) for compiler in compilers(folders)]
        for row in rows[name]:
            words = (
                row.error or f"{row.equal} of {row.records} equal, {dict(row.bindings)}, {row.seconds:.1f} s"
            )
            print(f"{name} {row.family}: {words}", *row.problems, *row.wrong, sep="\n    ")
    if not given.headers:
        PAGE.write_text(page(rows, places, versions(given.folder)), encoding="utf-8")


if __name__ == "__main__":
    main()
