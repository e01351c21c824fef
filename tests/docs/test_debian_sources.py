"""What the pairs of `contracts/drop-ins` are built from is what their folders lock, or nothing."""

from __future__ import annotations

import hashlib
import io
import shutil
import sys
import tarfile
from pathlib import Path

import pytest

sys.path.append(str(Path(__file__).parents[2] / "docs/explanation"))

from debian_sources import unpack

pytestmark = pytest.mark.skipif(shutil.which("dpkg-source") is None, reason="there is no dpkg-source")


@pytest.fixture
def fetched(tmp_path):
    """Return a folder in which the package `one 1:2.0` is as downloaded, and the digest of its description."""
    downloads = tmp_path / "downloads"
    downloads.mkdir()
    archive = io.BytesIO()
    with tarfile.open(fileobj=archive, mode="w:gz") as tar:
        for name, text in (
            ("one.c", b"int one;\n"),
            ("debian/changelog", b"one (1:2.0) stable; urgency=low\n"),
        ):
            entry = tarfile.TarInfo(f"one-2.0/{name}")
            entry.size = len(text)
            tar.addfile(entry, io.BytesIO(text))
    data = archive.getvalue()
    (downloads / "one_2.0.tar.gz").write_bytes(data)
    description = (
        "Format: 3.0 (native)\nSource: one\nBinary: one\nVersion: 1:2.0\nFiles:\n"
        f" {hashlib.md5(data, usedforsecurity=False).hexdigest()} {len(data)} one_2.0.tar.gz\n"
        f"Checksums-Sha256:\n {hashlib.sha256(data).hexdigest()} {len(data)} one_2.0.tar.gz\n"
    )
    (downloads / "one_2.0.dsc").write_text(description)
    return tmp_path, hashlib.sha256(description.encode()).hexdigest()


def test_what_is_locked_is_unpacked_once(fetched):
    keep, digest = fetched
    source = keep / "build" / "source"

    unpack("one", "1:2.0", digest, keep, source)
    assert (source / "one.c").read_text() == "int one;\n"

    (keep / "downloads" / "one_2.0.dsc").unlink()
    unpack("one", "1:2.0", digest, keep, source)


def test_another_description_is_refused(fetched):
    keep, digest = fetched
    with (keep / "downloads" / "one_2.0.dsc").open("a") as text:
        text.write("Maintainer: somebody else\n")

    with pytest.raises(SystemExit, match=f"and {digest} was wanted"):
        unpack("one", "1:2.0", digest, keep, keep / "build" / "source")


def test_another_archive_is_refused(fetched):
    keep, digest = fetched
    archive = keep / "downloads" / "one_2.0.tar.gz"
    archive.write_bytes(archive.read_bytes()[:-1] + b"?")

    with pytest.raises(SystemExit, match="checksum"):
        unpack("one", "1:2.0", digest, keep, keep / "build" / "source")
    assert not (keep / "build" / "source").exists()
