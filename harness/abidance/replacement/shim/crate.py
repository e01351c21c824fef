"""A draft crate: its two files, written where none are, and compiled at once."""

from __future__ import annotations

import json
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from abidance.boundary.model.types import HandleShape
from abidance.boundary.resolve.contract_words import words
from abidance.boundary.resolve.join import join
from abidance.boundary.resolve.libraries import source_of
from abidance.contract.load import load_contract
from abidance.core.catalogue import BAD_CONFIGURATION, TOOL_MISSING
from abidance.core.diagnostic import Diagnostic
from abidance.core.errors import AbidanceError, CannotJudgeError, UsageError
from abidance.core.files import write_whole
from abidance.header.own import Own
from abidance.ir.tables import matching
from abidance.ir.types import Basic, Pointer, RecordRef
from abidance.layout.rust_names import rust_identifier
from abidance.replacement.shim.rust_functions import FunctionWriter
from abidance.replacement.shim.rust_types import NoRustError, RustTypes
from abidance.toolchain.builders import build_library
from abidance.toolchain.builders.cargo import rust_minor
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import LibrarySource
from abidance.toolchain.process import find_tool

if TYPE_CHECKING:
    from collections.abc import Sequence

    from abidance.boundary.model.boundary import Boundary
    from abidance.ir.types import Type

_OFFSET_OF = 77
"""The minor version of Rust from which on it has `offset_of!`."""
_EDITION_2024 = 85
"""That from which on it has the edition 2024, in which attributes that name symbols are unsafe."""
_SONAME = re.compile(r"[\w.+-]+")
_SCRIPT = """\
//! Gives the library the name that programs ask for which were linked with the one in C.

fn main() {{
    println!("cargo:rustc-cdylib-link-arg=-Wl,-soname,{soname}");
}}
"""
_CRATE = re.compile(r"([A-Za-z][\w-]*)(?:@([0-9][\w.+-]*)|=(.+))")
_HELPERS = {
    "text": """\
/// Returns a string; None for NULL.
pub unsafe fn text<'a>(at: *const c_char) -> Option<&'a CStr> {
    (!at.is_null()).then(|| unsafe { CStr::from_ptr(at) })
}""",
    "place": """\
/// Returns where one object is to be written; None for NULL.
pub unsafe fn place<'a, T>(at: *mut T) -> Option<&'a mut MaybeUninit<T>> {
    unsafe { at.cast::<MaybeUninit<T>>().as_mut() }
}""",
    "slice": """\
/// Returns memory that is read; nothing for NULL.
pub unsafe fn slice<'a, T>(at: *const T, count: usize) -> &'a [T] {
    if at.is_null() { &[] } else { unsafe { slice::from_raw_parts(at, count) } }
}""",
    "slice_mut": """\
/// Returns memory that is read and written; nothing for NULL.
pub unsafe fn slice_mut<'a, T>(at: *mut T, count: usize) -> &'a mut [T] {
    if at.is_null() { &mut [] } else { unsafe { slice::from_raw_parts_mut(at, count) } }
}""",
    "room": """\
/// Returns memory that is only written, in which nothing is yet; nothing for NULL.
pub unsafe fn room<'a, T>(at: *mut T, count: usize) -> &'a mut [MaybeUninit<T>] {
    if at.is_null() { &mut [] } else { unsafe { slice::from_raw_parts_mut(at.cast(), count) } }
}""",
    "count": """\
/// Returns a number of elements; none where it is below 0.
pub fn count<N: TryInto<usize>>(number: N) -> usize {
    number.try_into().unwrap_or(0)
}""",
    "count_at": """\
/// Returns a number of elements that stands in memory; none where it is below 0, or for NULL.
pub unsafe fn count_at<N: TryInto<usize> + Copy>(at: *const N) -> usize {
    unsafe { at.as_ref() }.map_or(0, |number| count(*number))
}""",
    "set_errno": """\
/// Says why a call fails, as the C library does.
pub fn set_errno(number: c_int) {
    unsafe extern "C" {
        fn __errno_location() -> *mut c_int;
    }
    unsafe { *__errno_location() = number }
}""",
    "answer": """\
/// Returns what the body does, or `failed` where it panics: no panic may leave a function of C.
pub fn answer<T>(failed: impl FnOnce() -> T, body: impl FnOnce() -> T) -> T {
    catch_unwind(AssertUnwindSafe(body)).unwrap_or_else(|_| failed())
}""",
    "no_answer": """\
/// Ends the process where nothing that could be returned is a failure.
pub fn no_answer(function: &str) -> ! {
    eprintln!("{function}: it has panicked, or is a draft that nobody has filled in");
    std::process::abort()
}""",
}


