"""A `cargo` library is the crate's cdylib, as cargo names it; sanitizers come from stable rustc."""

from __future__ import annotations

import ctypes
import shutil

import pytest

from abidance.toolchain.builders import build_library, cargo
from abidance.toolchain.builds import parse_build
from abidance.toolchain.elf import read_library
from abidance.toolchain.library import BuildSettings, LibrarySource

pytestmark = pytest.mark.skipif(not shutil.which("cargo"), reason="cargo is not installed")

MANIFEST = """\
[package]
name = "guard-rs"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[features]
wide = []
"""
CODE = """\
#[no_mangle]
pub extern "C" fn step(x: i32) -> i32 {
    x + if cfg!(feature = "wide") { 10 } else { 1 }
}

#[no_mangle]
pub unsafe extern "C" fn first(p: *const u8) -> u8 {
    *p
}
"""


@pytest.fixture
def crate(write):
    return write({"Cargo.toml": MANIFEST, "src/lib.rs": CODE})


def step(library, value=3):
    return ctypes.CDLL(str(library)).step(value)


@pytest.mark.slow
def test_release_build_has_types_in_its_debug_information(crate, build):
    made = build("cargo", crate)

    assert step(made.path) == 4
    assert made.sanitizers == frozenset()
    assert {"step", "first"} <= read_library(made.path).functions
    assert read_library(made.path).has_dwarf
    assert not (crate / "target").exists()


@pytest.mark.slow
def test_sanitizer_build_leaves_the_runtime_to_be_preloaded(crate, build):
    made = build("cargo", crate, "asan+ubsan")

    assert made.sanitizers == {"asan"}, "there is no UBSan for Rust"
    assert any("asan" in file.name for file in made.preload)
    assert "__asan_init" in read_library(made.path).undefined


@pytest.mark.slow
def test_ubsan_build_checks_overflow_and_release_build_does_not(crate, build, call):
    most = 2**31 - 1

    assert call(build("cargo", crate), "step", most).stdout == f"{-most - 1}\n"
    assert "attempt to add with overflow" in call(build("cargo", crate, "ubsan"), "step", most).stderr


@pytest.mark.slow
def test_changed_source_is_built_anew(crate, build):
    first = build("cargo", crate, "debug")
    (crate / "src/lib.rs").write_text(CODE.replace("{ 1 }", "{ 7 }"))

    second = build("cargo", crate, "debug")

    assert step(second.path) == 10
    assert step(first.path) == 4


@pytest.mark.slow
def test_features_of_the_source_reach_cargo(crate, build):
    assert step(build("cargo", crate, "debug", options={"features": ["wide"]}).path) == 13


@pytest.mark.slow
def test_flags_from_the_environment_are_kept(crate, build, call, monkeypatch):
    monkeypatch.setenv("RUSTFLAGS", '--cfg feature="wide"')

    made = build("cargo", crate, "asan")

    assert made.sanitizers == {"asan"}
    assert call(made, "step", 3).stdout == "13\n"


@pytest.mark.slow
def test_crates_of_a_workspace_share_a_tree_and_are_told_apart(write, build, complaint):
    home = write(
        {
            "Cargo.toml": '[workspace]\nmembers = ["a", "b"]\nresolver = "2"\n',
            "a/Cargo.toml": MANIFEST.replace("guard-rs", "alpha"),
            "a/src/lib.rs": CODE,
            "b/Cargo.toml": MANIFEST.replace("guard-rs", "beta-two"),
            "b/src/lib.rs": CODE.replace("{ 1 }", "{ 2 }"),
        }
    )

    a, b = (build("cargo", home / name, "debug") for name in "ab")
    by_name = build("cargo", home, "debug", target="beta-two")

    assert (step(a.path), step(b.path), step(by_name.path)) == (4, 5, 5)
    assert a.built.parent == b.built.parent
    said = complaint(build, "cargo", home, "debug")
    assert "builds 2 cdylibs" in said
    assert "name the directory of one crate: `alpha`, `beta_two`" in said


def test_failing_build_shows_rustcs_words_and_line(crate, build, complaint):
    (crate / "src/lib.rs").write_text(CODE.replace("*p\n", "*q\n"))

    said = complaint(build, "cargo", crate).splitlines()

    assert said[0] == "build-failed: the `release` build of `demo` failed"
    assert said[1].startswith("--> demo.contract.yaml:9:12")
    assert said[2] == f"--> {crate}/src/lib.rs:8:6 cannot find value `q` in this scope"
    assert said[3] == "note: error[E0425]: cannot find value `q` in this scope"
    assert said[-1].startswith("note: full log: ")


@pytest.mark.parametrize("kind", ['["rlib"]', '["staticlib"]'])
def test_crate_without_a_cdylib_says_what_to_write(crate, build, complaint, kind):
    (crate / "Cargo.toml").write_text(MANIFEST.replace('["cdylib"]', kind))

    said = complaint(build, "cargo", crate, "debug")

    assert f"builds {kind[2:-2]}, and no cdylib" in said
    assert 'help: add `crate-type = ["cdylib"]` under `[lib]` in its Cargo.toml' in said


def test_crate_that_is_only_a_program_says_so(write, build, complaint):
    home = write({"Cargo.toml": MANIFEST.split("[lib]", maxsplit=1)[0], "src/main.rs": "fn main() {}\n"})

    assert "has no library, only programs" in complaint(build, "cargo", home)


def test_directory_without_a_crate_is_refused(tmp_path, build, complaint):
    assert "has no Cargo.toml" in complaint(build, "cargo", tmp_path)


def test_machine_without_cargo_says_how_to_get_it(crate, build, complaint, monkeypatch):
    monkeypatch.setattr(cargo, "find_tool", lambda *_: None)

    said = complaint(build, "cargo", crate)

    assert said.startswith("tool-missing: `demo` is built by `cargo`, which was not found")
    assert "help: install Rust from https://rustup.rs" in said


def test_thread_sanitizer_needs_a_standard_library_that_is_instrumented(crate, build, complaint, monkeypatch):
    monkeypatch.setattr(cargo, "has_rust_src", lambda _: False)

    said = complaint(build, "cargo", crate, "tsan")

    assert "the `tsan` build of `demo` needs the source of Rust's standard library" in said
    assert "help: `rustup component add rust-src`" in said


def test_thread_sanitizer_builds_the_standard_library_too(crate, monkeypatch):
    monkeypatch.setattr(cargo, "has_rust_src", lambda _: True)
    source = LibrarySource("demo", "cargo", crate)

    arguments, environment = cargo._how(source, parse_build("tsan"), crate)

    assert "-Zbuild-std=std,panic_abort" in arguments
    assert "-Zsanitizer=thread" in arguments[-2]
    assert environment["RUSTC_BOOTSTRAP"] == "1"


def test_dependency_that_is_not_there_is_said_in_cargos_words(crate, complaint):
    (crate / "Cargo.toml").write_text(MANIFEST + '[dependencies]\nnowhere = { path = "../nowhere" }\n')
    source = LibrarySource("demo", "cargo", crate)

    assert "nowhere" in complaint(build_library, source, "debug", BuildSettings(run=""))
