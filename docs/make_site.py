"""Builds the documentation as a site, into `build/site`, from a copy of the pages that suits one.

On GitHub the pages are read as they are. For the site, blocks are named after their files, the pages at the top of the
repository are among the others, what was decided is listed, and links to the source, which is not on the site, are
words. A link or an anchor that leads nowhere fails the build.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

DOCS = Path(__file__).parent
ROOT = DOCS.parent
PAGES = ROOT / "build" / "pages"
SITE = ROOT / "build" / "site"
CONFIG = ROOT / "mkdocs.yml"
MOVED = {
    ROOT / "CHANGELOG.md": "changelog.md",
    ROOT / "CONTRIBUTING.md": "contributing.md",
    DOCS / "decisions" / "README.md": "decisions/index.md",
}
_NAMED = re.compile(r"^(`{3,}\w+) file=(\S+)[ ]*$", re.MULTILINE)
_CHECK = re.compile(r"^(`{3,}\w+) check=(\S+) branch=(\S+) result=(\S+)[ ]*$", re.MULTILINE)
_LINK = re.compile(r"\[((?:[^\[\]]|\[[^\]]*\])+)\]\((?!https?:|#)([^)#\s]+)(#[^)]*)?\)")
_BLOCK = re.compile(r"^(```.*?^```[ ]*$)", re.DOTALL | re.MULTILINE)


def pages() -> dict[str, str]:
    """Return the text of each page of the site by its path."""
    places = {page: str(page.relative_to(DOCS)) for page in sorted(DOCS.rglob("*.md"))} | MOVED
    texts = {page: page.read_text(encoding="utf-8") for page in places}
    texts[DOCS / "decisions" / "README.md"] += decisions()
    return {name: on_site(texts[page], page, places) for page, name in places.items()}


def on_site(text: str, page: Path, places: dict[Path, str]) -> str:
    """Return a page's text as the site has it; `places` are the pages with their paths there."""

    def linked(found: re.Match[str]) -> str:
        words, target, anchor = found[1], found[2], found[3] or ""
        there = Path(os.path.normpath(page.parent / target))
        if there.is_dir() and there / "README.md" in places:
            there /= "README.md"
        if there in places:
            return f"[{words}]({os.path.relpath(places[there], Path(places[page]).parent)}{anchor})"
        return words if there.exists() else found[0]

    titled = _CHECK.sub(r'\1 title="\2 on \3: \4"', _NAMED.sub(r'\1 title="\2"', text))
    parts = _BLOCK.split(titled)
    return "".join(part if n % 2 else _LINK.sub(linked, part) for n, part in enumerate(parts))


def decisions() -> str:
    """Return links to the records on decisions, by their titles."""
    lines = []
    for record in sorted((DOCS / "decisions").glob("[0-9]*.md")):
        first = record.read_text(encoding="utf-8").partition("\n")[0].removeprefix("# ")
        number, _, title = first.partition(". ")
        lines.append(f"{int(number)}. [{title}]({record.name})\n")
    return "\n" + "".join(lines)


def main() -> int:
    """Write the pages and build the site; return the builder's exit status."""
    shutil.rmtree(PAGES, ignore_errors=True)
    for name, text in pages().items():
        file = PAGES / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(text, encoding="utf-8")
    # With --quiet, mkdocs does not count the warnings that --strict fails for.
    command = (sys.executable, "-m", "mkdocs", "build", "--strict", "-f", str(CONFIG))
    environment = os.environ | {"NO_MKDOCS_2_WARNING": "1"}
    ran = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    print(ran.stderr if ran.returncode else f"{SITE.relative_to(ROOT)}/index.html")
    return ran.returncode


if __name__ == "__main__":
    sys.exit(main())