@dataclass(frozen=True, slots=True)
class Dependency:
    """A crate that does the work: a `version` of the registry, or a `path`; relative ones are the caller's."""

    name: str
    version: str = ""
    path: str = ""

    @classmethod
    def of(cls, word: str) -> Dependency:
        """Read ``NAME@VERSION`` or ``NAME=PATH``; raises UsageError."""
        found = _CRATE.fullmatch(word)
        if found is None:
            message = f"`--crate {word}` names no crate"
            hint = "write `NAME@VERSION` for one of the registry, or `NAME=PATH` for one in a folder"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, message, help=hint))
        return cls(found[1], found[2] or "", found[3] or "")

    def line(self, folder: Path) -> str:
        """Return its line in the `Cargo.toml` of a folder."""
        if self.path:
            path = os.path.relpath(Path(self.path).resolve(), folder.resolve())
            return f"{self.name} = {{ path = {json.dumps(path)} }}"
        return f'{self.name} = "={self.version}"'


@dataclass(frozen=True, slots=True)
class Shim:
    """A draft: `files` are what was written, `exported` its functions, `left_out` why others are none.

    `library` is what the contract calls the crate, empty where it does not name it yet.
    """

    manifest: Path
    source: Path
    files: tuple[Path, ...]
    exported: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]
    library: str

    def seen_from(self, contract: Path) -> str:
        """Return the crate's folder as a contract names it, whose paths are relative to it."""
        return os.path.relpath(self.manifest.resolve().parent, contract.resolve().parent)


def draft_shim(contract: Path, folder: Path, crates: Sequence[str]) -> Shim:
    """Write a crate that exports what the contract's header declares, and compile it.

    Raises UsageError where a file is there already, CannotJudgeError without cargo or where it does not compile; the
    files stay then.
    """
    dependencies = tuple(map(Dependency.of, crates))
    manifest, source, script = (folder / each for each in ("Cargo.toml", "src/lib.rs", "build.rs"))
    for each in (manifest, source, script):
        if each.exists():
            hint = "name another folder, or take the file away: what is written is never replaced"
            raise UsageError(Diagnostic(BAD_CONFIGURATION, f"`{each}` is there already", help=hint))
    if find_tool("cargo") is None:
        message = "the draft is compiled by `cargo`, which was not found"
        hint = "install Rust from https://rustup.rs, or `apt-get install cargo`"
        raise CannotJudgeError(Diagnostic(TOOL_MISSING, message, help=hint))
    boundary = join(load_contract(contract), whole=True, stubs=False)
    minor = rust_minor(Path.cwd())
    text, exported, left_out = _source(boundary, minor)
    name = _library_name(boundary, dependencies)
    try:
        source.parent.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        words = f"`{source.parent}` cannot be made: {error.strerror}"
        raise UsageError(Diagnostic(BAD_CONFIGURATION, words)) from None
    lines = [each.line(folder) for each in dependencies]
    write_whole(manifest, _manifest(boundary, name, lines, minor))
    write_whole(source, text)
    if soname := _soname(boundary):
        write_whole(script, _SCRIPT.format(soname=soname))
    made = build_library(LibrarySource("the draft", "cargo", folder.absolute()), "release")
    if soname in read_library(made.path).needed:
        # Rust's own runtime asks for that library, as for the C library: a crate of its name would be found instead.
        script.unlink()
        soname = ""
        name = _library_name(boundary, dependencies, as_installed=False)
        write_whole(manifest, _manifest(boundary, name, lines, minor))
        made = build_library(LibrarySource("the draft", "cargo", folder.absolute()), "release")
    exports = read_library(made.path).exports
    lost = tuple((each, "the compiled draft does not export it") for each in exported if each not in exports)
    crate = folder.resolve()
    libraries = boundary.contract.libraries.values()
    library = next((str(each.name) for each in libraries if each.cargo and each.cargo.resolve() == crate), "")
    present = tuple(each for each in exported if each in exports)
    files = (manifest, source, script) if soname else (manifest, source)
    return Shim(manifest, source, files, present, left_out + lost, library)


