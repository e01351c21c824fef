"""Trees of CommonMark: each with a text of Markdown that stands for it, and what it is as HTML and XML."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import random


TEXTS = {  # how a text is written, and what it is
    "a": "a", "b1": "b1", "\\*": "*", "\\_": "_", "\\[": "[", "\\]": "]", "\\`": "`", "\\\\": "\\", "\\<": "<",
    "\\&": "&",
    "\\#": "#", "\\-": "-", "\\!": "!", "\\+c": "+c", "1\\.": "1.", "&amp;": "&", "&lt;": "<", "&quot;": '"',
    "&#35;": "#", "&": "&",
    "&#x2A;": "*", '"': '"', "a>b": "a>b", "it's": "it's", "\\z": "\\z", "!": "!", "a_b_c": "a_b_c",
    "a&b": "a&b", "&copy": "&copy",
}  # fmt: skip
BEGIN = (
    "\\-",
    "\\+c",
    "1\\.",
)  # at the beginning of a line, to which wrapping takes them, cmark does not escape them
CHARACTERS = {
    "é": "é", "€": "€", "&copy;": "©", "&ouml;": "ö", "&#8364;": "€", "\U0001f600": "\U0001f600", "&nbsp;": "\u00a0",
    "&ngE;": "≧̸", "&#0;": "\ufffd", "&#xd800;": "\ufffd", "&#x110000;": "\ufffd",
}  # fmt: skip
URLS = {  # how an address is written, what it is, and how HTML has it
    "u": ("u", "u"), "/v?w=1&x#y": ("/v?w=1&x#y", "/v?w=1&amp;x#y"), "<a b>": ("a b", "a%20b"), "<>": ("", ""),
    "p(q)r": ("p(q)r", "p(q)r"), "s\\)t": ("s)t", "s)t"), "http://a.b/c": ("http://a.b/c", "http://a.b/c"),
    "&auml;": ("ä", "%C3%A4"), "a%20b": ("a%20b", "a%20b"), 'a"b': ('a"b', "a%22b"), "<c>": ("c", "c"),
    "d\\e": ("d\\e", "d%5Ce"),
}  # fmt: skip
TITLES = {
    "": "", ' "t"': "t", " 't u'": "t u", " (v)": "v", ' "w \\" x"': 'w " x', ' "&amp; <"': "& <",
    ' "(z)"': "(z)", "\n  'y'": "y",
}  # fmt: skip
CODES = {  # how many backticks are around what, and the code
    "1c": "c", "2d`e": "d`e", "1<f>&amp;": "<f>&amp;", "1 g ": "g", "2 `h ": "`h", "1*i*": "*i*", "1 ": " ",
    "1j  k": "j  k",
    "1l\\": "l\\", "3m``n`o": "m``n`o", "1[p](q)": "[p](q)", "1  r  ": " r ",
}  # fmt: skip
TAGS = (
    "<b>",
    "</b>",
    "<i c='d' e=\"f\" g=h i>",
    "<br/>",
    "<!-- j -->",
    "<?k l?>",
    "<![CDATA[m]]>",
    "<!N o>",
    "<p-q r = 's' />",
)
LINKED = {
    "<http://a.b?c=1&d>": "http://a.b?c=1&d",
    "<e@f.g>": "mailto:e@f.g",
    "<x-y:z>": "x-y:z",
    "<MADE:up>": "MADE:up",
}
BLOCKS = (
    "<div>\n*a*\n</div>", "<!-- a\n\nb -->", "<script>\n\na\n</script>", "<?a\n\nb?>", "<!A\nb>", "<![CDATA[\n\na\n]]>",
    "<b>\na", "</p>", "<pre>\n\n*a*</pre>", "<hr/>", "<style\na>\n\nb </style>c", "<textarea>\n\n</textarea>",
    "<h1>a", "<DIV b",
)  # fmt: skip
ANY, PLACED, AGAIN = (
    "pppHhfcbx",
    "pphfb",
    "pppphfcx",
)  # paragraphs, headings of two forms, code of two forms, HTML, rules
ENDED = (
    "<!",
    "<?",
    "<script",
    "<pre",
    "<style",
    "<textarea",
)  # such a block ends where that is said, and others with a blank line
FENCED = ("", "a", "*b*\n", "  c\n\n d", "<e>&", "\\f", "``", "~~", "- g", "```", "````\nh", "~~~~")
INFOS = {
    "": "",
    "i": "i",
    "c++ x": "c++ x",
    "&#107;": "k",
    "l\\*m": "l*m",
}  # how an info string is written, and what it is
INDENTED = ("a", "  b", "c\n\nd", "*e*\n<f>", "# g")
RULES = ("***", "---", "___", "* * *", "-  -   -  ", "______", "*****")
LEAVES = (
    "html_block",
    "thematic_break",
    "code_block",
    "text",
    "softbreak",
    "linebreak",
    "code",
    "html_inline",
)
INLINES = ("text", "softbreak", "linebreak", "code", "html_inline", "emph", "strong", "link", "image")


XML = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<!DOCTYPE document SYSTEM "CommonMark.dtd">\n'
    '<document{} xmlns="http://commonmark.org/xml/1.0">\n{}</document>\n'
)


@dataclass(slots=True)
class Node:
    """A node: what is said of it; how an inline is written, and how long what is in front of its children is."""

    type: str
    kids: list[Node] = field(default_factory=list)
    text: str = ""
    said: dict[str, str] = field(default_factory=dict)
    written: str = ""
    opens: int = 0
    place: str = ""


class Author:
    """Makes one document of these kinds of blocks.

    Where it says where each node is, there is nothing whose end cmark takes for that of the next one; where Markdown is
    written again, nothing that becomes something else: docs/explanation/found.md.
    """

    def __init__(self, dice: random.Random, kinds: str) -> None:
        self.dice, self.kinds = dice, kinds
        self.places, self.again = kinds == PLACED, kinds == AGAIN
        self.definitions: list[str] = []

    def plain(self) -> Node:
        word = "".join(self.dice.choice("abcdefgh") for _ in range(self.dice.randint(1, 4)))
        return Node("text", text=word, written=word)

    def inlines(self, depth: int, *, lines: bool, links: bool = True) -> list[Node]:
        made = [self.plain()]
        for _ in range(self.dice.randint(0, 3)):
            space, more = self.space(lines=lines), self.inline(depth, links=links)
            if made[-1].type != "text":  # of spaces behind it an empty text is left
                space.written = space.written.replace("  \n", "\\\n")
            made += [
                space,
                self.plain() if more.type == "html_inline" and "\n" in space.written else more,
            ]  # it is no block
        return [*made, self.space(lines=False), self.plain()] if len(made) > 1 else made

    def space(self, *, lines: bool) -> Node:
        kind = self.dice.choice((0, 4, 4) if self.places else range(6)) if lines else 4
        if kind in (2, 3, 4):
            return Node("text", text=" ", written=" ")
        return Node("linebreak" if kind else "softbreak", written=("\n", "  \n", "", "", "", "\\\n")[kind])

    def inline(self, depth: int, *, links: bool) -> Node:
        kind = self.dice.choice("wttuchaeessllir" if depth else "wtuc")
        if kind in "tu" and not (kind == "u" and self.places):
            of = TEXTS if kind == "t" else CHARACTERS
            written = self.dice.choice([each for each in of if not (self.again and each in BEGIN)])
            return Node("text", text=of[written], written=written)
        if kind in "es":
            marker = self.dice.choice("*_") * (1 if kind == "e" else 2)
            return self.around("emph" if kind == "e" else "strong", marker, marker, depth, links=links)
        if kind in "li" and (links or kind == "i"):
            written, title = self.url(), self.dice.choice([each for each in TITLES if "\n" not in each])
            node = self.around(
                "image" if kind == "i" else "link",
                "![" if kind == "i" else "[",
                f"]({written}{title})",
                depth,
                links=False,
            )
            return self.leads(node, written, title)
        if not self.places and (links or kind in "ch"):
            return self.without_a_place(kind, depth)
        return self.plain()

    def without_a_place(self, kind: str, depth: int) -> Node:
        if kind == "c":
            written = self.dice.choice([each for each in CODES if not (self.again and "  " in each)])
            ticks = "`" * int(written[0])
            return Node("code", text=CODES[written], written=ticks + written[1:] + ticks)
        if kind == "h":
            written = "<b>" if self.again else self.dice.choice(TAGS)
            return Node("html_inline", text=written, written=written)
        if kind == "a":
            written = self.dice.choice(list(LINKED))
            said = {"destination": LINKED[written], "escaped": LINKED[written].replace("&", "&amp;")}
            return Node("link", [Node("text", text=written[1:-1])], said=said, written=written)
        if kind == "r":
            written, title = self.url(), self.dice.choice(list(TITLES))
            label = f"{self.plain().text} {len(self.definitions)}"
            self.definitions.append(f"[{label}]: {written}{title}")
            end = self.dice.choice((label, label.upper(), label.replace(" ", "  ")))
            return self.leads(self.around("link", "[", f"][{end}]", depth, links=False), written, title)
        return self.plain()

    def url(self) -> str:
        return self.dice.choice([each for each in URLS if not (self.again and each == "<>")])

    def around(self, type_: str, begin: str, end: str, depth: int, *, links: bool) -> Node:
        kids = [self.plain()] if type_ == "image" else self.inlines(depth - 1, lines=False, links=links)
        written = begin + "".join(each.written for each in kids) + end
        return Node(type_, kids, written=written, opens=len(begin))

    def leads(self, node: Node, written: str, title: str) -> Node:
        url, shown = URLS[written]
        node.said = {"destination": url, "title": TITLES[title], "escaped": shown}
        return node

    def blocks(self, depth: int, line: int, column: int, without: str = "") -> tuple[list[str], list[Node]]:
        """Return lines and what they stand for; a list comes last, for it ends with what comes next."""
        kinds = "".join(each for each in self.kinds if each not in without)
        lines: list[str] = []
        nodes: list[Node] = []
        many = self.dice.randint(1, 3 if depth == 2 else 2)
        for number in range(many):
            lines += [""] * (self.dice.randint(1, 2) if lines else 0)
            choice = kinds + "q" * (depth > 0) + "lll" * (depth > 0 and number == many - 1)
            kind = self.dice.choice(
                choice.replace("c", "") if nodes and nodes[-1].type == "code_block" else choice
            )
            more, node = self.block(kind, depth, line + len(lines), column)
            lines += more
            nodes.append(node)
        return lines, nodes

    def block(self, kind: str, depth: int, line: int, column: int) -> tuple[list[str], Node]:
        if kind == "l":
            return self.items(depth, line, column)
        indent = 0
        if kind == "q":
            inside, kids = self.blocks(depth - 1, line, column + 2)
            lines, node = [f"> {each}" if each else ">" for each in inside], Node("block_quote", kids)
        elif kind == "h":
            level = self.dice.randint(1, 6)
            kids = self.placed(self.inlines(1, lines=False), line, column + level + 1)
            lines = [
                "#" * level + " " + "".join(each.written for each in kids) + self.end("", "", " #", " ####")
            ]
            node = Node("heading", kids, said={"level": str(level)})
        elif kind == "f":
            lines, node = self.fenced()
        elif kind == "c":
            text, indent = self.dice.choice(INDENTED), 4
            lines = [f"    {each}" if each else "" for each in text.split("\n")]
            node = Node("code_block", text=text + "\n")
        elif kind == "b":
            text = self.dice.choice([each for each in BLOCKS if not (self.places and each.startswith(ENDED))])
            lines, node = text.split("\n"), Node("html_block", text=text + "\n")
        elif kind == "x":
            lines, node = [self.dice.choice(RULES)], Node("thematic_break")
        else:
            kids = self.placed(self.inlines(2, lines=True), line, column)
            lines, node = "".join(each.written for each in kids).split("\n"), Node("paragraph", kids)
            if kind == "H" and not self.places:
                under = self.dice.choice(("=", "===", "--", "-----"))
                node = Node("heading", kids, said={"level": "1" if under[0] == "=" else "2"})
                lines.append(under)
        node.place = f"{line}:{column + indent}-{line + len(lines) - 1}:{column + len(lines[-1]) - 1}"
        return lines, node

    def end(self, *ends: str) -> str:
        return ends[0] if self.places else self.dice.choice(ends)

    def fenced(self) -> tuple[list[str], Node]:
        text = self.dice.choice(FENCED)
        fence = self.dice.choice(
            [each for each in ("```", "~~~", "````", "~~~~~", "`````") if each not in text]
        )
        info = self.dice.choice(list(INFOS))
        lines = [
            fence + info,
            *(text.split("\n") if text else ()),
            fence + self.dice.choice(("", "", fence[0])),
        ]
        return lines, Node("code_block", text=text + "\n" if text else "", said={"info": INFOS[info]})

    def items(
        self,
        depth: int,
        line: int,
        column: int,
        *,
        starts: tuple[int | None, ...] = (None, None, 0, 1, 7, 123456789),
    ) -> tuple[list[str], Node]:
        tight, start = self.places or self.dice.random() < 0.6, self.dice.choice(starts)
        delim = self.dice.choice("-+*" if start is None else ".)")
        lines: list[str] = []
        items: list[Node] = []
        for number in range(self.dice.randint(1, 3)):
            lines += [""] if lines and not tight else []
            marker = (delim if start is None else f"{start + number}{delim}") + " " * self.dice.choice(
                (1, 1, 2, 4)
            )
            at, inner = line + len(lines), column + len(marker)
            if tight:
                inside, kid = self.block("p", 0, at, inner)
                kids = [kid]
                if depth > 0 and self.dice.random() < 0.4:
                    more, kid = self.items(
                        depth - 1, at + len(inside), inner, starts=(None, 1)
                    )  # others interrupt nothing
                    inside, kids = inside + more, [*kids, kid]
            else:
                inside, kids = self.blocks(0, at, inner, without="cx")
            place = f"{at}:{column}-{at + len(inside) - 1}:{inner + len(inside[-1]) - 1}"
            items.append(Node("item", kids, place=place))
            lines += [marker + inside[0], *(" " * len(marker) + each if each else "" for each in inside[1:])]
        said = (
            {"type": "bullet"}
            if start is None
            else {"type": "ordered", "start": str(start), "delim": {".": "period", ")": "paren"}[delim]}
        )
        said["tight"] = "true" if tight or len(items) == len(items[0].kids) == 1 else "false"
        return lines, Node(
            "list", items, said=said, place=f"{items[0].place.split('-')[0]}-{items[-1].place.split('-')[1]}"
        )

    def placed(self, inlines: list[Node], line: int, column: int) -> list[Node]:
        """Say where each inline begins and ends, and each within it."""
        first = column
        for node in inlines:
            if "\n" in node.written:
                line, column = line + 1, first
                continue
            node.place = f"{line}:{column}-{line}:{column + len(node.written) - 1}"
            self.placed(node.kids, line, column + node.opens)
            column += len(node.written)
        return inlines


# ------------------------------------------------------------ what a tree is


def _escaped(text: str) -> str:
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;").replace('"', "&quot;")


def _joined(nodes: list[Node]) -> list[Node]:
    """Return the nodes with those of text that follow each other made one."""
    made: list[Node] = []
    for node in nodes:
        if made and node.type == made[-1].type == "text":
            place = f"{made[-1].place.split('-')[0]}-{node.place.split('-')[-1]}"
            made[-1] = Node("text", text=made[-1].text + node.text, place=place)
        else:
            made.append(node)
    return made


def _place(node: Node, name: str, *, places: bool) -> str:
    return f' {name}="{node.place}"' if places and node.place else ""


def as_xml(node: Node, depth: int, *, places: bool) -> str:
    """Return a node as XML, as the document type of CommonMark has it."""
    said = {
        name: value
        for name, value in node.said.items()
        if name != "escaped" and (value or name == "destination")
    }
    told = _place(node, "sourcepos", places=places)
    told += "".join(f' {name}="{_escaped(value)}"' for name, value in said.items())
    indent = "  " * depth
    if node.type in ("text", "code", "code_block", "html_block", "html_inline"):
        return f'{indent}<{node.type}{told} xml:space="preserve">{_escaped(node.text)}</{node.type}>\n'
    if node.type in LEAVES:
        return f"{indent}<{node.type}{told} />\n"
    kids = "".join(as_xml(each, depth + 1, places=places) for each in _joined(node.kids))
    return f"{indent}<{node.type}{told}>\n{kids}{indent}</{node.type}>\n"


class Html:
    """Writes a tree as HTML; `breaks` is what a line break within a paragraph is."""

    def __init__(self, *, unsafe: bool = False, places: bool = False, breaks: str = "\n") -> None:
        self.unsafe, self.places, self.breaks = unsafe, places, breaks
        self.text = ""

    def line(self) -> None:
        self.text += "\n" if self.text and not self.text.endswith("\n") else ""

    def of(self, nodes: list[Node], *, tight: bool = False) -> str:
        for node in nodes:
            if node.type in INLINES:
                self.inline(node)
            else:
                self.block(node, tight=tight)
        return self.text

    def inline(self, node: Node) -> None:
        title = f' title="{_escaped(node.said["title"])}"' if node.said.get("title") else ""
        if node.type in ("emph", "strong", "link"):
            tag = {"emph": "em", "strong": "strong", "link": "a"}[node.type]
            self.text += f"<{tag}" + (f' href="{node.said["escaped"]}"{title}' if tag == "a" else "") + ">"
            self.of(node.kids)
            self.text += f"</{tag}>"
        elif node.type == "image":
            text = "".join(_escaped(each.text) for each in node.kids)
            self.text += f'<img src="{node.said["escaped"]}" alt="{text}"{title} />'
        elif node.type == "html_inline":
            self.text += node.text if self.unsafe else "<!-- raw HTML omitted -->"
        elif node.type == "code":
            self.text += f"<code>{_escaped(node.text)}</code>"
        else:
            self.text += {"softbreak": self.breaks, "linebreak": "<br />\n"}.get(
                node.type, _escaped(node.text)
            )

    def block(self, node: Node, *, tight: bool) -> None:
        at = _place(node, "data-sourcepos", places=self.places)
        if node.type == "paragraph" and tight:
            self.of(node.kids)
            return
        self.line()
        if node.type in ("paragraph", "heading"):
            tag = "p" if node.type == "paragraph" else f"h{node.said['level']}"
            self.text += f"<{tag}{at}>"
            self.of(node.kids)
            self.text += f"</{tag}>\n"
        elif node.type == "code_block":
            word = node.said.get("info", "").split(" ")[0]
            code = f'<code class="language-{_escaped(word)}">' if word else "<code>"
            self.text += f"<pre{at}>{code}{_escaped(node.text)}</code></pre>\n"
        elif node.type == "html_block":
            self.text += node.text if self.unsafe else "<!-- raw HTML omitted -->\n"
        elif node.type == "thematic_break":
            self.text += f"<hr{at} />\n"
        elif node.type == "item":
            self.text += f"<li{at}>"
            self.of(node.kids, tight=tight)
            self.text += "</li>\n"
        else:
            self.container(node, at)

    def container(self, node: Node, at: str) -> None:
        tag = {"block_quote": "blockquote", "list": "ul"}[node.type]
        start = node.said.get("start")
        if start is not None:
            tag = "ol"
            at = (f' start="{start}"' if start != "1" else "") + at
        self.text += f"<{tag}{at}>\n"
        self.of(node.kids, tight=node.said.get("tight") == "true")
        self.line()
        self.text += f"</{tag}>\n"


def events(node: Node) -> int:
    """Return how often an iterator comes to a node, and to what is within it."""
    if node.type in LEAVES:
        return 1
    return 2 + sum(map(events, _joined(node.kids)))
