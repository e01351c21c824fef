"""Hooks of the documentation site (`mkdocs.yml`): pages that lie elsewhere, and blocks that are named after a file."""

from __future__ import annotations

import re
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from mkdocs.config.defaults import MkDocsConfig
    from mkdocs.structure.files import Files

ROOT = Path(__file__).parents[1]
_ELSEWHERE = {"contributing.md": "CONTRIBUTING.md", "changelog.md": "CHANGELOG.md"}
_NAMED = re.compile(r"^(`{3,}\w+) file=(\S+)[ ]*$", re.MULTILINE)
_OF_DOCS = re.compile(r"\]\(docs/")
_OUTSIDE = re.compile(r"\[([^\]]+)\]\((?:\.\./){2}[^)]*\)")
_DECISIONS = "decisions/README.md"


def on_files(files: Files, config: MkDocsConfig) -> Files:
    """Add the pages that lie at the top of the repository."""
    from mkdocs.structure.files import File  # noqa: PLC0415 - the tests read this file without mkdocs

    for name, source in _ELSEWHERE.items():
        text = _OF_DOCS.sub("](", (ROOT / source).read_text(encoding="utf-8"))
        files.append(File.generated(config, name, content=text))
    return files


def on_page_markdown(markdown: str, page: Any, **_: object) -> str:
    """Return a page's text with the names of files above their blocks, and with the list of what was decided.

    Links to what is no page, such as a folder of the source, lead nowhere on a site: their words stay.
    """
    shown = _OUTSIDE.sub(r"\1", _NAMED.sub(r'\1 title="\2"', markdown))
    return shown + decisions() if page.file.src_uri == _DECISIONS else shown


def decisions() -> str:
    """Return links to the records on decisions, by their titles."""
    records = sorted((ROOT / "docs" / "decisions").glob("[0-9]*.md"))
    lines = []
    for record in records:
        first = record.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        number, _, title = first.partition(". ")
        lines.append(f"{int(number)}. [{title}]({record.name})")
    return "\n" + "\n".join(lines) + "\n"
