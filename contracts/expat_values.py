"""Documents for `expat.contract.yaml`, and what each handler is told of them."""

from __future__ import annotations

import codecs
import re
from typing import TYPE_CHECKING
from xml.parsers import expat

import expat_tables as tables
from hypothesis import strategies as st
from joined_parts import joined

if TYPE_CHECKING:
    from collections.abc import Callable


# ------------------------------------------------------------ what is wrong


def _place(place: str) -> bytes:
    return b"".join(int(number).to_bytes(2, "big") for number in place.split(":"))


def _in_each_encoding(text: str, place: str, code: int) -> list[bytes]:
    """Return a text and its error in UTF-8 and both orders of UTF-16, where a mark counts and two bytes a character."""
    made = [bytes((0, code)) + _place(place) + text.encode()]
    line, column, byte = map(int, place.split(":"))
    before = text.encode()[:byte].decode()
    if code in (18, 19) or "encoding" in text or len(text) < 2:
        return made
    for given, mark, name in (
        (0, codecs.BOM_UTF16_LE, "utf-16-le"),
        (0, codecs.BOM_UTF16_BE, "utf-16-be"),
        (2, b"", "utf-16-be"),
    ):
        at = len(before.encode(name)) + len(mark)
        shown = column + (1 if mark and line == 1 else 0)
        made.append(bytes((given, code)) + _place(f"{line}:{shown}:{at}") + mark + text.encode(name))
    return made


_plain = [
    case
    for code, rows in tables.WRONG
    for text, place in rows
    for case in _in_each_encoding(text, place, code)
]
_bytes = [bytes((given, code)) + _place(place) + text for text, given, code, place in tables.WRONG_BYTES]
_spaces = [
    bytes((7, code)) + _place(place) + text.encode()
    for code, rows in tables.WRONG_IN_NAMESPACES
    for text, place in rows
]
_utf8 = [
    bytes((0, code)) + _place(place) + text.encode() for code, rows in tables.WRONG for text, place in rows
]
wrong = st.sampled_from(_utf8) | st.sampled_from(_utf8) | st.sampled_from(_plain) | st.sampled_from(_bytes)
"""The number of the encoding that is given, the code, the line, column and byte in two bytes each, and the text."""
wrong_in_namespaces = st.sampled_from(_spaces)

# ------------------------------------------------------------ external entities


def _external(row: tuple[bytes, bytes | str]) -> bytes:
    """Return code, line, column, byte of the error or 0, the lengths of tags and characters, those, and the text."""
    text, told = row
    if isinstance(told, str):
        return bytes(map(int, told.split(":"))) + b"\0\0" + text
    starts = b"".join(re.findall(rb"<[^>]*>", told))
    characters = re.sub(rb"<[^>]*>", b"", told)
    return bytes((0, 0, 0, 0, len(starts), len(characters))) + starts + characters + text


subsets = st.sampled_from(tables.EXTERNAL_SUBSETS).map(_external)
entities = st.sampled_from(tables.EXTERNAL_ENTITIES).map(_external)

# ------------------------------------------------------------ names


def _edges(ranges: str) -> list[str]:
    ends = [each.split("-") for each in ranges.split()]
    return [chr(int(end[at], 16)) for end in ends for at in (0, -1)]


def _holds(ranges: str) -> set[int]:
    ends = [each.split("-") for each in ranges.split()]
    return {at for end in ends for at in range(int(end[0], 16), int(end[-1], 16) + 1)}


