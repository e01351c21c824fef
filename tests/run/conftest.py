from __future__ import annotations

import ast
import contextlib
import inspect
import os
import re
import shutil
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path

import pytest
import subjects

from abidance.checks.evidence.answers import answers, differences, same_bytes
from abidance.cli.main import main
from abidance.contract.expression import EvaluationError
from abidance.contract.load import load_contract
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.execution import handle_isolation as apart
from abidance.run.execution import pairs
from abidance.run.execution.judge import EvidentChecks
from abidance.run.inputs.selection import Selection
from abidance.run.inputs.settings import Settings
from abidance.run.search import known_causes
from past_findings import _looks_less_far_past_findings  # noqa: F401 - a fixture for all tests here
from tiers import depth

HERE = Path(__file__).parent
collect_ignore_glob = ["*.contract.yaml"]  # they are held to libraries that the tests build


class Silent:
    """A check that is not asked for want of evidence, asked all the same: it may find nothing."""

    def __init__(self, check):
        self.check, self.whole = check, check.whole

    def unasked(self, trial):
        for words in self.check.unasked(trial):
            raise AssertionError(f"{self.check.name} gives something up and was not asked: {words}")
        return ()

    def judge(self, trial):
        for found in self.check.judge(trial):
            raise AssertionError(f"{self.check.name} finds something and was not asked: {found.message}")
        return ()


@pytest.fixture(autouse=True)
def _asks_the_others_too(request, monkeypatch):
    """With `--full`, whatever these tests run is judged by every check, whether its evidence is there or not."""
    if not request.config.option.full:
        return
    asked = EvidentChecks.concerned

    def all_of_them(judge, shown):
        concerned = asked(judge, shown)
        return [check if check in concerned else Silent(check) for check in judge.checks]

    monkeypatch.setattr(EvidentChecks, "concerned", all_of_them)


@pytest.fixture(autouse=True)
def _decodes_the_same_bytes_too(request, monkeypatch):
    """With `--full`, calls that are not compared, because they left the same bytes, have the same answers."""
    if not request.config.option.full:
        return

    def compared(one, other, index, there=None):
        same = same_bytes(one, other, index, there)
        made = one.observation.calls[index].ran and one.encoded.calls[index].frees is None
        # Where an earlier call has left other bytes, as it may, what they lead to differs before this one.
        if same and made and (there is not None or all(same_bytes(one, other, n) for n in range(index))):
            here = replace(one, other=None, run=one.run.at(index))
            beside = replace(other, run=other.run.at(index if there is None else there))
            with contextlib.suppress(
                EvaluationError
            ):  # what has no value is told by the items of each library
                found = differences(answers(here, errno=True), answers(beside, errno=True))
                assert list(found) == []
        return same

    for module in (pairs, apart):
        monkeypatch.setattr(module, "same_bytes", compared)


@pytest.fixture(scope="session")
def built(tmp_path_factory):
    """Return the folder with contracts and headers, and with the libraries that the tests up to now mention."""
    folder = tmp_path_factory.mktemp("subjects")
    for file in (
        *HERE.glob("*.contract.yaml"),
        *HERE.glob("*.h"),
        *HERE.glob("*.c"),
        *HERE.glob("*_says.py"),
    ):
        shutil.copy(file, folder)
    return folder


