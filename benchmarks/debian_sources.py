"""Source packages of Debian, fetched once: real libraries to measure on."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

from platformdirs import user_cache_path

SOURCES = Path("/etc/apt/sources.list.d/debian.sources")


def fetched(package: str) -> Path | None:
    """Return the unpacked source of a package; None where this machine cannot fetch it."""
    place = user_cache_path("abidance-benchmarks") / "debian"
    unpacked = place / package
    if unpacked.exists():
        return unpacked
    if not (SOURCES.exists() and shutil.which("apt-get") and shutil.which("dpkg-source")):
        return None
    downloads = place / "downloads" / package
    downloads.mkdir(parents=True, exist_ok=True)
    try:
        subprocess.run(
            [*apt(place), "source", "--download-only", package],
            cwd=downloads,
            check=True,
            capture_output=True,
        )
        (description,) = downloads.glob("*.dsc")
        unfinished = place / f"{package}.new"
        shutil.rmtree(unfinished, ignore_errors=True)
        command = ["dpkg-source", "--no-check", "-x", str(description), str(unfinished)]
        subprocess.run(command, check=True, capture_output=True)
    except (subprocess.CalledProcessError, ValueError):
        return None
    unfinished.rename(unpacked)
    return unpacked


def apt(place: Path) -> list[str]:
    """Return a command of apt-get that knows the source packages of the release, and of nothing else."""
    mine, lists = place / "sources", place / "lists"
    options = {
        "Etc::sourcelist": "-",
        "Etc::sourceparts": mine,
        "State::lists": lists,
        "Cache": place / "cache",
    }
    command = [
        "apt-get",
        "-q",
        *(word for key, value in options.items() for word in ("-o", f"Dir::{key}={value}")),
    ]
    command += ["-o", "APT::Sandbox::User=root"]
    if not mine.exists():
        for folder in (mine, lists / "partial", place / "cache" / "archives" / "partial"):
            folder.mkdir(parents=True)
        # The packages of security updates come and go.
        release, *_ = SOURCES.read_text().split("\n\n")
        text = re.sub(r"^Types:.*$", "Types: deb-src", release, flags=re.MULTILINE)
        (mine / "debian.sources").write_text(f"{text.rstrip()}\n")
        subprocess.run([*command, "update"], check=True, capture_output=True)
    return command
