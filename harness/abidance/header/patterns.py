"""Regular expressions of C that more than one module is made of. All are possessive, so none backtracks far."""

from __future__ import annotations

STRING = r'"(?:[^"\\\n]|\\.)*+"'
CHARACTER = r"'(?:[^'\\\n]|\\.)*+'"
# Parentheses to a depth that attributes and asm labels have in headers; what has deeper ones is read word by word.
_TWO_DEEP = rf"\((?:[^()\"]|{STRING}|\([^()]*+\))*+\)"
GROUP = rf"\((?:[^()\"]|{STRING}|\((?:[^()\"]|{STRING}|{_TWO_DEEP})*+\))*+\)"
ATTRIBUTE = (
    rf"(?:(?:__attribute(?:__)?|__declspec|_Alignas|alignas)\s*+{GROUP}|\[\[(?:[^\[\]]|\[[^\]]*+\])*+\]\])"
)
# Braces to the depth that members and enumerators have, without literals that might hide a brace.
_FLAT = r"[^{}\"']*+"
_BRACES_IN = rf"\{{{_FLAT}(?:\{{{_FLAT}\}}{_FLAT})*+\}}"
BRACES = rf"\{{{_FLAT}(?:{_BRACES_IN}{_FLAT})*+\}}"
