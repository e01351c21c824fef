"""The allocator for Rust that tags its blocks: what the wrong side frees is seen, and nothing else."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
from pathlib import Path

import pytest

from abidance import build_systems
from abidance.cli.main import main

CRATE = Path(build_systems.__path__[0]) / "cargo" / "tagging-allocator"
HEADER = """\
#include <stdint.h>
char *ta_named(uint32_t n);
char *ta_lent(uint32_t n);
void ta_give_back(char *name);
"""
CONTRACT = """\
abidance: 1
boundary: tagged
header: tagged.h
builds: [release]
libraries:
  plain: {cargo: .}
  tagged: {cargo: ., features: [tagged]}
equivalence: {compare: none}
functions:
  ta_named:
    params: {n: {range: [0, 9]}}
    returns: {to: string, owner: caller, free: free}
  ta_lent:
    params: {n: {range: [0, 9]}}
    returns: {to: string, owner: caller, free: ta_give_back}
  ta_give_back: {params: {name: {nullable: true}}}
"""
LIBRARY = """\
use std::ffi::{c_char, CString};

#[cfg(feature = "tagged")]
#[global_allocator]
static ALLOCATOR: abidance_tagging_allocator::Tagging = abidance_tagging_allocator::Tagging::new();

#[no_mangle]
pub extern "C" fn ta_named(n: u32) -> *mut c_char { CString::new(format!("name {n}")).unwrap().into_raw() }

#[no_mangle]
pub extern "C" fn ta_lent(n: u32) -> *mut c_char { ta_named(n) }

/// # Safety
/// The name is one of `ta_lent`.
#[no_mangle]
pub unsafe extern "C" fn ta_give_back(name: *mut c_char) {
    if !name.is_null() {
        drop(unsafe { CString::from_raw(name) });
    }
}
"""
PACKAGE = f"""\
[package]
name = "tagged"
version = "0.1.0"
edition = "2021"

[lib]
crate-type = ["cdylib"]

[features]
tagged = ["dep:abidance-tagging-allocator"]

[dependencies]
abidance-tagging-allocator = {{ path = "{CRATE}", optional = true }}

[workspace]
"""

pytestmark = [
    pytest.mark.full,
    pytest.mark.skipif(shutil.which("cargo") is None, reason="cargo is not installed"),
]


def test_its_own_tests_pass(tmp_path):
    environment = {**os.environ, "CARGO_TARGET_DIR": str(tmp_path / "target")}
    shutil.copytree(CRATE, tmp_path / "crate")
    command = ["cargo", "test", "--offline", "--quiet"]
    ended = subprocess.run(
        command, cwd=tmp_path / "crate", env=environment, capture_output=True, text=True, check=False
    )
    assert ended.returncode == 0, ended.stderr + ended.stdout


def test_memory_of_rust_that_c_frees_is_found_once_it_is_tagged(tmp_path, monkeypatch):
    for name, text in {
        "tagged.h": HEADER, "tagged.contract.yaml": CONTRACT, "Cargo.toml": PACKAGE, "src/lib.rs": LIBRARY,
    }.items():  # fmt: skip
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text(text)
    monkeypatch.chdir(tmp_path)
    main(
        [
            "run",
            "tagged.contract.yaml",
            "--phase",
            "properties",
            "--max-examples",
            "10",
            "--format=json=report.json",
        ]
    )
    found = json.loads(Path("report.json").read_text())["findings"]
    assert [(each["function"], each["library"], each["code"]) for each in found] == [
        ("ta_named", "tagged", "ABD301")
    ]
