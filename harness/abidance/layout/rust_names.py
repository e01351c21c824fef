"""What Rust can call what C has a name for."""

from __future__ import annotations

import re

# The Rust Reference, "Keywords", of all editions; `r#` makes names of them, but not of the last four.
_KEYWORDS = frozenset(
    (
        *(
            "as",
            "async",
            "await",
            "break",
            "const",
            "continue",
            "dyn",
            "else",
            "enum",
            "extern",
            "false",
            "fn",
        ),
        *(
            "for",
            "gen",
            "if",
            "impl",
            "in",
            "let",
            "loop",
            "match",
            "mod",
            "move",
            "mut",
            "pub",
            "ref",
            "return",
        ),
        *(
            "static",
            "struct",
            "trait",
            "true",
            "type",
            "unsafe",
            "use",
            "where",
            "while",
            "abstract",
            "become",
        ),
        *("box", "do", "final", "macro", "override", "priv", "try", "typeof", "unsized", "virtual", "yield"),
    )
)
_NEVER_NAMES = frozenset(("self", "Self", "super", "crate", "_"))
_NAME = re.compile(r"[^\W\d]\w*")


def rust_identifier(name: str) -> str | None:
    """Return the Rust identifier for a C name, or None when there is none."""
    if name in _NEVER_NAMES or not _NAME.fullmatch(name):
        return None
    return f"r#{name}" if name in _KEYWORDS else name
