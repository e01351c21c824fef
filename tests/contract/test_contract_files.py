"""Contracts as files: what cannot be read, and what they name."""

from __future__ import annotations

import os

import pytest

from abidance.contract.load import load_contract
from abidance.core.catalogue import FILE_NOT_FOUND, HEADER_NOT_FOUND, NOT_YAML
from abidance.core.errors import UsageError

pytestmark = pytest.mark.unit

SOUND = "abidance: 1\nboundary: b\nheader: api/b.h\ninclude_dirs: [api]\nfunctions: {}\n"


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "api").mkdir()
    (tmp_path / "api" / "b.h").write_text("int f(void);\n")
    (tmp_path / "b.contract.yaml").write_text(SOUND)
    return tmp_path


def refused(path):
    with pytest.raises(UsageError) as caught:
        load_contract(path)
    return caught.value.diagnostics


def test_a_contract_keeps_its_path_and_finds_its_header(folder, monkeypatch):
    monkeypatch.chdir(folder / "api")

    contract = load_contract(folder / "api" / ".." / "b.contract.yaml")

    assert contract.header == folder / "api" / "b.h"
    assert contract.path.samefile(folder / "b.contract.yaml")


def test_a_byte_order_mark_is_no_part_of_the_contract(folder):
    (folder / "b.contract.yaml").write_text("\ufeff" + SOUND)

    assert load_contract(folder / "b.contract.yaml").span.column == 1


def test_a_missing_header_is_shown_in_the_contract(folder):
    (folder / "api" / "b.h").unlink()

    (diagnostic,) = refused(folder / "b.contract.yaml")

    assert diagnostic.code is HEADER_NOT_FOUND
    assert diagnostic.message == f"the header `{os.path.join('api', 'b.h')}` does not exist"  # noqa: PTH118 - a text
    assert (diagnostic.span.line, diagnostic.span.column) == (3, 9)
    assert diagnostic.help == (
        "paths in a contract are relative to the contract; one in angle brackets, such as `<api/b.h>`, is searched "
        "for by the compiler"
    )


def test_what_is_named_must_be_of_its_kind(folder):
    (folder / "b.contract.yaml").write_text(
        SOUND.replace("api/b.h", "api").replace("[api]", "[api/b.h, no/where]")
    )

    assert [diagnostic.message for diagnostic in refused(folder / "b.contract.yaml")] == [
        "the header `api` is a folder",
        "the include folder `api/b.h` is no folder",
        "the include folder `no/where` does not exist",
    ]


def test_a_file_that_cannot_be_read(folder):
    (missing,) = refused(folder / "none.contract.yaml")
    (is_folder,) = refused(folder)

    assert missing.code is is_folder.code is FILE_NOT_FOUND
    assert missing.message.endswith("none.contract.yaml` does not exist")
    assert is_folder.message.endswith("is a folder, not a contract")


def test_a_path_that_is_none(folder):
    (diagnostic,) = refused(folder / "a\0b.contract.yaml")

    assert diagnostic.code is FILE_NOT_FOUND
    assert "cannot be read" in diagnostic.message


def test_other_encodings_are_refused_at_their_byte(folder):
    (folder / "b.contract.yaml").write_bytes("abidance: 1\nsummary: caf\xe9\n".encode("latin-1"))

    (diagnostic,) = refused(folder / "b.contract.yaml")

    assert diagnostic.code is NOT_YAML
    assert diagnostic.message == "a contract is UTF-8, and the byte 0xe9 here is not"
    assert (diagnostic.span.line, diagnostic.span.column) == (2, 13)
