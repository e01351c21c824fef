from __future__ import annotations

import subprocess
import textwrap

import pytest

from abidance.boundary.resolve.join import join
from abidance.contract.load import load_contract
from abidance.core.errors import UsageError
from abidance.run.engine.items import list_items
from abidance.run.engine.session import Session
from abidance.run.inputs.settings import Settings

PREAMBLE = "#pragma once\n#include <stddef.h>\n#include <stdint.h>\n#include <stdbool.h>\n"


def write(folder, header, contract):
    (folder / "subject.h").write_text(PREAMBLE + textwrap.dedent(header))
    head = "abidance: 1\nboundary: subject\nheader: subject.h\nlibraries: {c: {path: libsubject.so}}\n"
    file = folder / "subject.contract.yaml"
    file.write_text(head + textwrap.dedent(contract))
    return file


@pytest.fixture
def joined(tmp_path):
    """Join a header and a contract, both given as text."""
    return lambda header, contract: join(load_contract(write(tmp_path, header, contract)))


@pytest.fixture
def refused_with(tmp_path):
    """Return the complaints that joining a header and a contract ends with."""

    def diagnostics(header, contract):
        with pytest.raises(UsageError) as caught:
            join(load_contract(write(tmp_path, header, contract)))
        return caught.value.diagnostics

    return diagnostics


@pytest.fixture
def refused(refused_with):
    """Return the messages that joining a header and a contract ends with."""
    return lambda header, contract: [each.message for each in refused_with(header, contract)]


@pytest.fixture(scope="module")
def runner_for(tmp_path_factory):
    """Compile a source against a header and return the boundary with what runs its cases."""
    sessions = []

    def make(header, contract, source):
        folder = tmp_path_factory.mktemp("subject")
        file = write(folder, header, contract)
        (folder / "subject.c").write_text('#include "subject.h"\n' + textwrap.dedent(source))
        command = ["gcc", "-std=gnu11", "-w", "-shared", "-fPIC", "-O1", "-o", "libsubject.so", "subject.c"]
        subprocess.run(command, cwd=folder, check=True)
        session = Session(Settings(folder))
        sessions.append(session)
        contract = load_contract(file)
        boundary = session.boundary(contract)
        item = next(item for item in list_items(contract) if item.id.phase == "properties")
        return boundary, session.sources.runner(boundary, item.id, session.settings)

    yield make
    for session in sessions:
        session.close()
