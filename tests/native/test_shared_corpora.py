"""A search begins with what other machines came by: from a database that they share, or from a fuzzing service."""

from __future__ import annotations

import zipfile
from datetime import UTC, datetime
from types import SimpleNamespace
from urllib.error import URLError

import fakeredis
import pytest
import redis
from hypothesis.database import InMemoryExampleDatabase, MultiplexedDatabase

from abidance.boundary.model.values import Case
from abidance.core.errors import UsageError
from abidance.core.events import ItemId
from abidance.run.execution import handover
from abidance.run.execution.handover import Handed
from abidance.run.exploration.corpus import keep, stored_cases
from abidance.run.exploration.service_corpus import ServiceCorpus
from abidance.run.inputs import shared_database as shared
from abidance.run.inputs.database import database
from abidance.run.inputs.settings import Settings
from abidance.run.inputs.shared_database import Unreliable

pytestmark = pytest.mark.unit


@pytest.fixture
def server(monkeypatch):
    """Return a server of Redis, which stands where any address of one is opened."""
    made = fakeredis.FakeServer()
    monkeypatch.setattr(redis.Redis, "from_url", lambda *_, **__: fakeredis.FakeRedis(server=made))
    shared.shared_database.cache_clear()
    yield made
    shared.shared_database.cache_clear()


@pytest.fixture
def machine(tmp_path, monkeypatch):
    """Return a machine's view of one item, whose settings name a database."""
    monkeypatch.setattr(handover, "encode", lambda boundary, case: [boundary.functions[case.function]])
    function = SimpleNamespace(members=(SimpleNamespace(name="x"),), rooms=(), refusal=lambda _: None)

    def context(name, address="redis://server/0", functions=("f",)):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        return SimpleNamespace(
            settings=Settings(folder, database=address),
            place="b.contract.yaml",
            item=SimpleNamespace(function="f", library="c"),
            boundary=SimpleNamespace(functions=dict.fromkeys(functions, function)),
        )

    return context


def handed(number):
    return Handed(Case("f", {"x": number}))


def values(context):
    return {each.case.arguments["x"] for each in stored_cases(context)}


def test_what_one_machine_keeps_the_others_begin_with(server, machine):
    keep(machine("one"), [handed(1), handed(2)])
    assert values(machine("other")) == {1, 2}
    assert values(machine("alone", address="")) == set()


def test_only_what_was_tried_here_and_is_of_no_more_use_goes_from_what_is_shared(server, machine):
    keep(machine("one"), [handed(1), handed(2)])
    other = machine("other")
    tried = stored_cases(other)
    keep(machine("one"), [handed(1), handed(2), handed(3)])
    keep(other, [handed(2)], tried)
    assert values(machine("third")) == {2, 3}


def test_what_another_revision_of_the_contract_can_call_stays(server, machine):
    keep(machine("one"), [handed(1)])
    older = machine("older", functions=())
    assert stored_cases(older) == ()
    keep(older, [], stored_cases(older))
    assert values(machine("one")) == {1}


def test_a_folder_is_shared_as_well(machine, tmp_path):
    keep(machine("one", str(tmp_path / "shared")), [handed(1)])
    assert values(machine("other", str(tmp_path / "shared"))) == {1}
    assert values(machine("other", "../shared")) == {1}, "relative to the settings"


def test_a_server_that_goes_away_ends_nothing_and_is_told_of_once(server, machine, capsys):
    server.connected = False
    one = machine("one", "redis://me:secret@server/0")
    keep(one, [handed(1)])
    assert values(one) == {1}, "beside it there is the folder"
    said = capsys.readouterr().err
    assert said.count("\n") == 1
    assert "shared database `redis://server/0` is neither read nor written: " in said


def test_an_artifact_that_cannot_be_had_ends_nothing_and_nothing_is_written_to_it(
    machine, monkeypatch, capsys
):
    def nowhere(*_):
        raise URLError("no network here")

    monkeypatch.setattr("urllib.request.urlopen", nowhere)
    one = machine("one", "github:owner/repository/artifact")
    keep(one, [handed(1)])
    assert values(one) == {1}
    assert (
        "`github:owner/repository/artifact` is not as it should be: Could not connect"
        in capsys.readouterr().err
    )


def test_what_a_workflow_uploaded_of_its_folder_is_read(machine, tmp_path):
    keep(machine("ci", ".abidance/shared"), [handed(1)])
    uploaded = tmp_path / "ci" / ".abidance" / "shared"
    cached = tmp_path / "desk" / ".abidance" / "artifacts" / "artifact"
    cached.mkdir(parents=True)
    with zipfile.ZipFile(cached / f"{datetime.now(UTC).isoformat().replace(':', '_')}.zip", "w") as archive:
        for file in sorted(uploaded.rglob("*")):
            archive.write(file, file.relative_to(uploaded))
    desk = machine("desk", "github:owner/repository/artifact")
    assert values(desk) == {1}
    keep(desk, [handed(2)], stored_cases(desk))
    assert values(desk) == {1, 2}, "what CI has stays"


