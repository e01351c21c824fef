"""What is written into a project, by what it is built with and where it is tested."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

SETTINGS_KEYS = """\
# builds = ["release", "asan+ubsan"]   # how the libraries of contracts are built
# max_examples = 100                   # test cases of each function in each phase
"""
SETTINGS = f"""\
# Settings of abidance. Failing calls are kept beside this file, in .abidance.
{SETTINGS_KEYS}"""
SETTINGS_TABLE = f"""\
[tool.abidance]
{SETTINGS_KEYS}"""
README = """\
# Contracts

Each `*.contract.yaml` says what a header's functions promise. `abidance run contracts` holds the library to it, and
`abidance check contracts` only compares contracts and headers.

A new one is drafted from a header, with what follows from it and what is left to fill in:

    {draft}
"""
_PATTERN = r"\.(contract\.yaml|h|h\.in|hh|hpp|hxx)$"
_PACKAGES = {"cargo": "cargo"}
_PYTHON_PACKAGES = {"meson": "meson"}


def github_workflow(kinds: Collection[str], requirement: str) -> str:
    """Return a workflow that runs the contracts; a runner has compilers, CMake and cargo already."""
    packages = " ".join((_quoted(requirement), *_python_packages(kinds)))
    return f"""\
# Holds the library to its contracts. Written by `abidance init --project`; it is yours now.
name: contracts
on:
  push:
  pull_request:
permissions:
  contents: read
jobs:
  contracts:
    runs-on: ubuntu-latest
    steps:
      - uses: actions/checkout@v4
      - uses: actions/setup-python@v5
        with:
          python-version: "3.12"
      - run: python -m pip install {packages}
      - run: abidance run contracts/ --seed 1 --format github
      - uses: actions/upload-artifact@v4
        if: failure()
        with:
          name: abidance-cases
          path: .abidance/cases
          include-hidden-files: true
"""


def gitlab_job(kinds: Collection[str], requirement: str) -> tuple[str, ...]:
    """Return the lines of a job that runs the contracts, without its name and not indented."""
    wanted = [_PACKAGES[kind] for kind in kinds if kind in _PACKAGES]
    packages = " ".join((_quoted(requirement), *_python_packages(kinds)))
    install = (f"  - apt-get update && apt-get install -y {' '.join(wanted)}",) if wanted else ()
    return (
        "image: python:3.12",
        "before_script:",
        *install,
        f"  - python -m pip install {packages}",
        "script:",
        "  - abidance run contracts/ --seed 1 --format gitlab=quality.json --format junit=contracts.xml",
        "artifacts:",
        "  when: always",
        "  paths: [.abidance/cases]",
        "  reports: {codequality: quality.json, junit: contracts.xml}",
    )


def pre_commit_hook(requirement: str) -> tuple[str, ...]:
    """Return the lines of a repository of pre-commit's, not indented: contracts against headers, nothing built."""
    return (
        "repo: local",
        "hooks:",
        "  - id: abidance-check",
        "    name: contracts and headers agree",
        "    entry: abidance check contracts",
        "    language: python",
        f"    additional_dependencies: ['{requirement}']",
        f"    files: '{_PATTERN}'",
        "    pass_filenames: false",
        "    require_serial: true",
    )


def build_system_text(kind: str, contract: str, target: str, crate: Path) -> tuple[str, str]:
    """Return the file of a build system and what its owner may add, so that its own tests run the contracts.

    `crate` is where in a Cargo project the crate is that the tests belong to: paths in it start there.
    """
    match kind:
        case "cmake":
            return "CMakeLists.txt", (
                "enable_testing()\n"
                'find_package(abidance) # cmake -DCMAKE_PREFIX_PATH="$(abidance --cmake-dir)" ...\n'
                "if(abidance_FOUND)\n"
                f"  abidance_add_contracts({target} CONTRACTS {contract})\n"
                "endif()\n"
            )
        case "meson":
            return "meson.build", (
                f'abidance_library = {target} # cp "$(abidance --meson-dir)/meson.build" contracts/\n'
                f"abidance_contracts = ['{contract.removeprefix('contracts/')}']\n"
                "subdir('contracts')\n"
            )
        case "cargo":
            up = "../" * len(crate.parts)
            return str(crate / "Cargo.toml"), (
                '[dev-dependencies] # cp -r "$(abidance --cargo-dir)" tools/abidance-contracts\n'
                f'abidance-contracts = {{ path = "{up}tools/abidance-contracts" }}\n\n'
                f'[[test]] # fn main() {{ abidance_contracts::run(&["{up}contracts"]) }}\n'
                'name = "contracts"\n'
                "harness = false\n"
            )
        case _:
            return "Makefile", "check:\n\tabidance run contracts\n"


def _python_packages(kinds: Collection[str]) -> list[str]:
    return [_PYTHON_PACKAGES[kind] for kind in kinds if kind in _PYTHON_PACKAGES]


def _quoted(requirement: str) -> str:
    return requirement if requirement.replace("-", "").isalnum() else f"'{requirement}'"
