"""Every example of the pages on the contract language agrees with a header, and holds of a library.

What an example leaves out stands in `page/store.contract.yaml`, which it then builds on; `page/page.c` keeps what all
of them promise.
"""

from __future__ import annotations

import importlib.util
import re
import shutil
import subprocess
from collections.abc import Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path

import pytest
import yaml
from literal_pages import blocks

from abidance.contract.language.clauses import Clauses
from abidance.contract.load import load_contract
from abidance.contract.model import Contract
from abidance.core.files import write_whole
from abidance.run.commands.accept import counted
from abidance.run.commands.check import check_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from abidance.run.phases import PHASES

REFERENCE = Path(__file__).parents[2] / "docs" / "reference"
PAGES = sorted((REFERENCE / "contract").glob("*.md"))
PARTS = Path(__file__).parent / "page"
BLOCKS = [(page.stem, block) for page in PAGES for block in blocks(page)]
SHOWN = {f"{page}_line_{block.line}": block for page, block in BLOCKS if block.language == "yaml"}
LIBRARIES = {"c": "libpage.so", "other": "libpage_other.so"}


def whole(text):
    """Return the contract that an example is part of: it has sections of one, or functions."""
    keys = yaml.safe_load(text).keys()
    if "abidance" in keys:
        return text
    if not keys <= {each.name for each in fields(Contract)}:
        text = "functions:\n" + "".join(f"  {line}\n" for line in text.splitlines())
    return f"abidance: 1\nboundary: page\nextends: store.contract.yaml\n{text}"


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    """A folder with all that the pages mention, each example as a contract, and the library compiled twice."""
    root = tmp_path_factory.mktemp("page")
    shutil.copytree(PARTS, root / "project", ignore=shutil.ignore_patterns("*.so"))
    folder = root / "project"
    compiling = [
        subprocess.Popen(
            ["gcc", "-std=gnu11", "-O1", "-g", "-shared", "-fPIC", *more, "page.c", "-o", name], cwd=folder
        )
        for name, more in zip(LIBRARIES.values(), ([], ["-DOTHER"]), strict=True)
    ]
    for there in ("include", "../common", "../build", "../v2", "rust"):
        (folder / there).mkdir()
    (folder / "include" / "clip.h").write_text('#include "../page.h"\n')
    (root / "common" / "types.yaml").write_text("types: {st_state: {layout: {size: 8}}}\n")
    for file in ("CMakeLists.txt", "../v2/CMakeLists.txt", "../build/libclip.so.1", "rust/Cargo.toml"):
        (folder / file).touch()
    for _, block in BLOCKS:
        module = re.match(r"# (\w+\.py), beside", block.text)
        if module:
            (folder / module[1]).write_text(block.text)
    for name, block in SHOWN.items():
        (folder / f"{name}.contract.yaml").write_text(whole(block.text))
    assert [process.wait() for process in compiling] == [0, 0]
    for name, block in SHOWN.items():
        if "accepted:" in block.text:
            before, now = counted(folder / f"{name}.contract.yaml", Settings(folder))
            assert before.calls == {}
            write_whole(now.file, now.text())
    return folder


@pytest.fixture(scope="module")
def session(project):
    with Session(
        Settings(project, max_examples=5, seed=1), {n: project / f for n, f in LIBRARIES.items()}
    ) as session:
        yield session


@pytest.fixture(params=SHOWN)
def example(request):
    return request.param


def about(example, contract):
    """Return what an example is about: the functions, handles and laws that it names, and what takes its types."""
    keys = yaml.safe_load(SHOWN[example].text)
    named = {*keys, *(name for section in ("functions", "handles", "laws") for name in keys.get(section, ()))}
    types = {*keys.get("types", ()), *keys.get("handles", ())}
    for line in (PARTS / "page.h").read_text().splitlines():
        words = re.findall(r"\w+", line)
        if line.endswith(");") and types & {*words}:
            named |= {*words}
    named |= {*keys.get("equivalence", {}).get("except", ())}
    return tuple(sorted(named & {*contract.functions, *contract.handles, *contract.laws}))


def test_it_agrees_with_the_header(example, project):
    checked = check_contract(project / f"{example}.contract.yaml")
    # What builds some project or other, and what was built of it, are not what an example is about.
    elsewhere = {"tool-missing", "library-missing", "not-a-library"}
    assert [each for each in checked.diagnostics if each.code.name not in elsewhere] == []


@pytest.mark.full
def test_it_holds(example, project, session):
    contract = load_contract(project / f"{example}.contract.yaml")
    subjects = about(example, contract)
    several = "equivalence" in yaml.safe_load(SHOWN[example].text) or any(
        law.libraries for law in contract.laws.values()
    )
    many = 2 if several else 1
    extra = tuple(session.given.items())[:many]
    items = list_items(contract, Selection(extra=extra, functions=subjects)) if subjects else ()

    done = [session.run(contract, item, lambda _: None) for item in items]

    assert [found for each in done for found in each.findings] == []
    # The tests share the machine, and budgets of threads that never ran at once are not judged.
    reasons = [
        reason for each in done for reason in each.reasons if "this machine was busy" not in reason.message
    ]
    assert [each.message for each in reasons] == []
    calling = {phase.name for phase in PHASES if phase.calls}
    made = [
        each.calls or (each.explored and each.explored.executions)
        for each in done
        if each.item.phase in calling
    ]
    assert all(made)


@pytest.mark.slow
def test_every_judged_clause_is_shown(project):
    shown = set()
    for name in SHOWN:
        file = project / f"{name}.contract.yaml"
        shown |= {*said(load_contract(file), file)}
    spec = importlib.util.spec_from_file_location("make_reference", REFERENCE / "make_reference.py")
    writer = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(writer)
    missing = [
        f"{name}.{clause.key}"
        for name, record in writer.by_name().items()
        for clause in writer.table(record).values()
        if not (clause.later or clause.rest or (name, clause.key) in shown or clause.key == "summary")
    ]
    assert missing == []


def said(value, file):
    """Yield each clause that a file says, with the mapping that it stands in."""
    match value:
        case Clauses():
            keys = value.places.keys.items()
            yield from ((type(value).__name__, key) for key, span in keys if span.path == file)
            yield from (each for field in fields(value) for each in said(getattr(value, field.name), file))
        case Mapping():
            yield from (each for inner in value.values() for each in said(inner, file))
        case tuple() | list():
            yield from (each for inner in value for each in said(inner, file))
        case _ if is_dataclass(value):
            yield from (each for field in fields(value) for each in said(getattr(value, field.name), file))