def test_a_database_that_breaks_down_is_not_asked_again(capsys):
    class Broken(InMemoryExampleDatabase):
        asked = 0

        def fetch(self, key):
            self.asked += 1
            raise KeyError(key)

    broken = Broken()
    tolerated = Unreliable("somewhere", broken)
    assert [list(tolerated.fetch(b"k")) for _ in range(3)] == [[], [], []]
    tolerated.save(b"k", b"v")
    assert broken.asked == 1
    assert capsys.readouterr().err.count("\n") == 1


@pytest.mark.parametrize(
    ("address", "words"),
    [
        ("mongodb://here", "is no database that can be shared"),
        ("github:owner/repository", "names no artifact of GitHub Actions"),
        ("github:owner/repository/../..", "names no artifact of GitHub Actions"),
    ],
)
def test_an_address_that_is_none_is_refused_at_its_line(address, words, tmp_path):
    (tmp_path / "abidance.toml").write_text(f'database = "{address}"\n')
    with pytest.raises(UsageError, match=words) as raised:
        Settings.load(tmp_path)
    assert raised.value.diagnostics[0].span.line == 1


def test_the_environment_stands_in_place_of_the_settings(tmp_path, monkeypatch):
    (tmp_path / "abidance.toml").write_text('database = "redis://here/0"\n')
    assert Settings.load(tmp_path).database == "redis://here/0"
    monkeypatch.setenv("ABIDANCE_DATABASE", "/srv/shared")
    assert Settings.load(tmp_path).database == "/srv/shared"
    monkeypatch.setenv("ABIDANCE_DATABASE", "")
    assert Settings.load(tmp_path).database == ""
    monkeypatch.setenv("ABIDANCE_DATABASE", "ftp://there")
    with pytest.raises(UsageError, match="no database"):
        Settings.load(tmp_path)


def test_failing_examples_are_shared_too(server, machine):
    one = database(machine("one").settings)
    assert isinstance(one, MultiplexedDatabase)
    one.save(b"key", b"example")
    assert [*database(machine("other").settings).fetch(b"key")] == [b"example"]


ITEM = ItemId("box", "parse", "explore", "c", "release")


@pytest.mark.parametrize(
    "path",
    [
        "corpus/box_c_parse_fuzzer/3f2a",
        "cifuzz-corpus-box_c_parse_fuzzer/3f2a",
        "cifuzz-crashes-box_c_parse_fuzzer/deep/crash-3f2a",
    ],
)
def test_a_folder_that_is_named_after_a_fuzzer_has_its_inputs(path, tmp_path):
    file = tmp_path / path
    file.parent.mkdir(parents=True)
    file.write_bytes(b"input")
    assert ServiceCorpus.read([tmp_path]).of(ITEM) == (b"input",)


@pytest.mark.parametrize(
    ("archive", "member"),
    [
        ("cifuzz-corpus-box_c_parse_fuzzer.zip", "3f2a"),
        ("box_c_parse_fuzzer_seed_corpus.zip", "3f2a"),
        ("artifact.zip", "corpus/box_c_parse_fuzzer/3f2a"),
    ],
)
def test_so_has_an_archive(archive, member, tmp_path):
    with zipfile.ZipFile(tmp_path / archive, "w") as members:
        members.writestr(member, b"input")
        members.writestr("corpus/box_c_twice_fuzzer/77", b"another")
    for place in (tmp_path, tmp_path / archive):
        assert ServiceCorpus.read([place]).of(ITEM)[0] == b"input"


def test_inputs_of_two_libraries_that_are_compared_are_theirs_alone(tmp_path):
    folder = tmp_path / "box_c_rust_parse_fuzzer"
    folder.mkdir()
    (folder / "1").write_bytes(b"compared")
    corpus = ServiceCorpus.read([tmp_path])
    assert corpus.of(ITEM) == ()
    assert corpus.of(ItemId("box", "parse", "explore", "c=rust", "release")) == (b"compared",)


@pytest.mark.parametrize("name", ["", "notes/readme.txt", "broken.zip"])
def test_a_place_without_inputs_is_refused(name, tmp_path):
    if name:
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(b"PK\3\4 cut short")
    with pytest.raises(UsageError, match="has no inputs to begin with"):
        ServiceCorpus.read([tmp_path])
    with pytest.raises(UsageError, match="has no inputs to begin with"):
        ServiceCorpus.read([tmp_path / "nowhere"])
