from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from literal_pages import Command, blocks

ROOT = Path(__file__).parents[2]
README = ROOT / "README.md"
HEADER = (
    "#include <stddef.h>\nsize_t clip_copy(char *out, size_t capacity, const char *text, size_t length);\n"
)
SOURCE = """\
#include "clip.h"
#include <string.h>
size_t clip_copy(char *out, size_t capacity, const char *text, size_t length)
{
    size_t count = length < capacity ? length : capacity;
    if (count > 0)
        memcpy(out, text, count);
    return count;
}
"""
CMAKE = """\
cmake_minimum_required(VERSION 3.20)
project(clip LANGUAGES C)
add_library(clip SHARED src/clip.c)
target_include_directories(clip PUBLIC include)
"""
CARGO = '[package]\nname = "clip"\nversion = "0.1.0"\nedition = "2021"\n[lib]\ncrate-type = ["cdylib"]\n'
RUST = """\
#[no_mangle]
pub unsafe extern "C" fn clip_copy(out: *mut u8, capacity: usize, text: *const u8, length: usize) -> usize {
    let count = length.min(capacity);
    text.copy_to_nonoverlapping(out, count);
    count
}
"""


def contract(kind):
    """Return the text of the README's contract whose library is of this kind."""
    texts = [block.text for block in blocks(README) if block.file]
    (found,) = [text for text in texts if kind in next(iter(yaml.safe_load(text)["libraries"].values()))]
    return found


def write(folder, files):
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


@pytest.mark.slow
def test_what_is_found_is_printed_as_shown(visitor, twin):
    visitor.follow_sessions(README)


@pytest.mark.full
def test_the_contract_for_a_cmake_project_holds_a_sound_library(reader):
    files = {"CMakeLists.txt": CMAKE, "include/clip.h": HEADER, "src/clip.c": SOURCE}
    write(reader.folder, {**files, "contracts/clip.contract.yaml": contract("cmake")})
    reader.type(Command("pytest contracts/ -q", 0, "...\n8 passed in 1.00s\n", 0), README)


@pytest.mark.full
def test_the_contract_for_a_cargo_project_holds_a_sound_library(reader, needs_cargo):
    files = {"Cargo.toml": CARGO, "include/clip.h": HEADER, "src/lib.rs": RUST}
    write(reader.folder, {**files, "contracts/clip.contract.yaml": contract("cargo")})
    reader.type(Command("pytest contracts/ -q", 0, "...\n8 passed in 1.00s\n", 0), README)


def test_it_says_first_what_it_is_and_what_its_words_mean():
    opening = README.read_text().partition("## ")[0]
    for word in (
        "generates valid calls",
        "worker process that may crash",
        "*contract*",
        "*boundary*",
        "glossary.md",
    ):
        assert word in opening, word


@pytest.mark.parametrize("name", ["LICENSE-APACHE", "LICENSE-MIT"])
def test_the_licences_it_names_are_there(name):
    assert f"]({name})" in README.read_text()
    assert (ROOT / name).is_file()
