from __future__ import annotations

import json
import tomllib
import zipfile
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "harness" / "abidance"

HEADER = "int twice(int x);\nint thrice(int x);\n"
SOURCE = "int twice(int x) { return 2 * x; }\nint thrice(int x) { return x > 50 ? 0 : 3 * x; }\n"
CONTRACT = """\
abidance: 1
boundary: small
header: small.h
libraries:
  c:
    command: [sh, -c, "$CC $CFLAGS $LDFLAGS -fPIC -shared -o small-{build}.so small.c"]
    artifact: small-{build}.so
functions:
  twice:
    params: {x: {range: [0, 100]}}
    ensures: [result == 2 * x]
  thrice:
    params: {x: {range: [0, 100]}}
    ensures: [result == 3 * x]
"""


@pytest.fixture
def project(tmp_path):
    for name, text in (("small.h", HEADER), ("small.c", SOURCE), ("small.contract.yaml", CONTRACT)):
        (tmp_path / name).write_text(text)
    return tmp_path


@pytest.mark.slow
def test_every_file_of_the_package_is_in_the_wheel(tree, members):
    """Schemas, C sources and `py.typed` too: whatever lies in the package is there because it is needed."""
    package = tree / "harness"
    expected = {str(file.relative_to(package)) for file in package.rglob("*") if file.is_file()}
    assert expected <= members


@pytest.mark.parametrize(
    "name",
    [
        "py.typed",
        "contract/schema.json",
        "watch/arena.c",
        "watch/arena.h",
        "run/emit_c/emitted.c",
        "toolchain/tsan_memory.c",
        "build_systems/cmake/abidance-config.cmake",
        "build_systems/cargo/src/lib.rs",
    ],
)
def test_what_no_import_would_miss_is_in_the_wheel(members, name):
    assert f"abidance/{name}" in members


def test_nothing_but_the_package_is_in_the_wheel(members):
    assert {name.split("/")[0] for name in members if not name.startswith("abidance-")} == {"abidance"}
    assert not [name for name in members if name.endswith((".pyc", ".so"))]


def test_manual_pages_are_installed_with_it(wheel, members):
    pages = {Path(name).name: name for name in members if "/data/share/man/man1/" in name}
    assert {"abidance.1", "abidance-run.1", "abidance-abi-check.1"} <= pages.keys()
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(pages["abidance-run.1"]).decode()
    assert "\\-\\-max\\-examples" in text


def test_the_entry_points_are_those_of_pyproject(wheel, members):
    project = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]
    (name,) = (name for name in members if name.endswith(".dist-info/entry_points.txt"))
    with zipfile.ZipFile(wheel) as archive:
        text = archive.read(name).decode()
    for group in (project["scripts"], *project["entry-points"].values()):
        for entry, target in group.items():
            assert f"{entry} = {target}" in text


@pytest.mark.slow
def test_the_checkout_is_not_importable_where_the_wheel_is(installed, tmp_path):
    place = installed.run("python", "-c", "import abidance; print(abidance.__file__)", cwd=tmp_path)
    assert Path(place).is_relative_to(installed.python.parents[1])


@pytest.mark.slow
def test_the_installed_program_tells_version_and_schema(installed, tmp_path):
    version = tomllib.loads((REPOSITORY / "pyproject.toml").read_text())["project"]["version"]
    assert installed.run("abidance", "--version", cwd=tmp_path) == f"abidance {version}\n"
    schema = json.loads(installed.run("abidance", "schema", cwd=tmp_path))
    assert schema == json.loads((PACKAGE / "contract" / "schema.json").read_text())


@pytest.mark.full
def test_the_installed_program_runs_a_contract(installed, project):
    out = installed.run("abidance", "run", "small.contract.yaml", cwd=project, code=1)
    assert "error[ABD321] postcondition-broken: after `thrice` returned 0" in out
    assert "asan+ubsan" in out
    assert "1 finding in `thrice`" in out


@pytest.mark.slow
def test_the_installed_plugin_collects_and_runs_a_contract(installed, project):
    listed = installed.run("python", "-m", "pytest", "--co", "-q", cwd=project)
    listed_ids = listed.splitlines()
    assert listed_ids[0] == "small.contract.yaml::small::load[c-release]"
    assert {"small.contract.yaml::twice::header", "small.contract.yaml::twice::properties[c-release]"} <= {
        *listed_ids
    }
    out = installed.run("python", "-m", "pytest", "--abidance-build", "release", cwd=project, code=1)
    assert "1 failed, 4 passed" in out


@pytest.mark.slow
def test_types_are_seen_by_those_who_import_the_package(installed, project):
    (project / "uses.py").write_text(
        "from abidance.core.events import ItemId\nreveal_type(ItemId('b', 'f', 'p').build)\n"
    )
    out = installed.run("python", "-m", "mypy", "--strict", "--cache-dir=cache", "uses.py", cwd=project)
    assert 'Revealed type is "' in out
    assert "str" in out
