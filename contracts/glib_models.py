"""Reference implementations for `glib.contract.yaml`: what GLib's reference says of each function, in plain Python."""

from __future__ import annotations

import base64
import calendar
import datetime as dt
import hashlib
import hmac
import itertools
import re
import unicodedata
from typing import Any

Outcome = Any
_SPACES = b" \t\n\v\f\r"
_BLANKS = b" \t\n\f\r"
"""What `g_ascii_isspace` calls a space."""
_UNRESERVED = frozenset(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-._~")


# ---------------------------------------------------------------- text of ASCII


def _bytes_of(text: bytes, length: int) -> bytes:
    """Return the bytes that `length` says are meant: all for -1."""
    return text if length < 0 else text[:length]


def g_ascii_strdown(str: bytes, len: int) -> bytes:
    return _bytes_of(str, len).lower()


def g_ascii_strup(str: bytes, len: int) -> bytes:
    return _bytes_of(str, len).upper()


def _digit(byte: int) -> int:
    """Return the value of a digit of base 36, or 36."""
    return int(chr(byte), 36) if chr(byte).isascii() and chr(byte).isalnum() else 36


def _strto(text: bytes, base: int) -> tuple[bool, int, int]:
    """Return the sign, the magnitude and where the number ends; 0 for nowhere."""
    at = len(text) - len(text.lstrip(_SPACES))
    negative = text[at : at + 1] == b"-"
    at += text[at : at + 1] in (b"-", b"+")
    if base in (0, 16) and text[at : at + 2].lower() == b"0x":
        if at + 2 == len(text) or _digit(text[at + 2]) >= 16:
            return negative, 0, at + 1
        at, base = at + 2, 16
    elif base == 0:
        base = 8 if text[at : at + 1] == b"0" else 10
    digits = bytes(itertools.takewhile(lambda byte: _digit(byte) < base, text[at:]))
    return negative, int(digits, base) if digits else 0, at + len(digits) if digits else 0


def g_ascii_strtoull(nptr: bytes, base: int) -> Outcome:
    negative, number, end = _strto(nptr, base)
    if number >= 1 << 64:
        return {"result": (1 << 64) - 1, "endptr": end}
    return {"result": -number % (1 << 64) if negative else number, "endptr": end}


def g_ascii_strtoll(nptr: bytes, base: int) -> Outcome:
    negative, number, end = _strto(nptr, base)
    return {"result": max(-number, -(1 << 63)) if negative else min(number, (1 << 63) - 1), "endptr": end}


_REAL = re.compile(rb"[ \t\n\v\f\r]*([-+]?(?:\d+(?:\.\d*)?|\.\d+)(?:[eE][-+]?\d+)?)")


def g_ascii_strtod(nptr: bytes) -> Outcome:
    begun = re.match(rb"[ \t\n\v\f\r]*[-+]?(0[xX]|[iInN])", nptr)
    if begun:
        return NotImplemented
    found = _REAL.match(nptr)
    return {"result": float(found[1]), "endptr": found.end()} if found else {"result": 0.0, "endptr": 0}


def _whole(text: bytes, base: int, low: int, high: int) -> Outcome:
    """Return the outcome of reading a text that is one number within bounds, and no more."""
    number = int(text, base) if text and all(_digit(byte) < base for byte in text.lstrip(b"-+")) else None
    kept = number is not None and low <= number <= high
    return {"result": True, "out_num": number} if kept else {"result": False}


def g_ascii_string_to_signed(str: bytes, base: int, min: int, max: int) -> Outcome:
    if not re.fullmatch(rb"[-+]?[0-9A-Za-z]+", str):
        return {"result": False}
    return _whole(str, base, min, max)


def g_ascii_string_to_unsigned(str: bytes, base: int, min: int, max: int) -> Outcome:
    if not re.fullmatch(rb"[0-9A-Za-z]+", str):
        return {"result": False}
    return _whole(str, base, min, max)


# ---------------------------------------------------------------- strings

_LETTERS = {8: b"b", 12: b"f", 10: b"n", 13: b"r", 9: b"t", 11: b"v", 92: b"\\", 34: b'"'}
_MEANT = {letters[0]: byte for byte, letters in _LETTERS.items()}


def g_strescape(source: bytes, exceptions: bytes | None) -> bytes:
    def spelled(byte: int) -> bytes:
        if byte in (exceptions or b""):
            return bytes([byte])
        if byte in _LETTERS:
            return b"\\" + _LETTERS[byte]
        return bytes([byte]) if 32 <= byte < 127 else b"\\%03o" % byte

    return b"".join(map(spelled, source))


def g_strcompress(source: bytes) -> bytes:
    def meant(escape: re.Match[bytes]) -> bytes:
        if escape[1][0] in b"01234567":
            return bytes([int(escape[1], 8) & 0xFF])
        return bytes([_MEANT.get(escape[1][0], escape[1][0])])

    return re.sub(rb"\\([0-7]{1,3}|.)", meant, source, flags=re.DOTALL).split(b"\0")[0]


def g_strsplit(string: bytes, delimiter: bytes, max_tokens: int) -> list[bytes]:
    return string.split(delimiter, max_tokens - 1 if max_tokens > 0 else -1) if string else []


def g_strsplit_set(string: bytes, delimiters: bytes, max_tokens: int) -> list[bytes]:
    if not string or not delimiters:
        return [string] if string else []
    if max_tokens == 1:
        return [string]
    return re.split(b"[" + re.escape(delimiters) + b"]", string, maxsplit=max(0, max_tokens - 1))


def g_strjoinv(separator: bytes | None, str_array: list[bytes]) -> bytes:
    return (separator or b"").join(str_array)


def g_strstr_len(haystack: bytes, haystack_len: int, needle: bytes) -> int | None:
    found = _bytes_of(haystack, haystack_len).find(needle)
    return None if found < 0 else found


def g_strrstr(haystack: bytes, needle: bytes) -> int | None:
    found = haystack.rfind(needle) if needle else 0
    return None if found < 0 else found


def g_strchug(string: bytes) -> Outcome:
    return {"result": 0, "string": string.lstrip(_BLANKS)}


def g_strchomp(string: bytes) -> Outcome:
    return {"result": 0, "string": string.rstrip(_BLANKS)}


def g_str_tokenize_and_fold(string: bytes) -> list[bytes]:
    text = string.decode()
    if any(ord(letter) > 127 and letter not in "éÉßüÜжЖ€" for letter in text):
        return NotImplemented
    words = re.findall(r"[^\W_]+", text)
    return [
        unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", word).casefold()).encode()
        for word in words
    ]


# ---------------------------------------------------------------- base64, UTF-8


def g_base64_encode(data: bytes) -> bytes:
    return base64.b64encode(data)


def g_base64_decode(text: bytes) -> Outcome:
    try:
        data = base64.b64decode(text, validate=True)
    except ValueError:
        return NotImplemented
    if base64.b64encode(data)[:-1] != text[:-1] or text[-1:] not in (b"=", base64.b64encode(data)[-1:]):
        return NotImplemented
    return {"result": data, "out_len": len(data)}


def _valid_before(data: bytes) -> int:
    """Return how many bytes from the start are characters other than NUL."""
    text = data.split(b"\0")[0]
    try:
        text.decode()
    except UnicodeDecodeError as wrong:
        return wrong.start
    return len(text)


def g_utf8_validate(str: bytes) -> Outcome:
    end = _valid_before(str)
    return {"result": int(end == len(str)), "end": end}


def g_utf8_strlen(p: bytes, max: int) -> int:
    return len(_bytes_of(p, max).decode(errors="ignore"))


def _text(data: bytes, length: int) -> str | None:
    """Return the text that is meant, or None where a character is cut."""
    part = _bytes_of(data, length)
    return part.decode() if _valid_before(part) == len(part) else None


def g_utf8_strreverse(str: bytes, len: int) -> Outcome:
    text = _text(str, len)
    return NotImplemented if text is None else text[::-1].encode()


_DOUBTFUL_CASE = "\u0130\u0131\u03a3\u03c2\u0345"
_CASED = frozenset("ßŉǰΐΰև") | {chr(code) for code in range(0xFB00, 0xFB07)}


def _same_in_all_versions(text: str | None) -> bool:
    """Return whether how the text is cased depends on no locale, on no neighbour and on no version of Unicode."""
    return text is not None and all(
        (ord(letter) < 0x530 and letter not in "İıΣςͅ" and unicodedata.category(letter) not in ("Cn", "Mn"))
        or letter in _CASED
        or letter in "€😀ﬁ한語"
        for letter in text
    )


def g_utf8_strup(str: bytes, len: int) -> Outcome:
    text = _text(str, len)
    return text.upper().encode() if text is not None and _same_in_all_versions(text) else NotImplemented


def g_utf8_strdown(str: bytes, len: int) -> Outcome:
    text = _text(str, len)
    return text.lower().encode() if text is not None and _same_in_all_versions(text) else NotImplemented


def g_utf8_casefold(str: bytes, len: int) -> Outcome:
    text = _text(str, len)
    return text.casefold().encode() if text is not None and _same_in_all_versions(text) else NotImplemented


def g_utf8_normalize(str: bytes, len: int, mode: int) -> Outcome:
    text = _text(str, len)
    if text is None or any(unicodedata.category(letter) == "Cn" for letter in text):
        return NotImplemented
    return unicodedata.normalize(("NFD", "NFC", "NFKD", "NFKC")[mode], text).encode()


def g_utf8_make_valid(str: bytes) -> Outcome:
    if 0 in str:
        return NotImplemented
    made, rest = b"", str
    while rest:
        end = _valid_before(rest)
        made += rest[:end] + ("\ufffd".encode() if end < len(rest) else b"")
        rest = rest[end + 1 :]
    return made


def g_utf8_substring(str: bytes, start_pos: int, end_pos: int) -> bytes:
    return str.decode()[start_pos : None if end_pos < 0 else end_pos].encode()


def g_utf8_offset_to_pointer(str: bytes, offset: int) -> int:
    return len(str.decode()[:offset].encode())


def g_utf8_get_char_validated(p: bytes) -> Outcome:
    if not p or p[0] == 0:
        return 0xFFFFFFFE
    first = p[0]
    width = 1 if first < 0x80 else 2 if first < 0xE0 else 3 if first < 0xF0 else 4
    if _valid_before(p[:width]) == width <= len(p):
        return ord(p[:width].decode())
    if 0x80 <= first < 0xC0:
        return 0xFFFFFFFF
    if not 0xC2 <= first <= 0xF4 or 0 in p[:width]:
        return NotImplemented
    continued = all(0x80 <= byte < 0xC0 for byte in p[1:width])
    if len(p) >= width or not continued:
        return 0xFFFFFFFF
    ends = (b"", b"\x80", b"\xbf", b"\x90\x80", b"\x80\x80", b"\xbf\xbf", b"\x90\x80\x80", b"\x80\x80\x80")
    return (
        0xFFFFFFFE if any(_valid_before(p + end) == width == len(p + end) for end in ends) else NotImplemented
    )


def g_utf8_strchr(p: bytes, len: int, c: int) -> int | None:
    found = _bytes_of(p, len).find(chr(c).encode())
    return None if found < 0 else found


def g_utf8_strrchr(p: bytes, len: int, c: int) -> int | None:
    found = _bytes_of(p, len).rfind(chr(c).encode())
    return None if found < 0 else found


def g_utf8_to_ucs4(str: bytes) -> Outcome:
    text = str.split(b"\0")[0]
    if _valid_before(text) < len(text):
        return NotImplemented
    codes = [ord(letter) for letter in text.decode()]
    return {"result": codes, "items_read": len(text), "items_written": len(codes)}


def g_ucs4_to_utf8(str: list[int]) -> Outcome:
    codes = list(itertools.takewhile(lambda code: code != 0, str))
    if any(code > 0x10FFFF or 0xD800 <= code < 0xE000 for code in codes):
        return None if any(code >= 1 << 31 for code in codes) else NotImplemented
    made = "".join(map(chr, codes)).encode()
    return {"result": made, "items_read": len(codes), "items_written": len(made)}


def _units(data: bytes) -> list[int]:
    return [data[at] | data[at + 1] << 8 for at in range(0, len(data), 2)]


def g_utf8_to_utf16(str: bytes, len: int) -> Outcome:
    text = _text(str, len)
    if text is None:
        return NotImplemented
    units = _units(text.encode("utf-16-le"))
    return {"result": units, "items_read": text.encode().__len__(), "items_written": units.__len__()}


def g_utf16_to_utf8(str: list[int]) -> Outcome:
    units = list(itertools.takewhile(lambda unit: unit != 0, str))
    try:
        made = b"".join(bytes((unit & 0xFF, unit >> 8)) for unit in units).decode("utf-16-le").encode()
    except UnicodeDecodeError as wrong:
        return NotImplemented if wrong.reason == "unexpected end of data" else None
    return {"result": made, "items_read": len(units), "items_written": len(made)}


def g_unichar_to_utf8(c: int) -> Outcome:
    made = chr(c).encode()
    return {"result": len(made), "outbuf": made}


# ---------------------------------------------------------------- checksums, patterns

_SUMS = ("md5", "sha1", "sha256", "sha512", "sha384")


def g_compute_checksum_for_data(checksum_type: int, data: bytes) -> str:
    return hashlib.new(_SUMS[checksum_type], data).hexdigest()


def g_compute_hmac_for_data(digest_type: int, key: bytes, data: bytes) -> str:
    return hmac.new(key, data, _SUMS[digest_type]).hexdigest()


def g_pattern_match_simple(pattern: bytes, string: bytes) -> int:
    parts = {"*": ".*", "?": "."}
    form = "".join(parts.get(letter, re.escape(letter)) for letter in pattern.decode())
    return int(bool(re.fullmatch(form, string.decode(), re.DOTALL)))


# ---------------------------------------------------------------- URIs, paths, command lines


def g_uri_escape_string(unescaped: bytes, reserved_chars_allowed: bytes | None, allow_utf8: int) -> bytes:
    kept = _UNRESERVED | set(reserved_chars_allowed or b"")
    if allow_utf8:
        kept |= set(range(128, 256))
        if _valid_before(unescaped) < len(unescaped):
            return NotImplemented
    return b"".join(bytes([byte]) if byte in kept else b"%%%02X" % byte for byte in unescaped)


def g_uri_unescape_string(escaped_string: bytes, illegal_characters: bytes | None) -> bytes | None:
    made = b""
    for part in re.findall(rb"%[0-9A-Fa-f]{2}|.", escaped_string, re.DOTALL):
        byte = int(part[1:], 16) if len(part) == 3 else part[0]
        if part == b"%" or (len(part) == 3 and (byte == 0 or byte in (illegal_characters or b""))):
            return None
        made += bytes([byte])
    return made


def g_uri_parse_scheme(uri: bytes) -> bytes | None:
    found = re.match(rb"([A-Za-z][A-Za-z0-9+.-]*):", uri)
    return found[1] if found else None


_URI = re.compile(
    rb"(?:(?P<scheme>[A-Za-z][A-Za-z0-9+.-]*):)?"
    rb"(?://(?:(?P<userinfo>[a-zA-Z0-9:%]*)@)?(?P<host>[a-zA-Z0-9.-]*|\[[0-9a-f:]+\])(?P<colon>:(?P<port>\d*))?(?=[/?#]|$))?"
    rb"(?P<path>[a-zA-Z0-9/._~:@!$&'()*+,;=%-]*)(?:\?(?P<query>[^#]*))?(?:#(?P<fragment>[^#]*))?"
)
_PLAIN = re.compile(rb"(?:[A-Za-z0-9/._~:@!$&'()*+,;=?-]|%[2-7][0-9A-Ea-e])*")
_HOST = re.compile(rb"\[.*\]|[a-z]([a-z0-9-]*[a-z0-9])?(\.[a-z]([a-z0-9-]*[a-z0-9])?)*")
_PARTS = ("scheme", "userinfo", "host", "path", "query", "fragment")
_ENCODED = 1 << 3


def _pieces(uri: bytes, flags: int) -> dict[str, Any] | None:
    """Return the pieces of a URI of which there is no doubt that it is valid; None for any other."""
    found = _URI.fullmatch(uri)
    if not found or not all(_PLAIN.fullmatch(found[part] or b"") for part in _PARTS if part != "host"):
        return None
    if found["host"] == b"" and (found["userinfo"] is not None or found["colon"]):
        return None
    if found["host"] and b"[" in found["host"] and found["host"] not in (b"[::1]", b"[fe80::1]"):
        return None
    if found["host"] and not _HOST.fullmatch(found["host"]):
        return None
    if found["scheme"] is None and b":" in found["path"].split(b"/")[0]:
        return None
    if found["host"] is None and found["path"].startswith(b"//"):
        return None

    def decoded(text: bytes | None) -> bytes | None:
        # With G_URI_FLAGS_ENCODED, only what needs no escape is decoded.
        def character(escape: re.Match[bytes]) -> bytes:
            byte = int(escape[1], 16)
            return escape[0].upper() if flags & _ENCODED and byte not in _UNRESERVED else bytes([byte])

        return None if text is None else re.sub(rb"%(..)", character, text)

    made: dict[str, Any] = {part: decoded(found[part]) for part in _PARTS}
    made["scheme"] = found["scheme"].lower() if found["scheme"] is not None else None
    made["host"] = found["host"].strip(b"[]") if found["host"] is not None else None
    made["port"] = int(found["port"]) if found["port"] else -1
    return made


def g_uri_split(uri_ref: bytes, flags: int) -> Outcome:
    made = _pieces(uri_ref, flags)
    if made is None:
        return NotImplemented
    return {"result": True, **made} if made["port"] <= 65535 else {"result": False}


def g_uri_is_valid(uri_string: bytes) -> Outcome:
    made = _pieces(uri_string, 0)
    if made is not None:
        return made["scheme"] is not None and made["port"] <= 65535
    return (
        False if re.search(rb"%(?![0-9A-Fa-f]{2})", uri_string) and b":" not in uri_string else NotImplemented
    )


def g_uri_list_extract_uris(uri_list: bytes) -> Outcome:
    lines = [line.strip(_BLANKS) for line in uri_list.split(b"\n")]
    # GLib drops a line of one byte, and takes a comment for a URI that stands behind blanks or an empty line.
    if any(len(line) == 1 for line in lines) or re.search(rb"(^|\n)[ \t\n\v\f\r]+#", uri_list):
        return NotImplemented
    return [line for line in lines if line and not line.startswith(b"#")]


def g_uri_join(
    scheme: bytes | None,
    userinfo: bytes | None,
    host: bytes | None,
    port: int,
    path: bytes,
    query: bytes | None,
    fragment: bytes | None,
) -> bytes:
    made = b"" if scheme is None else scheme + b":"
    if host is not None:
        made += (
            b"//"
            + (b"" if userinfo is None else userinfo + b"@")
            + (b"[" + host + b"]" if b":" in host else host)
        )
        made += b"" if port == -1 else b":%d" % port
    made += path + (b"" if query is None else b"?" + query)
    return made + (b"" if fragment is None else b"#" + fragment)


def g_path_get_basename(file_name: bytes) -> bytes:
    if not file_name:
        return b"."
    return file_name.rstrip(b"/").rpartition(b"/")[2] or b"/"


def g_path_get_dirname(file_name: bytes) -> Outcome:
    if b"/" not in file_name:
        return b"."
    folder = file_name.rpartition(b"/")[0].rstrip(b"/")
    return folder or (b"/" if not file_name.startswith(b"//") or file_name.strip(b"/") else NotImplemented)


def g_path_skip_root(file_name: bytes) -> int | None:
    return len(file_name) - len(file_name.lstrip(b"/")) or None


def g_build_filenamev(args: list[bytes]) -> bytes:
    parts = [part for part in args if part]
    if not parts:
        return b""
    if not b"".join(parts).strip(b"/"):
        return NotImplemented
    first = next(part for part in parts if part.strip(b"/"))
    last = next(part for part in reversed(parts) if part.strip(b"/"))
    lead = parts[0] if not parts[0].strip(b"/") else first[: len(first) - len(first.lstrip(b"/"))]
    trail = parts[-1] if not parts[-1].strip(b"/") else last[len(last.rstrip(b"/")) :]
    return lead + b"/".join(part.strip(b"/") for part in parts if part.strip(b"/")) + trail


_DOUBTFUL = b"\\\n"
"""A line that goes on: between double quotes, the shell leaves out both, and GLib the backslash."""


def _words(line: bytes) -> list[bytes] | None:
    """Return the words of a command line; None where a quotation is not ended."""
    words: list[bytes] = []
    word: bytes | None = None
    at = 0
    while at < len(line):
        here = line[at : at + 1]
        at += 1
        if here in b" \t\n":
            words += [] if word is None else [word]
            word = None
        elif here == b"#" and word is None:
            at = line.find(b"\n", at) if b"\n" in line[at:] else len(line)
        elif here == b"\\":
            if at == len(line):
                return None
            if line[at : at + 1] != b"\n":
                word = (word or b"") + line[at : at + 1]
            at += 1
        elif here == b"'":
            end = line.find(b"'", at)
            if end < 0:
                return None
            word, at = (word or b"") + line[at:end], end + 1
        elif here == b'"':
            quoted = re.compile(rb'((?:[^"\\]|\\.)*)"', re.DOTALL).match(line, at)
            if not quoted:
                return None
            word, at = (word or b"") + _in_double_quotes(quoted[1]), quoted.end()
        else:
            word = (word or b"") + here
    return words + ([] if word is None else [word])


def _in_double_quotes(text: bytes) -> bytes:
    return re.sub(rb'\\([$`"\\\n])', lambda found: b"" if found[1] == b"\n" else found[1], text)


def g_shell_unquote(quoted_string: bytes) -> bytes | None:
    """Blanks, comments and all else but quotation are as they are."""
    if _DOUBTFUL in quoted_string and b'"' in quoted_string:
        return NotImplemented
    made, at = b"", 0
    while at < len(quoted_string):
        here = quoted_string[at : at + 1]
        at += 1
        if here == b"\\":
            if at == len(quoted_string):
                return NotImplemented
            made += b"" if quoted_string[at : at + 1] == b"\n" else quoted_string[at : at + 1]
            at += 1
        elif here in b"'\"":
            form = rb"([^']*)'" if here == b"'" else rb'((?:[^"\\]|\\.)*)"'
            quoted = re.compile(form, re.DOTALL).match(quoted_string, at)
            if not quoted:
                return None
            made += quoted[1] if here == b"'" else _in_double_quotes(quoted[1])
            at = quoted.end()
        else:
            made += here
    return made


def g_shell_parse_argv(command_line: bytes) -> Outcome:
    words = _words(command_line)
    # GLib looks at what stands before a `#`, where a tab or an escaped blank is another matter to it than to the shell,
    # and refuses a comment without a text.
    if (_DOUBTFUL in command_line and b'"' in command_line) or re.search(rb"(\t|\\[ \n])#|#$", command_line):
        return NotImplemented
    if words is None or not words:
        return {"result": False}
    return {"result": True, "argcp": len(words), "argvp": words}


# ---------------------------------------------------------------- dates


def g_date_valid_dmy(day: int, month: int, year: int) -> int:
    try:
        dt.date(year, month, day)
    except ValueError:
        return 0
    return 1


def _weeks(year: int, first: int) -> int:
    """Return on how many days of a year a week begins, for one that begins on the day `first`, 0 for Monday."""
    days = 366 if calendar.isleap(year) else 365
    return sum(1 for day in range(days) if (dt.date(year, 1, 1).weekday() + day) % 7 == first)


def g_date_get_monday_weeks_in_year(year: int) -> int:
    return _weeks(year, 0)


def g_date_get_sunday_weeks_in_year(year: int) -> int:
    return _weeks(year, 6)


def g_date_get_days_in_month(month: int, year: int) -> int:
    return calendar.monthrange(year, month)[1]