_begin, _go_on = _holds(tables.NAMES_BEGIN), _holds(tables.NAMES_GO_ON)
_beside = sorted(
    {
        chr(ord(edge) + step)
        for edge in _edges(tables.NAMES_BEGIN) + _edges(tables.NAMES_GO_ON)
        for step in (-1, 1)
    }
)
_none = [
    sign
    for sign in _beside
    if ord(sign) > 0x7F and not 0xD800 <= ord(sign) < 0xE000 and ord(sign) not in _begin | _go_on
]
_only_on = [sign for sign in _edges(tables.NAMES_GO_ON) if sign > "\x7f"]
_encodings = st.sampled_from(("utf-8", "utf-8", "utf-16"))
names = st.tuples(
    st.lists(
        st.sampled_from(_edges(tables.NAMES_BEGIN)).filter(lambda sign: sign != ":")
        | st.sampled_from(_edges(tables.NAMES_GO_ON)).map(lambda sign: "n" + sign),
        min_size=30,
        max_size=60,
    ).map(lambda each: "<r>" + "".join(f"<{name}/>" for name in each) + "</r>"),
    _encodings,
).map(lambda of: of[0].encode(of[1]))
"""Elements with names at the edges of what names may have."""
no_names = st.tuples(
    st.sampled_from(_none).flatmap(
        lambda sign: st.sampled_from((f"<{sign}/>", f"<a{sign}/>", f"<b {sign}=''/>", f"<?{sign}?><a/>"))
    )
    | st.sampled_from(_only_on).flatmap(
        lambda sign: st.sampled_from((f"<{sign}/>", f"<b {sign}=''/>", f"<?{sign}?><a/>"))
    ),
    _encodings,
).map(lambda of: of[0].encode(of[1]))
"""Documents with a name of which one character is just beside those of names."""

# ------------------------------------------------------------ what each handler is told

