"""Fetches source packages of Debian, for the pages of this folder that are measured of libraries built from them."""

from __future__ import annotations

import hashlib
import shutil
import subprocess
import sys
from pathlib import Path


def apt(keep: Path) -> list[str]:
    """Return a command of apt-get that knows the source packages of this machine's sources."""
    place = keep / "apt"
    mine = place / "sources"
    command = ["apt-get", "-q"]
    for key, value in (
        ("Etc::sourcelist", "-"),
        ("Etc::sourceparts", mine),
        ("State::lists", place / "lists"),
    ):
        command += ["-o", f"Dir::{key}={value}"]
    command += ["-o", f"Dir::Cache={place / 'cache'}", "-o", "APT::Sandbox::User=root"]
    if not mine.exists():
        for folder in (mine, place / "lists" / "partial", place / "cache" / "archives" / "partial"):
            folder.mkdir(parents=True)
        text = Path("/etc/apt/sources.list.d/debian.sources").read_text()
        (mine / "debian.sources").write_text(text.replace("Types: deb\n", "Types: deb-src\n"))
        subprocess.run([*command, "update"], check=True)
    return command


def unpack(package: str, version: str, sha256: str, keep: Path, into: Path) -> None:
    """Have exactly that version of a source package in `into`, with Debian's patches; ends the script where it is not.

    `sha256` is of the package's `.dsc`, which has the digests of its archives: dpkg-source unpacks no other ones.
    """
    if _version_in(into) == f"{package} ({version})":
        return
    downloads = keep / "downloads"
    downloads.mkdir(parents=True, exist_ok=True)
    description = downloads / f"{package}_{version.partition(':')[2] or version}.dsc"
    if not description.exists():
        command = [*apt(keep), "source", "--download-only", f"{package}={version}"]
        if subprocess.run(command, check=False, cwd=downloads, stdout=subprocess.DEVNULL).returncode:
            sys.exit(
                f"this machine's Debian has no sources of {package} {version}: put those of "
                f"https://snapshot.debian.org/package/{package}/{version}/ into {downloads}"
            )
    if (is_now := hashlib.sha256(description.read_bytes()).hexdigest()) != sha256:
        sys.exit(f"{description} has the SHA-256 {is_now}, and {sha256} was wanted")
    fresh = into.with_name(f"{into.name}.new")
    for folder in (fresh, into):
        shutil.rmtree(folder, ignore_errors=True)
    into.parent.mkdir(exist_ok=True)
    done = subprocess.run(
        ["dpkg-source", "-x", str(description), str(fresh)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        sys.exit(done.stderr)
    fresh.rename(into)


def _version_in(source: Path) -> str:
    """Return package and version of what is unpacked there, as the changelog begins."""
    changelog = source / "debian" / "changelog"
    return changelog.read_text().partition(")")[0] + ")" if changelog.exists() else ""
