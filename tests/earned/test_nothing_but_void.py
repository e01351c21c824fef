"""A library whose only function takes and returns nothing is judged whole: by `run`, and by the gate."""

from __future__ import annotations

import json
import shutil
import subprocess

import pytest

from abidance.cli.main import main

pytestmark = pytest.mark.full

CONTRACT = """
abidance: 1
boundary: v
header: v.h
libraries: {it: %s}
builds: [release]
functions: {f: {}}
abi: {baseline: v.abi}
"""
LANGUAGES = {
    "c": ("{command: [sh, -c, 'gcc -shared -fPIC $CFLAGS -g v.c -o libv.so'], artifact: libv.so}", "v.c"),
    "rust": ("{cargo: .}", "src/lib.rs"),
}
SOURCES = {"v.c": "void f(void) {}\n", "src/lib.rs": '#[no_mangle]\npub extern "C" fn f() {}\n'}


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_library_of_one_empty_function_is_judged(tmp_path, monkeypatch, capsys, language):
    if language == "rust" and shutil.which("cargo") is None:
        pytest.skip("no cargo here")
    monkeypatch.chdir(tmp_path)
    how, source = LANGUAGES[language]
    (tmp_path / "src").mkdir()
    (tmp_path / source).write_text(SOURCES[source])
    (tmp_path / "v.h").write_text("void f(void);\n")
    package = '[package]\nname = "v"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n'
    (tmp_path / "Cargo.toml").write_text(package)
    (tmp_path / "v.contract.yaml").write_text(CONTRACT % how)

    assert main(["abi", "accept", "v.contract.yaml"]) == 0
    capsys.readouterr()
    assert main(["run", "v.contract.yaml", "--seed", "1", "--max-examples", "5", "--format", "json"]) == 0
    document = json.loads(capsys.readouterr().out)
    assert (document["findings"], document["not_judged"]) == ([], [])
    assert main(["abi", "check", "v.contract.yaml"]) == 0


@pytest.mark.skipif(shutil.which("rustc") is None, reason="no rustc here")
def test_without_a_header_rust_functions_of_nothing_are_not_judged_and_why_is_said(
    tmp_path, monkeypatch, capsys
):
    """rustc describes them in the same words where it is to tell lines alone: then one might take an `int`."""
    monkeypatch.chdir(tmp_path)
    plain = '#[no_mangle] pub extern "C" fn tick() {}\n'
    for name, text in (
        ("old", plain),
        ("new", plain),
        ("typed", plain + plain.replace("tick()", "tock(_: u8)")),
    ):
        (tmp_path / f"{name}.rs").write_text(text)
        command = ["rustc", "-g", "--crate-type", "cdylib", f"{name}.rs", "-o", f"{name}.so"]
        subprocess.run(command, check=True, capture_output=True)

    assert main(["abi", "diff", "old.so", "new.so"]) == 3
    words = " ".join(capsys.readouterr().out.split())
    assert "none in `old.so` and `new.so`, whose debug information describes functions and no type" in words
    assert "in Rust, no function takes or returns anything" in words
    assert "= help: give the headers with `--old-header` and `--new-header`" in words
    assert main(["abi", "diff", "typed.so", "typed.so"]) == 0