_DTD = """<!DOCTYPE a [<!ATTLIST a i ID #IMPLIED r IDREF #REQUIRED s IDREFS 'x  y' e ENTITY #IMPLIED f ENTITIES #IMPLIED
n NMTOKEN 'q' m NMTOKENS '  p   q ' o NOTATION (n1|n2) 'n1' g (u|v) #REQUIRED c CDATA #FIXED ' k &lt; &#9; '>
<!ATTLIST a c CDATA 'ignored'><!ATTLIST b x CDATA 'y' z (p) 'p'><!ATTLIST b><!ATTLIST d k NMTOKEN #IMPLIED>]>"""
DOCUMENTS: tuple[str, ...] = (
    (
        "<?xml version='1.0' encoding='@' standalone='yes'?>\n<?p  q r ?><!-- c - d --><a x='1' y=\"2'\"  z = '"
        "é'>t&lt;&#65;&#x20ac;<![CDATA[x]]y]]]]><b/>\r\n<c\n></c\t><!----><?p?>\r&apos;&quot;&gt;&amp;]]</a>\n<"
        "!-- e --><?z x?>\n"
    ),
    "<?xml version='1.0' standalone='no' ?><a><b></b><b/><bb></bb><b k='1'></b>x]y]]z<!---><!-->--></a>",
    (
        '<?xml version="1.0" encoding="@"?><a>\r\r\n\n\r \t<![CDATA[\r\n\r]]><!--\r\n\r--><?p \r\nq\r?>&#13'
        ";&#10;</a>\r\n"
    ),
    _DTD + "<a r=' z ' g=' u ' i=' id  '><b/><b x='1'/><b x='y' z=' p '/><d/><d k='\t1\n'/></a>",
    _DTD + "<a g='v\r' s='\r\na\t\tb' c='&#9;&#x20; &#10;' m='&#32;a&#32;&#32;b'><d k='&#32;'/><b w='v'/></a>",
    (
        "<!DOCTYPE a [<!ENTITY e 'x&#38;lt;y'><!ENTITY f \"&e;'&e;\"><!ENTITY g '<b c=\"&e;\">&f;</b><!--h--><?"
        "i j?><![CDATA[k]]>'><!ENTITY % p 'q'><!ENTITY h SYSTEM 'sys'><!ENTITY j PUBLIC ' pub \n id ' 'sys2'><!"
        "ENTITY k SYSTEM 'pic' NDATA nn><!ENTITY l PUBLIC 'p3' 'pic2' NDATA nn><!NOTATION nn SYSTEM 'ns'><!NOTA"
        "TION np PUBLIC 'np1'><!NOTATION nq PUBLIC \" a  b \" 'nq2'><!ENTITY e 'again'><!ENTITY m ''><!ENTITY %"
        " o SYSTEM 'po'><!ENTITY amp '&#38;#38;'><!ENTITY % p SYSTEM 'not this'><!ENTITY n 'a\r\nb&#13;&#x10FFF"
        "F;'>]><a b='&f;&m;&n;'>&e;&m;&f;&g;&amp;&n;</a>"
    ),
    (
        "<!DOCTYPE a SYSTEM 's' [<!ELEMENT a (b,c?,(d|e)*,f+)><!ELEMENT b EMPTY><!ELEMENT c ANY><!ELEMENT d (#P"
        "CDATA)><!ELEMENT e (#PCDATA|f|g)*><!ELEMENT f ((a|b)+,((c)))?><!ELEMENT g (a)*><!ELEMENT h (i+|j?|k*)>"
        "<!ELEMENT i (#PCDATA)*><!ELEMENT j ( a , b ) ><!ELEMENT k (l)><!--m--><?n o?>]><a/>"
    ),
    (
        "<!DOCTYPE a PUBLIC ' pp  q ' \"ss\" [<!ENTITY e 'v'><!ENTITY % x SYSTEM 'y'>%x;<!ENTITY w 'never'><!AT"
        "TLIST a b CDATA 'c'>%und;]><a d='&un;'>&e;&un;&w;</a>"
    ),
    "<!DOCTYPE a SYSTEM 'ss'><a b='&un;'>&un;</a>",
    "<!DOCTYPE a><a><!DOCTYPES></a>".replace("<!DOCTYPES>", ""),
    "<!DOCTYPE a[]><a:b c:d='1'><e/></a:b>",
    (
        "<p:a xmlns:p='u' xmlns='v' p:x='1' x='2' xml:lang='en'><b xmlns=''><c/><p:d xmlns:p='w' p:y='3'/></b><"
        "p:e xmlns:q='u' q:z='4'/><xml:f/><g xmlns='v2' h='5'/><p:i p:j='6'/></p:a>"
    ),
    (
        "<!DOCTYPE a [<!ATTLIST a xmlns CDATA 'u' xmlns:p CDATA #FIXED 'w' p:q CDATA 'r'>]><a><p:b s='1'/><c/><"
        "/a>"
    ),
    (
        "<a xmlns:xml='http://www.w3.org/XML/1998/namespace' xmlns:a='1' xmlns:b='2' xmlns:c='3'><a:x a:y='' b:"
        "y='' c:y='' y=''/></a>"
    ),
    (
        "<a b='"
        + "é€😀a" * 90
        + "'>"
        + "é€😀a" * 290
        + "<!--"
        + "c€" * 300
        + "--><"
        + "n" * 60
        + "é/><?t "
        + "é" * 500
        + "?></a>"
    ),
    "<a>" + "x" * 1023 + "é" + "y" * 1022 + "€" + "z" * 1021 + "😀</a>",
    (
        "<a>"
        + "".join(f"<b{at} c{at}='{at}' d='{at}'>" for at in range(20))
        + "".join(f"</b{at}>" for at in range(19, -1, -1))
        + "</a>"
    ),
    (
        "<!DOCTYPE a [<!ENTITY e '&#60;b>&#38;f;&#60;/b>'><!ENTITY f 'g'><!ENTITY lt '&#38;#60;'><!ENTITY h '&#"
        "38;lt;'>]><a>&e;&lt;&h;</a>"
    ),
    "<!DOCTYPE a [<!ENTITY e '%'>]><a>&#37;</a>".replace("<!ENTITY e '%'>", "<!ENTITY e '&#37;'>"),
    (
        "<!DOCTYPE a [ <!NOTATION n PUBLIC 'x' 'y' > <!ENTITY e SYSTEM 'f' NDATA n > <!ATTLIST a b NOTATION ( n"
        " ) #IMPLIED > ]  ><a b=' n '/>"
    ),
    "<ΑΩ Д='Я'>一龥<가힣/><_.-0/>𐀀\U0010ffff�\ud7ff\ue000</ΑΩ>",
    "<!DOCTYPE a [<!ELEMENT a (" + ",".join(f"n{at}?" for at in range(70)) + ")><!ELEMENT b "
    + "(" * 40 + "c" + ")*" * 40 + "><!ATTLIST a " + " ".join(f"k{at} CDATA 'v{at}'" for at in range(14)) + ">"
    + "".join(f"<!ENTITY e{at} 'f{at}'>" for at in range(70)) + "]><a k3='w'>"
    + "".join(f"&e{at};" for at in range(70)) + "</a>",
    "<!DOCTYPE a PUBLIC \"-'()+,./:=?;!*#@$_% aZ09\" 's' [<!NOTATION n PUBLIC \" -'()+,./:=?;!*#@$_%\n aZ09\">]><a/>",
    "\n<?p q?>\n<!--r-->\n<a/>\n",
    "<a>\x7f\x80\x9f\xa0\u2028\x85</a>",
)  # fmt: skip

