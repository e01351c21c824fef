"""Values for `jansson.contract.yaml`: small JSON texts in compact form, whose few keys and items often repeat."""

from __future__ import annotations

import json

from hypothesis import strategies as st

_words = st.text('ab/"\\\n\x01é€😀', max_size=3)
_leaves = st.sampled_from((None, True, False, 0, 1, 2, -1, 0.5, 1.5)) | _words
_values = st.recursive(
    _leaves,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("abc"), inner, max_size=3),
    max_leaves=6,
)


def _compact(value: object) -> str:
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"))


texts = _values.map(_compact).filter(lambda text: len(text.encode()) <= 60)
containers = texts.filter(lambda text: text[0] in "[{")