def _soname(boundary: Boundary) -> str:
    """Return what programs ask the loader for that have the contract's installed library; empty where there is none."""
    for each in boundary.contract.libraries.values():
        if each.soname or each.path:
            try:
                made = build_library(source_of(boundary.contract, str(each.name)), "prebuilt").path
                found = read_library(made).soname
            except AbidanceError:
                continue
            if found and _SONAME.fullmatch(found):
                return found
    return ""


def _library_name(
    boundary: Boundary, dependencies: Sequence[Dependency], *, as_installed: bool = True
) -> str:
    """Return what the library is called: as the installed one, so that its file can take that one's place."""
    libraries = boundary.contract.libraries.values() if as_installed else ()
    installed = (str(each.soname) for each in libraries if each.soname)
    name = re.sub(r"\W", "_", next(installed, str(boundary.name)))
    taken = {each.name.replace("-", "_") for each in dependencies}
    return f"{name}_shim" if name in taken or rust_identifier(name) != name else name


def _manifest(boundary: Boundary, name: str, dependencies: Sequence[str], minor: int) -> str:
    package = re.sub(r"[^A-Za-z0-9_-]", "-", str(boundary.name))
    package = package if package[:1].isalpha() else f"c-{package}"
    lines = [
        "[package]",
        f'name = "{package}-shim"',
        'version = "0.1.0"',
        f'edition = "{2024 if minor >= _EDITION_2024 else 2021}"',
        "publish = false",
        "",
        "[lib]",
        f'name = "{name}"',
        'crate-type = ["cdylib"]',
        "",
        "[dependencies]",
        *dependencies,
        "",
        "[workspace]",
    ]
    return "\n".join(lines) + "\n"


class _Source(NamedTuple):
    """The source of a crate, the symbols that it exports, and which functions are left out, and why."""

    text: str
    exported: tuple[str, ...]
    left_out: tuple[tuple[str, str], ...]


def _source(boundary: Boundary, minor: int) -> _Source:
    declarations = boundary.declarations
    types = RustTypes(
        declarations,
        boundary.layouts,
        Own(boundary.contract.header, boundary.contract.include_dirs).has,
        _handle_records(boundary),
        offsets=minor >= _OFFSET_OF,
    )
    attribute = "#[unsafe(no_mangle)]" if minor >= _EDITION_2024 else "#[no_mangle]"
    writer = FunctionWriter(boundary, types, attribute)
    texts: list[str] = []
    exported: list[str] = []
    left_out: list[tuple[str, str]] = []
    for name in _functions(boundary):
        declaration = declarations.functions[name]
        known = boundary.functions.get(name)
        if declaration.inline:
            left_out.append((name, "the header has its body"))
            continue
        try:
            texts.append(writer.text(declaration, known))
        except NoRustError as error:
            left_out.append((name, str(error)))
        else:
            exported.append(declaration.symbol)
    for name in sorted({*words(boundary.contract.functions)}):
        if isinstance(value := boundary.constants.get(name), int) and not types.constant(name):
            writer.constants.setdefault(name, _any_number(value))
    declared = [*types.declared()]
    constants = "\n".join(
        f"pub const {name}: {rust} = {writer.number(value, type_)};"
        for name, (rust, type_) in writer.constants.items()
        if isinstance(value := boundary.constants[name], int)
    )
    body = "\n\n".join(filter(None, (constants, *declared, *texts)))
    return _Source(_whole(boundary, body, minor), tuple(exported), tuple(left_out))


