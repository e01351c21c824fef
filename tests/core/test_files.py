"""What is written is there whole, and what is no plain file stays what it is."""

from __future__ import annotations

import os
import stat
import tempfile
import threading
from pathlib import Path

import pytest

from abidance.core.files import write_whole

pytestmark = pytest.mark.unit


def test_a_file_is_replaced_whole(tmp_path):
    file = tmp_path / "report.json"
    file.write_text("old")
    with file.open() as reader:
        write_whole(file, "new")
        assert reader.read() == "old"
    assert file.read_text() == "new"
    assert [*tmp_path.iterdir()] == [file]


def test_folders_are_made(tmp_path):
    write_whole(tmp_path / "a" / "b" / "c.txt", b"\0")
    assert (tmp_path / "a" / "b" / "c.txt").read_bytes() == b"\0"


def test_a_link_stays_one(tmp_path):
    (tmp_path / "elsewhere").mkdir()
    for name in ("there", "not-yet"):
        link, target = tmp_path / f"to-{name}", tmp_path / "elsewhere" / name
        if name == "there":
            target.write_text("old")
        link.symlink_to(target)
        write_whole(link, "new")
        assert link.is_symlink()
        assert target.read_text() == "new"


def test_a_pipe_is_written_to(tmp_path):
    pipe, read = tmp_path / "pipe", []
    os.mkfifo(pipe)
    reader = threading.Thread(target=lambda: read.append(pipe.read_text()), daemon=True)
    reader.start()
    write_whole(pipe, "through it")
    reader.join(10)
    assert read == ["through it"]
    assert stat.S_ISFIFO(pipe.stat().st_mode)


def test_the_null_device_stays_one(tmp_path):
    # Not the machine's own: who may replace it would.
    device = tmp_path / "null"
    try:
        os.mknod(device, 0o666 | stat.S_IFCHR, os.makedev(1, 3))
        device.write_text("taken")
    except PermissionError:
        pytest.skip("only root makes devices, where the file system allows any")
    write_whole(device, "gone")
    assert stat.S_ISCHR(device.stat().st_mode)
    assert device.read_text() == ""


def test_what_is_open_is_written_to(tmp_path):
    file = tmp_path / "output"
    with file.open("w") as output:
        output.write("before, ")
        output.flush()
        write_whole(Path(f"/dev/fd/{output.fileno()}"), "report")
        output.seek(0, os.SEEK_END)
        output.write(", after")
    assert file.read_text() == "before, report, after"


def test_memory_has_files_like_any_other():
    shared = Path("/dev", "shm")
    if not os.access(shared, os.W_OK):
        pytest.skip("there is no /dev/shm to write to")
    with tempfile.TemporaryDirectory(dir=shared) as folder:
        write_whole(Path(folder, "a", "b"), "text")
        assert Path(folder, "a", "b").read_text() == "text"


def test_a_folder_is_no_file(tmp_path):
    with pytest.raises(IsADirectoryError):
        write_whole(tmp_path, "text")
    assert [*tmp_path.iterdir()] == []