_text = st.lists(
    st.sampled_from(
        (
            "x",
            "yz",
            "é",
            "€",
            "\n",
            "\r\n",
            " ",
            "&lt;",
            "&#233;",
            "&#x1F600;",
            "]",
            "]]",
            "-",
            "'",
            "&e;",
            "&f;",
        )
    ),
    max_size=5,
).map("".join)
_value = st.lists(
    st.sampled_from(("x", "é", "\n", "\t", " ", "&gt;", "&#10;", "&quot;", ">", "'", "&e;")), max_size=4
).map("".join)
_start = st.tuples(
    st.sampled_from(("b", "c", "é", "p:b", "q:c")),
    st.lists(
        st.tuples(st.sampled_from(("d", "k", "p:d", "xmlns", "xmlns:q", "é")), _value),
        max_size=3,
        unique_by=lambda of: of[0],
    ),
)
_inner = st.recursive(
    _text
    | st.sampled_from(("<!--x - y-->", "<?p q ?>", "<?r?>", "<![CDATA[<&]]>", "<![CDATA[]]>", "<!--\r\n-->"))
    | _start.map(lambda of: "<" + of[0] + "".join(f' {name}="{value}"' for name, value in of[1]) + "/>"),
    lambda inner: st.tuples(_start, st.lists(inner, max_size=3)).map(
        lambda of: (
            f"<{of[0][0]}"
            + "".join(f' {name} = "{value}"' for name, value in of[0][1])
            + ">"
            + "".join(of[1])
            + f"</{of[0][0]}>"
        )
    ),
    max_leaves=8,
)
_random = st.lists(_inner, max_size=4).map(
    lambda parts: (
        "<!DOCTYPE a [<!ENTITY e 'v'><!ENTITY f '<c k=\"&e;\"/>&e;'><!ATTLIST c k NMTOKENS ' 1  2 '>]>"
        "<a xmlns:p='u' xmlns:q='w|'>" + "".join(parts) + "</a>"
    )
)


def _or_dash(value: str | None) -> str:
    return "-" if value is None else value


def _recorded(
    document: bytes, namespaces: int, handlers: Callable[[expat.XMLParserType, list[str]], None]
) -> bytes:
    """Return what handlers put down of a document in UTF-8; `namespaces`: 0 for none, 2 for triplets."""
    told: list[str] = []
    parser = expat.ParserCreate("utf-8", "|" if namespaces else None, {})
    parser.buffer_text = False
    parser.ordered_attributes = True
    parser.namespace_prefixes = namespaces == 2
    parser.SetBase("base")
    handlers(parser, told)
    parser.Parse(document, True)
    return "".join(told).encode()