def _any_number(value: int) -> tuple[str, Type]:
    """Return a type for a number of which nothing says what it is of."""
    if -(1 << 31) <= value < 1 << 31:
        return "c_int", Basic("int")
    return (
        ("c_longlong", Basic("long long"))
        if value < 1 << 63
        else ("c_ulonglong", Basic("unsigned long long"))
    )


def _whole(boundary: Boundary, body: str, minor: int) -> str:
    """Return the file: what it is, what it uses, what stands between Rust and C, and the rest."""
    helpers: list[str] = []
    needed = body
    for name, text in reversed(_HELPERS.items()):  # each uses only those before it
        if re.search(rf"\b{name}\(|from_c::{name}\b", needed):
            helpers.insert(0, text)
            needed += text
    between = "\n\n".join(helpers)
    if minor < _EDITION_2024:
        between = between.replace("unsafe extern", "extern")  # blocks are not to be unsafe before that
    inner = "".join(f"    use {each};\n" for each in _uses(between))
    indented = "\n".join(f"    {line}" if line else "" for line in between.splitlines())
    module = f"/// What stands between C and Rust.\nmod from_c {{\n{inner}\n{indented}\n}}"
    contract = boundary.contract
    head = f"""\
//! A DRAFT of `{boundary.name}` in Rust, which `abidance drop-in --shim` wrote from the contract and its header.
//!
//! Signatures, records, statuses and what is refused are as `{contract.path.name}` and `{contract.header.name}` say.
//! No body does anything yet: fill in each `DRAFT`, and hold the crate to the contract with `abidance drop-in`.

#![allow(dead_code, non_camel_case_types, non_snake_case, non_upper_case_globals)]
#![allow(unused_unsafe, unused_variables)] // as long as it is a draft
"""
    return "\n".join((head, *(f"use {each};" for each in _uses(body)), "", module, "", body)) + "\n"


def _uses(code: str) -> list[str]:
    """Return what of Rust's standard library a text names without saying where it is."""
    uses: list[str] = []
    for module, pattern in (
        ("ffi", r"\b(c_[a-z]+|CStr)\b"),
        ("mem", r"\b(offset_of|align_of|size_of)\b(?=!|::)|\b(MaybeUninit)\b"),
    ):
        found = sorted({one[0] for one in re.finditer(pattern, re.sub(r"//.*", "", code))})
        uses += (
            [f"std::{module}::{{{', '.join(found)}}}" if len(found) > 1 else f"std::{module}::{found[0]}"]
            if found
            else []
        )
    uses += ["std::panic::{catch_unwind, AssertUnwindSafe}"] if "catch_unwind" in code else []
    uses += ["std::ptr"] if "ptr::" in code else []
    return uses + (["std::slice"] if re.search(r"\bslice::from", code) else [])


def _functions(boundary: Boundary) -> list[str]:
    """Return the functions that a library of this boundary exports: those named, and those that are its own by name."""
    contract, declared = boundary.contract, boundary.declarations.functions
    names = [name for name, each in boundary.functions.items() if not each.is_macro and name in declared]
    if contract.prefix or contract.select:
        names = [name for name in names if contract.owns(name) or name in contract.functions]
        names += matching(declared, lambda name: contract.owns(name) and name not in names)
    return names


def _handle_records(boundary: Boundary) -> set[str]:
    """Return the incomplete records that handles of the contract point at."""
    found: set[str] = set()
    for function in boundary.functions.values():
        shapes = zip(function.members, function.declaration.parameters, strict=False)
        pointers = [parameter.type for member, parameter in shapes if isinstance(member.shape, HandleShape)]
        if isinstance(function.result.shape, HandleShape):
            pointers.append(function.declaration.returns)
        for each in pointers:
            to = boundary.declarations.resolve(each)
            while isinstance(to, Pointer):
                to = boundary.declarations.resolve(to.to)
            if isinstance(to, RecordRef):
                found.add(to.key)
    return found
