"""The header of the tests of editors, which no compiler has to preprocess."""

from __future__ import annotations

from pathlib import Path

from abidance.editor.known_header import facts_of
from abidance.header.loader import HeaderReader

HEADER = """\
#define RG_LIMIT 4096
typedef struct rg_guard rg_guard;
typedef enum rg_kind { RG_NONE, RG_QUOTE, RG_BOOK } rg_kind;
typedef struct rg_request { const char *route; size_t route_len; rg_kind kind; } rg_request;
rg_guard *rg_new(void);
_Bool rg_admit(rg_guard *guard, const rg_request *request, rg_kind *reason);
int rg_visit(rg_guard *guard, int (*each)(rg_request *seen, void *data), void *data);
rg_kind rg_first(const rg_guard *guard);
void rg_free(rg_guard *guard);
"""


def facts_from(text, path=Path("/p/api.h"), patterns=("rg_*",), values=None):
    """Return what an editor knows of a header, given as the preprocessor would print it."""
    reader = HeaderReader(
        path, lambda _expression: None, tagged_members=False, has_attribute=lambda _name: True
    )
    unit = f'# 0 "{path}"\ntypedef unsigned long size_t;\n# 1 "{path}"\n{text}'
    return facts_of(reader.read(unit).declarations, (), patterns, values)