def _starts(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.StartElementHandler = lambda name, atts: told.append("<" + "\x01".join([name, *atts]))


def _declared(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.AttlistDeclHandler = lambda *of: told.append(
        "\x01".join([*of[:3], _or_dash(of[3]), str(int(of[4]))]) + "\n"
    )


def _xml(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.XmlDeclHandler = lambda version, _, alone: told.append(version + "012"[alone + 1])


def _ends(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.EndElementHandler = lambda name: told.append(">" + name)


def _instructions(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.ProcessingInstructionHandler = lambda target, data: told.append(f"?{target}\x01{data}")


def _texts(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.CharacterDataHandler = told.append


def _sections(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.StartCdataSectionHandler = lambda: told.append("[")
    parser.EndCdataSectionHandler = lambda: None


def _comments(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.CommentHandler = lambda data: told.append(f"!{data}")


def _types(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.StartDoctypeDeclHandler = lambda name, sysid, pubid, has: told.append(
        "\x01".join((name, _or_dash(sysid), _or_dash(pubid), str(int(has))))
    )


def _entities(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.EntityDeclHandler = lambda name, parameter, *of: told.append(
        "\x01".join((name, str(int(parameter)), *map(_or_dash, of))) + "\n"
    )


def _notations(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.NotationDeclHandler = lambda *of: told.append("\x01".join(map(_or_dash, of)) + "\n")


def _unparsed(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.UnparsedEntityDeclHandler = lambda *of: told.append("\x01".join(map(_or_dash, of)) + "\n")


def _rest(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.DefaultHandler = told.append


def _expanded(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.DefaultHandlerExpand = told.append


def _bound(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.StartNamespaceDeclHandler = lambda prefix, uri: told.append(
        f"{_or_dash(prefix)}\x01{_or_dash(uri)}\n"
    )


def _unbound(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.EndNamespaceDeclHandler = lambda prefix: told.append(f"{_or_dash(prefix)}\n")


def _skipped(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.SkippedEntityHandler = lambda name, parameter: told.append(name + str(int(parameter)))


Model = tuple[int, int, "str | None", tuple["Model", ...]]


def _model(model: Model) -> str:
    """Return type, quantifier and name of a model and of its first 16 children, and type and quantifier of theirs.

    What the pointers of records lead to is read of so many records in an array, and no deeper.
    """
    children = "".join(
        f"{kind}{quantifier}{_or_dash(name)}({''.join(f'{each[0]}{each[1]}' for each in below)})"
        for kind, quantifier, name, below in model[3][:16]
    )
    return f"{model[0]}{model[1]}{_or_dash(model[2])}({children})"


def _elements(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.ElementDeclHandler = lambda name, model: told.append(name + _model(model) + "\n")


def _rest_beside_declarations(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.DefaultHandler = told.append
    parser.AttlistDeclHandler = lambda *_: None
    parser.ElementDeclHandler = lambda *_: None
    parser.XmlDeclHandler = lambda *_: None
    parser.StartDoctypeDeclHandler = lambda *_: None


def _rest_beside_elements(parser: expat.XMLParserType, told: list[str]) -> None:
    parser.DefaultHandlerExpand = told.append
    parser.StartElementHandler = lambda *_: None
    parser.EndElementHandler = lambda *_: None
    parser.XmlDeclHandler = lambda *_: None


_handlers = (
    _starts, _declared, _xml, _ends, _instructions, _texts, _sections, _comments, _types, _entities, _notations,
    _unparsed, _rest, _expanded,
    _bound, _unbound, _skipped, _elements, _rest_beside_declarations, _rest_beside_elements,
)  # fmt: skip


def _case(of: tuple[str, str, int]) -> bytes | None:
    """Return whether there are namespaces and triplets, what each handler is told, and the document in its encoding."""
    text, encoding, namespaces = of
    name = {"latin-1": "ISO-8859-1", "ascii": "US-ASCII"}.get(encoding, encoding.upper().removesuffix("-SIG"))
    text = text.replace("@", name)
    if encoding in ("latin-1", "ascii") and "encoding=" not in text:
        text = text.removeprefix("<?xml version='1.0' standalone='no' ?>").lstrip()
        text = f"<?xml version='1.0' encoding='{name}'?>" + text
    try:
        document = text.encode(encoding)
        told = [_recorded(text.encode(), namespaces, each) for each in _handlers]
    except (UnicodeEncodeError, expat.ExpatError):
        return None
    case = joined([bytes((namespaces,)), *told, document])
    return case if len(case) < 60000 else None


def _rows(*ways: tuple[str, int]) -> list[bytes]:
    """Return the documents of the table in each way, each once: of one that is drawn now and then some are not."""
    cases = (_case((text, encoding, namespaces)) for text in DOCUMENTS for encoding, namespaces in ways)
    return [case for case in dict.fromkeys(cases) if case is not None]


rows = _rows(("utf-8", 0), ("utf-16", 0))
rows_in_namespaces = _rows(("utf-8", 1), ("utf-8", 2))
_documents = st.sampled_from(DOCUMENTS) | st.sampled_from(DOCUMENTS) | _random
_ways = st.sampled_from(("utf-8", "utf-8", "utf-8-sig", "utf-16", "latin-1", "ascii"))
told = st.tuples(_documents, _ways, st.just(0)).map(_case).filter(lambda case: case is not None)
told_in_namespaces = (
    st.tuples(_documents, _ways, st.integers(1, 2)).map(_case).filter(lambda case: case is not None)
)
