"""The files of ClusterFuzzLite and OSS-Fuzz, as their documentation has them."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_WRITTEN = "# Written by `abidance fuzz --emit`; `abidance fuzz --emit DIR --check` says when it is stale.\n"
_DOCKER = """FROM gcr.io/oss-fuzz-base/@IMAGE@
RUN apt-get update && apt-get install -y cmake make
COPY . $SRC/project
WORKDIR $SRC/project
COPY .clusterfuzzlite/build.sh $SRC/
"""
_OSS_DOCKER = """FROM gcr.io/oss-fuzz-base/@IMAGE@
RUN apt-get update && apt-get install -y cmake make
RUN git clone --depth 1 --recurse-submodules @REPOSITORY@ project
WORKDIR $SRC/project
COPY build.sh $SRC/
"""
_OSS_PROJECT = """# Needed before it is proposed: where findings are sent, and where the project lives.
homepage: "@REPOSITORY@"
language: @LANGUAGE@
primary_contact: "security@example.org"
main_repo: "@REPOSITORY@"
fuzzing_engines: [libfuzzer]
sanitizers: [@SANITIZERS@]
"""
_PR = """name: ClusterFuzzLite, for a change
on:
  pull_request:
permissions: read-all
jobs:
  fuzz:
    runs-on: ubuntu-latest
    concurrency:
      group: ${{ github.workflow }}-${{ matrix.sanitizer }}-${{ github.ref }}
      cancel-in-progress: true
    strategy:
      fail-fast: false
      matrix: {sanitizer: [@SANITIZERS@]}
    steps:
      - uses: google/clusterfuzzlite/actions/build_fuzzers@v1
        with:
          language: @LANGUAGE@
          github-token: ${{ secrets.GITHUB_TOKEN }}
          sanitizer: ${{ matrix.sanitizer }}
      - uses: google/clusterfuzzlite/actions/run_fuzzers@v1
        with:
          github-token: ${{ secrets.GITHUB_TOKEN }}
          fuzz-seconds: 600
          mode: code-change
          sanitizer: ${{ matrix.sanitizer }}
"""
_BATCH = """name: ClusterFuzzLite, for the corpus
on:
  schedule:
    - cron: "17 */6 * * *"
permissions: read-all
jobs:
  fuzz:
    runs-on: ubuntu-latest
    strategy:
      fail-fast: false
      matrix: {sanitizer: [@SANITIZERS@]}
    steps:
      - uses: google/clusterfuzzlite/actions/build_fuzzers@v1
        with:
          language: @LANGUAGE@
          sanitizer: ${{ matrix.sanitizer }}
      - uses: google/clusterfuzzlite/actions/run_fuzzers@v1
        with:
          github-token: ${{ secrets.GITHUB_TOKEN }}
          fuzz-seconds: 3600
          mode: batch
          sanitizer: ${{ matrix.sanitizer }}
"""
_CRON = """name: ClusterFuzzLite, each night
on:
  schedule:
    - cron: "43 2 * * *"
permissions: read-all
jobs:
  prune:
    runs-on: ubuntu-latest
    steps:
      - uses: google/clusterfuzzlite/actions/build_fuzzers@v1
        with:
          language: @LANGUAGE@
      - uses: google/clusterfuzzlite/actions/run_fuzzers@v1
        with:
          github-token: ${{ secrets.GITHUB_TOKEN }}
          fuzz-seconds: 600
          mode: prune
"""
_BUILD = """name: ClusterFuzzLite, builds to compare with
on:
  push:
    branches: [main]
permissions: read-all
jobs:
  build:
    runs-on: ubuntu-latest
    concurrency:
      group: ${{ github.workflow }}-${{ matrix.sanitizer }}-${{ github.ref }}
      cancel-in-progress: true
    strategy:
      fail-fast: false
      matrix: {sanitizer: [@SANITIZERS@]}
    steps:
      - uses: google/clusterfuzzlite/actions/build_fuzzers@v1
        with:
          language: @LANGUAGE@
          sanitizer: ${{ matrix.sanitizer }}
          upload-build: true
"""
_SCRIPT = """#!/bin/bash -eu
@WRITTEN@for name in @NAMES@; do
    bash -eu "$SRC/project/fuzz/$name/build.sh"
done
"""


def service_files(project: str, names: Sequence[str], *, rust: bool) -> Mapping[str, bytes]:
    """Return the services' files by their paths from the root; `names` are the contracts that they build.

    OSS-Fuzz has its own repository: its files are to be copied there, with the project's address and contact.
    """
    words = {
        "@IMAGE@": f"base-builder{'-rust' if rust else ''}",
        "@LANGUAGE@": "rust" if rust else "c++",
        # rustc has none of the others.
        "@SANITIZERS@": "address" if rust else "address, undefined",
        "@REPOSITORY@": f"https://example.org/{project}.git",
        "@NAMES@": " ".join(names),
        "@WRITTEN@": _WRITTEN,
    }
    oss = f"fuzz/oss-fuzz/projects/{project}"
    texts = {
        ".clusterfuzzlite/project.yaml": f"{_WRITTEN}language: @LANGUAGE@\n",
        ".clusterfuzzlite/Dockerfile": _WRITTEN + _DOCKER.replace("@IMAGE@", "@IMAGE@:v1"),
        ".clusterfuzzlite/build.sh": _SCRIPT,
        ".github/workflows/cflite_pr.yml": _WRITTEN + _PR,
        ".github/workflows/cflite_build.yml": _WRITTEN + _BUILD,
        ".github/workflows/cflite_batch.yml": _WRITTEN + _BATCH,
        ".github/workflows/cflite_cron.yml": _WRITTEN + _CRON,
        f"{oss}/project.yaml": _WRITTEN + _OSS_PROJECT,
        f"{oss}/Dockerfile": _WRITTEN + _OSS_DOCKER,
        f"{oss}/build.sh": _SCRIPT,
    }
    return {name: _filled(text, words).encode() for name, text in texts.items()}


def _filled(text: str, words: Mapping[str, str]) -> str:
    for word, value in words.items():
        text = text.replace(word, value)
    return text
