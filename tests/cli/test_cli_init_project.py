"""`init --project` shows what it would write, and touches nothing that it did not write."""

from __future__ import annotations

import tomllib

import pytest
import yaml

from abidance.cli.project.libraries import likely_library

pytestmark = pytest.mark.unit

CMAKE = "project(pack C)\nadd_library(pack pack.c)\nadd_library(p::p ALIAS pack)\n"
BUILD_FILES = {
    "CMakeLists.txt": CMAKE,
    "Cargo.toml": "[package]\n",
    "meson.build": "pack = library('pack')\n",
    "Makefile": "all:\n",
}
MADE = ["abidance.toml", "contracts/README.md", ".github/workflows/contracts.yml", ".pre-commit-config.yaml"]


@pytest.fixture
def here(tmp_path, run):  # which goes there
    return tmp_path


@pytest.fixture
def init(run, here):
    """Return a function that runs `init --project` in a project and gives what it printed."""

    def call(*words, code=0):
        ran = run("init", "--project", *words)
        assert ran.code == code, ran.out + ran.err
        return ran.out + ran.err

    return call


def files(folder):
    return {str(each.relative_to(folder)): each.read_text() for each in folder.rglob("*") if each.is_file()}


@pytest.mark.parametrize("name", BUILD_FILES)
def test_a_project_gets_its_files_and_keeps_those_that_it_has(init, here, name):
    (here / name).write_text(BUILD_FILES[name])
    said = init("--yes")
    assert files(here).keys() == {name, *MADE}
    assert (here / name).read_text() == BUILD_FILES[name]
    assert f"paste into `{name}`" in said
    tomllib.loads((here / "abidance.toml").read_text())
    steps = yaml.safe_load((here / MADE[2]).read_text())["jobs"]["contracts"]["steps"]
    assert any("abidance run contracts/" in step.get("run", "") for step in steps)
    assert (
        yaml.safe_load((here / MADE[3]).read_text())["repos"][0]["hooks"][0]["entry"]
        == "abidance check contracts"
    )


def test_what_is_there_is_not_written_again(init, here):
    (here / "CMakeLists.txt").write_text(CMAKE)
    init("--yes")
    before = files(here)
    said = init("--yes")
    assert files(here) == before
    assert f"there already: {', '.join(MADE)}\nnothing to write" in said


def test_the_difference_is_shown_first_and_alone_with_dry_run(init, here):
    (here / "CMakeLists.txt").write_text(CMAKE)
    said = init("--dry-run")
    assert files(here).keys() == {"CMakeLists.txt"}
    assert "+++ .github/workflows/contracts.yml" in said
    assert "abidance_add_contracts(pack CONTRACTS" in said


@pytest.mark.parametrize(
    ("more", "named"),
    [
        ("", "pack"),
        ("add_library(${NAME} b.c)\n", "TARGET"),
        ("add_library(other b.c)\n", "TARGET"),
        ("add_library(other INTERFACE)\n", "pack"),
    ],
)
def test_a_library_is_proposed_where_the_build_file_leaves_no_choice(init, here, more, named):
    (here / "CMakeLists.txt").write_text(CMAKE + more)
    (here / "Makefile").write_text("all:\n")
    (here / "tests").mkdir()
    (here / "tests" / "CMakeLists.txt").write_text("add_library(unity unity.c)\n")
    said = init("--dry-run")
    assert f"abidance_add_contracts({named} CONTRACTS" in said
    assert "paste into `Makefile`" not in said


def test_without_anybody_to_ask_nothing_is_written(init, here):
    (here / "CMakeLists.txt").write_text(CMAKE)
    assert "nobody to ask" in init(code=2)
    assert files(here).keys() == {"CMakeLists.txt"}


PYPROJECT = '[project]   # ours\nname = "x"\r\n\n[tool.other]\nkey = 1'
PRE_COMMIT = """\
# what we check
repos:
  - repo: https://example.org/x   # pinned
    rev: v1
    hooks:
      - id: x

ci: {skip: [x]}
"""
GITLAB = "stages: [test]\n\n# tests\ntest:\n  script: [make]\n"


def test_files_that_are_there_keep_every_line(init, here):
    texts = {
        "Makefile": "all:\n",
        "pyproject.toml": PYPROJECT,
        ".pre-commit-config.yaml": PRE_COMMIT,
        ".gitlab-ci.yml": GITLAB,
    }
    for name, text in texts.items():
        (here / name).write_text(text, newline="")
    init("--yes", "--requirement", "abidance @ git+https://example.org/a@v1")
    after = {name: (here / name).read_bytes().decode() for name in texts}
    for name, text in texts.items():
        kept = iter(after[name].splitlines())
        assert all(line in kept for line in text.splitlines()), name
    assert tomllib.loads(after["pyproject.toml"])["tool"] == {"other": {"key": 1}, "abidance": {}}
    hooks = yaml.safe_load(after[".pre-commit-config.yaml"])
    assert [each["repo"] for each in hooks["repos"]] == ["https://example.org/x", "local"]
    assert hooks["ci"] == {"skip": ["x"]}
    job = yaml.safe_load(after[".gitlab-ci.yml"])["contracts"]
    assert job["before_script"] == ["python -m pip install 'abidance @ git+https://example.org/a@v1'"]
    assert not (here / ".github").exists()


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("pyproject.toml", "[project\n"),
        ("pyproject.toml", "tool = {other = 1}\n"),
        (".pre-commit-config.yaml", "repos: &all\n  - repo: x\nmore: *all\n"),
        (".pre-commit-config.yaml", "repos: {a: 1}\n"),
        (".pre-commit-config.yaml", "- a\n"),
        (".gitlab-ci.yml", "test:\n  script: !reference [.x, script]\n"),
    ],
)
def test_what_cannot_be_edited_safely_is_left_with_the_text_to_paste(init, here, name, text):
    (here / "Makefile").write_text("all:\n")
    (here / name).write_text(text)
    said = init("--yes")
    unchanged = (here / name).read_text() == text
    assert unchanged == (f"`{name}` is left as it is" in said)
    assert unchanged or yaml.compose((here / name).read_text())
    if name != ".gitlab-ci.yml" and "&all" not in text:
        assert unchanged