@pytest.fixture(scope="session")
def compiled(tmp_path_factory, request):
    """Return where the libraries are compiled, once for all processes of this run of the tests."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if hasattr(request.config, "workerinput") else base) / "compiled_subjects"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="module")
def families_here(request):
    """Return the families that the module names in a string."""
    text = request.path.read_text()
    return [each for each in subjects.FAMILIES if re.search(rf"[\"'/](lib)?{each}([\"'_.]|$)", text)]


@pytest.fixture(scope="module")
def helpers_here(request):
    """Return the source of what the tests of the module share."""
    text = request.path.read_text()
    functions = [each for each in ast.parse(text).body if isinstance(each, ast.FunctionDef)]
    return [ast.get_source_segment(text, each) for each in functions if not each.name.startswith("test_")]


@pytest.fixture(autouse=True)
def _subjects(request, built, compiled, families_here, helpers_here):
    """Compile what the test names of them, in its own words, in its parameters or in a helper."""
    if not families_here:
        return
    spec = getattr(request.node, "callspec", None)
    given = map(str, spec.params.values()) if spec else ()
    words = " ".join([inspect.getsource(request.function), *helpers_here, *given])
    subjects.provide(built, compiled, families_here, words)


@pytest.fixture
def written(tmp_path, monkeypatch):
    """Return what writes NAME.h, NAME.c and NAME.contract.yaml into an empty folder, which is the current one."""
    monkeypatch.chdir(tmp_path)

    def write(name, header, source, contract):
        for suffix, text in ((".h", header), (".c", source), (".contract.yaml", contract)):
            (tmp_path / f"{name}{suffix}").write_text(text)

    return write


@pytest.fixture
def reported(written, capsys):
    """Return what runs a contract on a VARIANT that NAME.c has of its library, and gives its exit code and report."""

    def run(name, header, source, contract, variant, *options):
        written(name, header, source, contract.replace("VARIANT=0", f"VARIANT={variant}"))
        status = main(["run", f"{name}.contract.yaml", "--seed", "1", *options])
        return status, capsys.readouterr().out

    return run


@pytest.fixture
def judged_of(written, tmp_path):
    """Return what builds NAME.c with flags, and judges one item in some phases.

    It is given the `least` that its outcome takes, where this run does not go so deep.
    """

    def judged(name, header, source, contract, item, phases, *flags, least=0):
        written(name, header, source, contract)
        command = ["gcc", "-shared", "-fPIC", *flags, f"{name}.c", "-o", f"lib{name}.so"]
        subprocess.run(command, cwd=tmp_path, check=True)
        loaded = load_contract(tmp_path / f"{name}.contract.yaml")
        with Session(Settings(tmp_path, seed=1, max_examples=max(depth(100), least))) as session:
            items = list_items(loaded, Selection(functions=(item,), phases=phases))
            return [session.run(loaded, one, lambda _: None) for one in items]

    return judged


@pytest.fixture
def findings_of(judged_of):
    """Return what does the same, and gives the findings."""

    def findings(*what, **more):
        judged = judged_of(*what, **more)
        assert all(e.calls or e.explored or e.findings for e in judged), [e.reasons for e in judged]
        return [found for each in judged for found in each.findings]

    return findings


@pytest.fixture
def codes_of(findings_of):
    """Return what does the same, and gives the code of each finding."""

    def codes(*what, **more):
        return [found.diagnostic.code.id for found in findings_of(*what, **more)]

    return codes


@pytest.fixture
def codes_of_sequences(codes_of):
    """Return what builds NAME.c with flags, and gives the code of each finding in sequences of calls on a handle."""

    def codes(name, header, source, contract, handle, *flags, least=0):
        return codes_of(name, header, source, contract, handle, ("lifecycle",), *flags, least=least)

    return codes


@pytest.fixture
def compared_with():
    """Return what compares library `c` of a contract with another one, which stands there too, on one function.

    It is by so many `examples`, or with `explored` by exploring alone.
    """

    def compared(file, name, library, function, *, examples=100, explored=False, seed=1):
        chosen = Selection(("c", name), ((name, library),), functions=(function,), phases=("equivalence",))
        contract, most = load_contract(file), 1 if explored else examples
        settings = Settings(file.parent, max_examples=most, seed=seed, explore=1.0 if explored else 0.0)
        with Session(settings, {name: library}) as session:
            (item,) = list_items(contract, chosen)
            return session.run(contract, item, lambda _: None)

    return compared


@pytest.fixture
def execute(built, tmp_path):
    """Return what compiles case.c against a library and returns the program's exit status."""

    def status(name, *flags):
        program, strict = tmp_path / name, ["-Wall", "-Wextra", "-Werror"]
        command = ["gcc", *strict, *flags, f"-I{built}", "case.c", built / f"lib{name}.so", "-lpthread"]
        subprocess.run([*command, "-o", program], cwd=tmp_path, check=True)
        # The program keeps its blocks to the end.
        environment = {**os.environ, "ASAN_OPTIONS": "detect_leaks=0"}
        return subprocess.run([program], env=environment, capture_output=True, check=False).returncode

    return status


@dataclass
class Judge:
    """Runs items of the contracts in `folder`, with workers that are shared by all tests."""

    folder: Path
    roots: Path
    session: Session = field(init=False)
    contracts: dict = field(default_factory=dict)
    done: dict = field(default_factory=dict)
    runs: int = 0

    def __post_init__(self):
        self.session = Session(Settings(self.roots))

    def __call__(self, *asked, **options):
        """Return what was found and what could not be judged, as two lists of diagnostics."""
        done = self.items(*asked, **options)
        return [f for each in done for f in each.findings], [r for each in done for r in each.reasons]

    def in_turn(self, builds, contract, function, library, **options):
        """Judge a function of one of several sound builds, each of which is given calls that the others are not.

        One seed would generate the same ones for each. This way all of them together are given no fewer that
        differ, in a share of the time; what follows from the contract and the code alone, each is given in full.
        """
        seed, examples = 2 + builds.index(library), max(30, 100 // len(builds))
        return self(contract, function, library, seed=seed, examples=examples, **options)

    def items(self, contract, function, library, *, seed=0, phases=(), examples=None, least=0):
        """Return how each item of a function ended; what another test has run alike is not run again.

        Of the `examples` it is given as many as this run goes deep, or the `least` that its outcome takes.
        """
        asked = (contract, function, library, seed, phases, max(depth(examples or 100), least))
        key = (*asked, known_causes.look_for)  # which goes less far in some tests
        if key not in self.done:
            done = self._run(*asked)
            self.done[key] = self.session.settings, done
        self.session.settings, done = self.done[key]
        return done

    def _run(self, contract, function, library, seed, phases, examples):
        if contract not in self.contracts:
            self.contracts[contract] = load_contract(self.folder / f"{contract}.contract.yaml")
        loaded = self.contracts[contract]
        self.runs += 1  # nothing is remembered from one run to the next
        self.session.settings = Settings(self.roots / str(self.runs), max_examples=examples, seed=seed)
        names = library.split("=")
        selection = Selection(libraries=tuple(names), functions=(function,), phases=phases)
        return [self.session.run(loaded, item, lambda _: None) for item in list_items(loaded, selection)]


@pytest.fixture(scope="session")
def judge(built, tmp_path_factory):
    judge = Judge(built, tmp_path_factory.mktemp("roots"))
    with judge.session:
        yield judge
