"""Documents and texts for `cmark.contract.yaml`, with what they are."""

from __future__ import annotations

import random

from cmark_documents import AGAIN, ANY, PLACED, XML, Author, Html, Node, as_xml, events
from cmark_tables import ROWS
from joined_parts import joined


def document(seed: int, kinds: str) -> tuple[bytes, Node]:
    """Return a text, what it is as HTML in each way, as XML, and how many events an iterator has, in two bytes."""
    author = Author(random.Random(seed), kinds)
    places = author.places
    lines, nodes = author.blocks(2 if seed % 3 else seed // 3 % 3, 1, 1)
    lines = [*author.definitions, "", *lines] if author.definitions else lines
    root = Node("document", nodes, place=f"1:1-{len(lines)}:{len(lines[-1])}")
    said = f' sourcepos="{root.place}"' if places else ""
    told = XML.format(said, "".join(as_xml(each, 1, places=places) for each in nodes))
    shown = [
        Html().of(nodes),
        Html(unsafe=True, places=places).of(nodes),
        Html(breaks=" ").of(nodes),
        Html(breaks="<br />\n").of(nodes),
    ]
    parts = [each.encode() for each in ("\n".join(lines) + "\n", *shown, told)]
    return joined([*parts, events(root).to_bytes(2, "big")]), root


def marks(node: Node) -> set[tuple[str, ...]]:
    """Return what a document has that others may not have: what is in what, and how each thing is written."""
    own = {(node.type, each.type) for each in node.kids} | {(node.type, *node.said.values())}
    own |= {(node.type, node.written or node.text)} if not node.kids and not node.text.isalpha() else set()
    return own.union(*map(marks, node.kids))


def telling(kinds: str, many: int) -> list[bytes]:
    """Return documents of which each has something new, the shortest first."""
    seen: set[tuple[str, ...]] = set()
    chosen: list[bytes] = []
    for made, root in (document(seed, kinds) for seed in range(1, many)):
        new = marks(root) - seen
        if new and len(made) < 1600 and len(chosen) < 100:
            seen |= new
            chosen.append(made)
    return sorted(chosen, key=len)


texts = [
    joined([part.encode() for text, html in ROWS[at : at + 5] for part in (text, html)])
    for at in (*range(0, len(ROWS) - 5, 5), len(ROWS) - 5)
]
any_documents = telling(ANY, 300)
placed_documents = telling(PLACED, 200)
documents_written_again = telling(AGAIN, 200)
walked_documents = [each for each in placed_documents if int.from_bytes(each[-2:], "big") < 60]