def test_parts_can_be_left_out_and_the_service_named(init, here):
    (here / "Makefile").write_text("all:\n")
    init("--yes", "--without", "pre-commit", "--without", "settings", "--ci", "gitlab", "--ci", "github")
    assert files(here).keys() == {"Makefile", ".gitlab-ci.yml", *MADE[1:3]}


def test_a_remote_says_where_a_project_is_tested(init, here):
    (here / "Makefile").write_text("all:\n")
    (here / ".git").mkdir()
    (here / ".git" / "config").write_text('[remote "origin"]\n\turl = git@gitlab.example.org:a/b.git\n')
    init("--yes", "--without", "settings")
    assert (here / ".gitlab-ci.yml").exists()
    assert not (here / ".github").exists()


@pytest.mark.parametrize(
    ("words", "message"),
    [
        ((), "is no project"),
        (("missing",), "`missing` is no project"),
        (("--ci", "jenkins"), "there is no `jenkins`"),
    ],
)
def test_a_mistake_is_told(init, words, message):
    assert message in init(*words, code=2)


@pytest.mark.native
def test_a_header_gets_its_contract_with_the_project(run, here):
    (here / "Makefile").write_text("all:\n")
    (here / "include").mkdir()
    (here / "include" / "pack.h").write_text(
        "int pack_sum(const unsigned char *data, unsigned long length);\n"
    )
    ran = run("init", "include/pack.h", "--project", "--yes")
    assert ran.code == 0, ran.err
    assert "wrote contracts/pack.contract.yaml" in ran.out
    assert "The first contract" not in ran.out
    text = (here / "contracts" / "pack.contract.yaml").read_text()
    assert yaml.safe_load(text)["header"] == "../include/pack.h"
    assert run("check", "contracts").code in {0, 1}


def likely(here, *kinds):
    found = likely_library(here, kinds)
    return {
        name: value
        for name in ("cmake", "target", "cargo", "command", "artifact")
        if (value := getattr(found, name))
    }


def write(here, **files):
    for name, text in files.items():
        path = here / name.replace("__", "/")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)


def test_a_header_is_drafted_with_the_only_library_of_the_project(here):
    """Wherever in the project that is; what tests and other people build does not count."""
    cmake = here / "a cmake project"
    library = "add_library(core a.c b.cpp)\n"
    write(cmake, **{"CMakeLists.txt": "project(x C CXX)\n", "lib__core__CMakeLists.txt": library})
    write(cmake, **{"third_party__z__CMakeLists.txt": "add_library(z z.c)\n"})
    assert likely(cmake, "cmake") == {"cmake": str(cmake), "target": "core"}
    cargo = here / "cargo"
    write(cargo, **{"Cargo.toml": "[workspace]\n", "kit__Cargo.toml": '[lib]\ncrate-type = ["cdylib"]\n'})
    assert likely(cargo, "cargo") == {"cargo": str(cargo / "kit")}


def test_a_library_of_meson_is_built_in_a_folder_for_each_build(here):
    write(
        here,
        **{"meson.build": "subdir('src')\n", "src__meson.build": "n = shared_library(\n  'notes', 'n.c')\n"},
    )
    found = likely(here, "meson")
    assert found["artifact"] == f"{here}/build-{{build}}/src/libnotes.so"
    assert "meson setup --reconfigure build-{build}" in found["command"][2]


@pytest.mark.parametrize(
    ("flags", "builds"),
    [("CFLAGS ?= -O2", ()), ("CFLAGS += -Iinclude", ()), ("CFLAGS = -O2", ("release",)), ("", ())],
)
def test_a_makefile_that_sets_flags_itself_builds_only_what_ships(here, flags, builds):
    write(here, Makefile=f"{flags}\nall: out/libq.so\nout/libq.so: q.o\n\tcc -shared -o $@ $^\n")
    found = likely_library(here, ("make",))
    assert (found.command, found.artifact, found.builds) == (
        ("make", "-B", "out/libq.so"),
        f"{here}/out/libq.so",
        builds,
    )


def test_of_two_libraries_none_is_taken(here):
    write(
        here,
        Makefile="liba.so: a.o\nlibb.so: b.o\n",
        **{"CMakeLists.txt": f"{CMAKE}add_library(other o.c)\n"},
    )
    assert likely(here, "make") == likely(here, "cmake") == {}


@pytest.mark.native
def test_a_command_runs_where_it_was_given_wherever_the_contract_is(run, here):
    (here / "pack.h").write_text("int pack_of_no_library(int a);\n")
    words = ("--command", "make 'lib pack.so'", "--artifact", "lib pack.so")
    for output, command in (
        ("pack.contract.yaml", ["make", "lib pack.so"]),
        ("my contracts/pack.contract.yaml", ["sh", "-c", "cd .. && make 'lib pack.so'"]),
    ):
        (here / output).parent.mkdir(exist_ok=True)
        assert run("init", "pack.h", *words, "-o", output).code == 0
        (library,) = yaml.safe_load((here / output).read_text())["libraries"].values()
        assert library["command"] == command
