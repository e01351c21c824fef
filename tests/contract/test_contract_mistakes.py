"""Every mistake has one message that says what is wrong, where, and what was probably meant.

Lines are counted from after the three that every contract begins with.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from abidance.contract.language.clauses import Clauses, table
from abidance.contract.language.reader import ContractReader
from abidance.contract.source.compose import compose

pytestmark = pytest.mark.unit

BRACES = " | = its clauses follow on separate lines, or in braces: `{key: value}`"
BOOLS = " | = YAML 1.2 has `true` and `false`; `yes`, `no`, `on` and `off` are text"
FLOW = (
    " | = inside `[...]` and `{...}` YAML splits at commas and brackets: quote the expression, "
    "or give it a line of its own"
)
CREATE = "`create`: The function that creates one; of one that is only borrowed, a function that returns it."
CALLS = (
    " | = an expression may call `abs`, `all`, `any`, `implies`, `is_utf8`, `join`, `len`, `lower`, `matches`, `max`, "
    "`min`, `old`, `range`, `sum`; what calls of the library have to do with each other is a law (`laws`), "
    "and what one tells of another stands under `requires` and `ensures`; "
    "a law asks in a step, `a = f(x)`, and makes others `if a.result > 0`"
)
OF_PARAMETERS = (
    "that is said of parameters: without `given`, each input is "
    "what the first parameter takes that it is passed to"
)

HEADER_DOC = "The header, relative to this file; or `<zlib.h>`, which the compiler looks up."
OF_FUNCTIONS = [
    ("parms: {}", "unknown key `parms` in `f` | did you mean `params`?"),
    (
        "returns: {ensures: [x]}",
        "unknown key `ensures` in `returns` | = `ensures` stands beside `returns`, not in it",
    ),
    (
        "params: {x: {out: {handle: h}}}",
        "unknown key `handle` in `out` | = `handle` stands in place of `out`, not in it",
    ),
    (
        "params: {x: {out: {opaque: true}}}",
        'unknown key `opaque` in `out` | = write it as `out: "void *"`: a pointer that nobody looks behind',
    ),
    (
        "params: {x: {out: array, of: {within: text}}}",
        (
            "unknown key `within` in `of` | = write it as what each points at, `of: string`: that it leads into a "
            "parameter's memory no clause says"
        ),
    ),
    (
        "params: {a: {enum: closed}}",
        "unknown key `enum` in `a` | = `enum` stands under `types`: `types: {NAME: {enum: ...}}`",
    ),
    (
        "states: [open]",
        "unknown key `states` in `f` | = `states` stands under `handles`: `handles: {NAME: {states: ...}}`",
    ),
    (
        "encoding: utf-8",
        "unknown key `encoding` in `f` | = `encoding` is a clause in `params`: `params: {NAME: {encoding: ...}}`",
    ),
    (
        "params: {x: {in: bytes, length: min(n, 4)}}",
        f"the expression does not parse: `(` was never closed{FLOW}",
    ),
    (
        "when: x",
        "unknown key `when` in `f` | = `when` is a clause in `rejects`: `rejects: [{when: ...}]`",
    ),
    ("params: {x: {in: bytes, capcity: n}}", "unknown key `capcity` in `x` | did you mean `capacity`?"),
    (
        "rejects: [{when: {x: 0}, returns: -1, errno: EINVAL}]",
        "unknown key `errno` in an item of `rejects` | = write it as a condition: `ensures: [errno == EINVAL]`",
    ),
    ("preconditions: [x > 0]", "unknown key `preconditions` in `f` | did you mean `requires`?"),
    ("postcondition: result > 0", "unknown key `postcondition` in `f` | did you mean `ensures`?"),
    (
        "returns: {status: {ok: 0, failed: [1]}}",
        "unknown key `failed` in `status` | did you mean `errors`?",
    ),
    ("params: {x: {to: string}}", "unknown key `to` in `x` | did you mean `in`?"),
    ("params: {x: {min: 0, max: 8}}", "unknown key `min` in `x` | did you mean `range`?"),
    (
        "params: {x: {max: 8}}",
        (
            "`max` has no meaning without `in`, `out` or `inout` in `x`"
            " | = the limits of a number are `range: [LOWEST, HIGHEST]`"
        ),
    ),
    ("returns: {in: string}", "unknown key `in` in `returns` | did you mean `to`?"),
    ("params: {x: {callback: {params: {y: {in: int}}}}}", "unknown key `in` in `y` | did you mean `to`?"),
    ("params: [x]", "`params` must be a mapping, not a list | = each stands under its name: `{x: ...}`"),
    ("params: {x: in}", f"`x` must be a mapping, not `in`{BRACES}"),
    ("params: {x-y: {}}", "`x-y` is not the name of a parameter"),
    ("params: {x: {in: bytes, out: bytes}}", "`in` and `out` exclude each other in `x` | "),
    ("params: {x: {in: bytes, handle: h}}", "`in` and `handle` exclude each other in `x` | "),
    (
        "params: {x: {in: [bytes]}}",
        "`in` must be `bytes`, `array`, `string` or the name of a C type, not a list",
    ),
    ("params: {x: {range: [3, 1]}}", "the range is empty: `3` is more than `1`"),
    ("params: {x: {range: [1 << 4, 0xf]}}", "the range is empty: `1 << 4` is more than `0xf`"),
    (
        "params: {x: {range: [3]}}",
        "`range` must have two bounds, not 1 | `[lowest, highest]`, both inclusive",
    ),
    (
        "params: {x: {range: 3}}",
        "`range` must be a list of two bounds, `[lowest, highest]`, not the number `3`",
    ),
    (
        "params: {x: {range: 0..n}}",
        "`range` must be a list of two bounds, `[lowest, highest]`, not `0..n` | = write `[0, n]`",
    ),
    (
        "params: {x: {range: ..5}}",
        "`range` must be a list of two bounds, `[lowest, highest]`, not `..5`",
    ),
    ("params: {x: bytes}", "`x` must be a mapping, not `bytes` | = write `{in: bytes}` or `{out: bytes}`"),
    ("params: {x: string}", "`x` must be a mapping, not `string` | = write `{in: string}`"),
    ("returns: {status: 0}", "`status` must be a mapping, not the number `0` | = write `{ok: 0}`"),
    ("returns: {status: [S_OK, 1]}", "`status` must be a mapping, not a list | = write `{ok: [S_OK, 1]}`"),
    ("returns: {status: [[1]]}", f"`status` must be a mapping, not a list{BRACES}"),
    (
        "params: {x: {callback: true}}",
        (
            "`callback` must be a mapping, `{}` if it says nothing, or another function's parameter such as `add.fn`, "
            "not `true`"
        ),
    ),
    (
        "params: {x: {callback: add}}",
        "`callback` must be another function's parameter, `function.parameter`, not `add`",
    ),
    (
        "returns: {to: string, until: g}",
        (
            "`until` has no meaning without `lifetime` in `returns` | = say how long it is there otherwise as well: "
            "`lifetime: static`, or `handle(NAME)`"
        ),
    ),
    ("returns: string", "`returns` must be a mapping, not `string` | = write `{to: string}`"),
    ("params: {x: {range: [1 // 0, 2]}}", "division by zero"),
    ("params: {x: {range: [null, 2]}}", "`range` must be a number or an expression, not null"),
    ("params: {x: {one_of: []}}", "`one_of` must be a list of values, and this one is empty"),
    ("params: {x: {one_of: [1], range: [1, 2]}}", "`one_of` and `range` exclude each other in `x` | "),
    ("params: {x: {in: bytes, length: }}", "`length` has no value | must be an expression"),
    (
        "params: {x: {in: bytes, nullable: yes}}",
        f"`nullable` must be `true`, `false` or an expression, not `yes`{BOOLS}",
    ),
    (
        "params: {x: {in: bytes, align: 3}}",
        "`align` must be a power of two, of at most 65536, not the number `3`",
    ),
    (
        "params: {x: {in: bytes, max: many}}",
        "`max` must be a number of elements from 0 to 16777216, not `many`",
    ),
    (
        "params: {x: {in: string, encoding: utf-9}}",
        "`encoding` must be an encoding such as `utf-8`, `ascii` or `latin-1`, or `mostly utf-8`, not `utf-9`",
    ),
    (
        "params: {x: {in: string, encoding: hex}}",
        "`encoding` must be an encoding such as `utf-8`, `ascii` or `latin-1`, or `mostly utf-8`, not `hex`",
    ),
    ("params: {x: {inout: string, length: n}}", "`length` has no meaning here: a `string` ends at its NUL"),
    (
        "params: {x: {in: string, length: 3}}",
        "`3` is no parameter: only one may say that a `string` ends at its NUL | ",
    ),
    (
        "params: {x: {in: string, one_of: [a]}}",
        "`one_of` has no meaning here: a `string` is no number: its form is `like: 'one|other'`",
    ),
    (
        "params: {x: {in: string, one_of: ['a = 1;']}}",
        "the expression does not parse: invalid syntax | = of texts, say `like: 'one|other'`: a regular expression",
    ),
    (
        "params: {x: {in: array, encoding: ascii}}",
        "`encoding` has no meaning here: it points to `array`, not to a `string` or `bytes`",
    ),
    (
        "params: {x: {out: bytes, encoding: mostly ascii}}",
        "`encoding` has no meaning here: text that is `mostly` valid promises nothing of what the library writes",
    ),
    (
        "returns: {to: string, encoding: mostly ascii}",
        "`encoding` has no meaning here: text that is `mostly` valid promises nothing of what the library writes",
    ),
    (
        "params: {x: {out: {to: string, encoding: mostly ascii}}}",
        "`encoding` has no meaning here: text that is `mostly` valid promises nothing of what the library writes",
    ),
    (
        "returns: {to: array, of: {to: string, encoding: mostly ascii}, ended_by: null}",
        "`encoding` has no meaning here: text that is `mostly` valid promises nothing of what the library writes",
    ),
    ("params: {x: {in: string, like: }}", "`like` has no value | must be a regular expression"),
    (
        "params: {x: {in: rg_x, like: a}}",
        "`like` has no meaning here: it points to `rg_x`, not to a `string` or `bytes`",
    ),
    (
        "params: {x: {in: string, like: '['}}",
        "`like` is no regular expression: unterminated character set at position 0",
    ),
    (
        "params: {x: {in: string, like: '(a+)+'}}",
        (
            "`like` matches some texts in too many ways: what is repeated in it can be read as several repetitions"
            " | = write it so that each text is matched in one way: `a+` for `(a+)+`"
        ),
    ),
    (
        "params: {x: {in: string, like: '^a$'}}",
        (
            "`like` cannot be matched: `^`, `$`, `\\b` and the like have no meaning in it: the whole text is matched"
            " | = leave that out, or say the rest as a condition: in `requires` for what is passed, in `ensures` for"
            " results"
        ),
    ),
    (
        "params: {x: {in: string, like: a, generate: 'a:b'}}",
        "`like` and `generate` exclude each other in `x`",
    ),
    (
        "params: {x: {in: rg_x, max: 3}}",
        "`max` has no meaning here: it points to exactly one `rg_x` | = several of them are an `array`",
    ),
    (
        "params: {x: {out: {to: array, of: string, ended_by: null}, capacity: 3}}",
        (
            "`capacity` has no meaning here: it points to exactly one `pointer`; of what lies behind that, this stands"
            " there"
        ),
    ),
    (
        "params: {x: {in: bytes, capacity: 3}}",
        "`capacity` has no meaning here: `in` memory is only read, so nothing is written there",
    ),
    ("params: {x: {length: 3}}", "`length` has no meaning without `in`, `out` or `inout` in `x`"),
    ("params: {x: {callback: {calls: 3..1}}}", "the count is empty: `3` is more than `1`"),
    (
        "params: {x: {callback: {calls: -1}}}",
        "`calls` must be a count such as `1`, `0..`, `1..3` or `0..n`, not the number `-1`",
    ),
    ("params: {x: {callback: {params: {y: {handle: h}}}}}", "handle `h` is not in `handles`"),
    ("params: {x: {handle: h}}", "handle `h` is not in `handles`"),
    ("returns: {bool: false}", "`bool` must be `true`, not `false`"),
    ("returns: {bool: yes}", f"`bool` must be `true`, not `yes`{BOOLS}"),
    ("returns: {enum: closd}", "`enum` must be `closed` or `open`, not `closd` | did you mean `closed`?"),
    (
        "returns: {status: {}}",
        "`status` needs `ok` or `errors` | ",
    ),
    ("returns: {status: {ok: []}}", "`ok` must be a list of values, and this one is empty"),
    (
        "returns: {status: {ok: [A], errors: {..: c}}}",
        "`..` is not a number, an enumerator, a macro, an expression, or a range of them such as `..-1`",
    ),
    ("returns: {bool: true, enum: closed}", "`bool` and `enum` exclude each other in `returns` | "),
    (
        "returns: {capacity: 3}",
        "`capacity` has no meaning without `filled`, `free` or `lifetime` in `returns`",
    ),
    ("returns: {user_data: x}", "unknown key `user_data` in `returns` | = the keys here are "),
    (
        "returns: {to: bytes, free: 3}",
        "`free` must be the name of a C function, or a call such as `st_free(result, n)`, not the number `3`",
    ),
    (
        "returns: {to: bytes, lifetime: forever}",
        "`lifetime` must be `call`, `static` or `handle(NAME)`, not `forever`",
    ),
    (
        "requires: n > 0",
        (
            "`requires` must be a list of expressions, not `n > 0` | = with one item, write "
            "`requires: [n > 0]`"
        ),
    ),
    (
        "ensures: f(a, b)",
        (
            "`ensures` must be a list of expressions, not `f(a, b)` | = with one item, write "
            "`ensures: ['f(a, b)']`"
        ),
    ),
    ("requires: [result > 0]", "`result` has no value before the call"),
    (
        "requires: [old(x) > 0]",
        "`old` has no meaning before the call | = values here are from before the call",
    ),
    ("ensures: [x && y]", "the expression does not parse: invalid syntax | = write `and` for `&&`"),
    ("ensures: [(x > 1]", f"the expression does not parse: `(` was never closed{FLOW}"),
    (
        "ensures: [{a: b}]",
        (
            "an item of `ensures` must be an expression, not a mapping | = an expression "
            "with `: ` in it must be quoted"
        ),
    ),
    ("ensures: [[a]]", f"an item of `ensures` must be an expression, not a list{FLOW}"),
    (
        'ensures:\n  - x == "a #b"',
        (
            "the expression does not parse: unterminated string literal | = YAML begins a "
            "comment at ` #`: quote the expression"
        ),
    ),
    (
        'params: {x: {nullable: "lenn(x) > 0"}}',
        f"unknown function `lenn` | did you mean `len`?{CALLS}",
    ),
    ("params: {x: {nullable: \"__import__('os')\"}}", f"unknown function `__import__`{CALLS}"),
    ("ensures: [().__class__]", "`__class__` is not part of the expression language"),
    (
        "rejects: [{a: 6, returns: -1}]",
        "unknown key `a` in an item of `rejects` | = write it as `when: {a: 6}`",
    ),
    (
        "rejects: [{a: 6, e.f: [1, 2], returns: -1}]",
        "unknown keys `a` and `e.f` in an item of `rejects` | = write it as `when: {a: 6, e.f: [1, 2]}`",
    ),
    (
        "rejects: [{when: {a: 6}, e: 4, returns: -1}]",
        "unknown key `e` in an item of `rejects` | = the keys here are `when`, `returns`, `to` and `ensures`",
    ),
    (
        "rejects: [{when: {a: 6}, result: -1}]",
        "unknown key `result` in an item of `rejects` | did you mean `returns`?",
    ),
    (
        "rejects: [{returns: 1}]",
        "an item of `rejects` needs `when` | = `when`: What makes it invalid: ",
    ),
    (
        "rejects: [{when: {}}]",
        "`when` must be a mapping from parameters to values, or an expression, and this one is empty",
    ),
    (
        "rejects: [{when: null}]",
        "`when` must be a mapping from parameters to values, or an expression, not null",
    ),
    ("rejects: [{when: {a b: 1}}]", "`a b` is not a parameter or a path to a field"),
    (
        "rejects: [{when: {a: 1}, retuns: 1}]",
        "unknown key `retuns` in an item of `rejects` | did you mean `returns`?",
    ),
    ("examples: {a: 1}", "`examples` must be a list of mappings, not a mapping"),
    ("examples: [3]", f"an item of `examples` must be a mapping, not the number `3`{BRACES}"),
    ("effects: [pur]", "an item of `effects` must be `pure`, `no_alloc`, "),
    ("cost: {p99: 1s}", "`p99` must be a time such as `250ns`, `1us` or `2ms`, not `1s`"),
    ("cost: {throughput: fast}", "`throughput` must be a rate such as `5M/s`, not `fast`"),
    (
        "cost: {instructions: {at_most: 1, accepted: true}}",
        "`at_most` and `accepted` exclude each other in `instructions` | ",
    ),
    ("cost: {no_worse_than: {library: c, factor: 2}}", "library `c` is not in `libraries`"),
    ("cost: {no_worse_than: {library: c}}", "`no_worse_than` needs `factor` or `instructions` | "),
    (
        "cost: {no_worse_than: {library: c, factor: 2, sizes: [0]}}",
        "`sizes` has no meaning without `over` in `no_worse_than` | ",
    ),
    (
        "cost: {no_worse_than: {library: c, factor: 2, over: n, sizes: [many]}}",
        "an item of `sizes` must be a number of elements from 0 to 16777216, not `many`",
    ),
    (
        "cost: {no_worse_than: {library: c, factor: 2, over: n, sizes: [1], contents: [noise]}}",
        "an item of `contents` must be `zeros`, `random`, `text`, or a Python function as `package.module:function`, ",
    ),
    ("model: foo", "`model` must be a Python function as `package.module:function`, not `foo`"),
    ("summary: 3", "`summary` must be text, not the number `3`"),
    ("summary: true", "`summary` must be text, not `true`"),
]

OF_CONTRACTS = [
    ("function: {}", "unknown key `function` in the contract | did you mean `functions`?"),
    ("zzzz: 1", "unknown key `zzzz` in the contract | = the keys here are `abidance`, `boundary`, "),
    ("structs: {s: {}}", "unknown key `structs` in the contract | did you mean `types`?"),
    (
        "functions: [f]",
        "`functions` must be a mapping, not a list | = each stands under its name: `{f: ...}`",
    ),
    ("functions: {f-g: {}}", "`f-g` is not the name of a C function"),
    ("prefix: 3", "`prefix` must be the beginning of C names, not the number `3`"),
    ("{prefix: rg_, select: {}}", "`prefix` and `select` exclude each other in the contract | "),
    (
        "include_dirs: here",
        (
            "`include_dirs` must be a list of folders, not `here` | = with one item, write "
            "`include_dirs: [here]`"
        ),
    ),
    ("defines: {A-B: 1}", "`A-B` is not the name of a macro"),
    ("defines: {A: [1]}", "`A` must be the text of a macro, not a list"),
    ("libraries: {c: {path: a, name: z}}", "`path` and `name` exclude each other in `c` | "),
    ("libraries: {c: {}}", "`c` needs one of `path`, `name`, `cmake`, `cargo` or `command`"),
    ("libraries: {c: {cmake: .}}", "`cmake` has no meaning without `target` in `c`"),
    ("libraries: {c: {cmake: {preset: p}, target: t}}", "`cmake` needs `source` | "),
    (
        "libraries: {c: {cmake: {source: ., defines: {A: [1]}}, target: t}}",
        "`A` must be the value of a cache variable, not a list",
    ),
    (
        "libraries: {c: {cmake: {source: ., defines: {=A: 1}}, target: t}}",
        "`=A` is not the name of a cache variable",
    ),
    ("libraries: {c: {cargo: ., links: [z]}}", "`links` has no meaning without `path` or `command` in `c`"),
    ("libraries: {c: {cmake: ., target: t, package: t}}", "`package` has no meaning without `cargo` in `c`"),
    ("libraries: {c: {command: [make]}}", "`command` has no meaning without `artifact` in `c`"),
    ("libraries: {c: {pth: a}}", "unknown key `pth` in `c` | did you mean `path`?"),
    ("libraries: {c: {path: }}", "`path` has no value | must be a path"),
    ("libraries: {c: {path: 3}}", "`path` must be a path, not the number `3`"),
    ("libraries: {a b: {path: a}}", "`a b` is not a name of letters, digits, `_`, `.` and `-`"),
    ("builds: [releas]", "unknown build `releas` | = did you mean `release`?"),
    (
        "builds: [asan+tsan]",
        "the build `asan+tsan` asks for `asan` and `tsan`, which exclude each other | = ",
    ),
    ("builds: [lsan]", "unknown build `lsan` | = "),
    (
        "builds: [release, msan]",
        "`msan` is no build: MemorySanitizer has no runtime that can be loaded into Python",
    ),
    (
        "builds: [release+debug]",
        "the build `release+debug` says a thing twice, or `release` and `debug` at once",
    ),
    ("builds: []", "`builds` must be a list of builds, and this one is empty"),
    ("types: {t: {enum: closed, fields: {}}}", "`enum` and `fields` exclude each other in `t` | "),
    ("types: {t: {layout: {size: -1}}}", "`size` must be a whole number of at least zero, not `-1`"),
    ("types: {t: {layout: {align: 3}}}", "`align` must be a power of two, not `3`"),
    ("types: {t: {layout: {offset: {}}}}", "unknown key `offset` in `layout` | did you mean `offsets`?"),
    ("types: {t: {fields: {f: {align: 4}}}}", "`align` has no meaning without `to` in `f`"),
    ("types: {t: {fields: {f: {in: bytes}}}}", "unknown key `in` in `f` | did you mean `to`?"),
    (
        "types: {t: {fields: {f: {handle: g}}}}\nhandles: {gg: {create: x}}",
        "handle `g` is not in `handles` | did you mean `gg`?",
    ),
    ("handles: {h: {creat: x}}", "unknown key `creat` in `h` | did you mean `create`?"),
    (
        "handles: {h: {create: x, destroy: [y, z]}}",
        (
            "`destroy` must be the name of a C function, or a call such as `st_free(result, n)`, not a list | = one of "
            "them stands here, and each of the others says that it takes the handle over: `params: {NAME: {handle: "
            "HANDLE, owner: callee}}`; `transitions` say in which states each may be called"
        ),
    ),
    (
        "handles: {h: {destroy: x}}",
        f"`h` needs `create` | = {CREATE}",
    ),
    (
        "handles: {h: {create: x, prepare: [{a: {}, b: {}}]}}",
        ("an item of `prepare` must be one call, `{function: {parameter: value}}`, and this one has 2 keys"),
    ),
    (
        "handles: {h: {create: x, prepare: [{a: 3}]}}",
        "`a` must be a mapping from parameters to values, not the number `3`",
    ),
    ("handles: {h: {create: x, concurrent: maybe}}", "`concurrent` must be `true` or `false`, not `maybe`"),
    ("handles: {h: {create: x, free: y}}", "unknown key `free` in `h` | did you mean `destroy`?"),
    (
        "laws: {l: {given: {a: {handle: h}}, steps: ['r = f(a)'], ensures: [r]}}",
        "unknown key `handle` in `a` | did you mean `in`?",
    ),
    (
        "laws: {l: {given: {a: {in: array, of: string}}, steps: ['r = f(a)'], ensures: [r]}}",
        f"unknown key `of` in `a` | = {OF_PARAMETERS}",
    ),
    (
        "laws: {l: {steps: [foo], ensures: [a]}}",
        "an item of `steps` must be a call such as `a = rg_admit(guard, request)`, not `foo`",
    ),
    (
        "laws: {l: {steps: ['a = f(x=1, in=y)'], ensures: [a]}}",
        (
            "an item of `steps` must be a call such as `a = rg_admit(guard, request)`, not `a = f(x=1, in=y)`"
            " | = a parameter `in` is written `in_`, as in expressions"
        ),
    ),
    ("equivalence: {libraries: [c]}", "library `c` is not in `libraries`"),
    ("abi: {policy: lax}", "`policy` must be `no-breaking`, `no-change` or `semver`, not `lax`"),
    (
        "suppressions: [{code: X1, reason: y}]",
        "`code` must be a code such as `ABD421`, or a rule's name, not `X1`",
    ),
    (
        "suppressions: [{code: ABD421}]",
        "an item of `suppressions` needs `reason` | = `reason`: Why the exception is justified.",
    ),
    (
        "suppressions: [{code: ABD421, reason: y, expires: 2027-02-30}]",
        "`expires` must be a date such as `2027-06-30`, not `2027-02-30`",
    ),
]


def says(found, expected):
    """Return whether there is one complaint, and it begins as expected; a place comes before it."""
    words = [re.sub(r"^\d+:\d+ ", "", line) for line in found]
    assert len(words) == 1, words
    return (words[0] + " | ").startswith(expected) if expected.endswith(" ") else words[0] == expected


@pytest.mark.parametrize(("clauses", "expected"), OF_FUNCTIONS, ids=[clauses for clauses, _ in OF_FUNCTIONS])
def test_a_mistake_in_a_function(mistakes, clauses, expected):
    found = mistakes("functions:\n  f:\n" + "".join(f"    {line}\n" for line in clauses.splitlines()))

    assert says(found, expected), found


@pytest.mark.parametrize(("clauses", "expected"), OF_CONTRACTS, ids=[clauses for clauses, _ in OF_CONTRACTS])
def test_a_mistake_in_a_contract(mistakes, clauses, expected):
    if clauses.startswith("{"):
        clauses = "prefix: rg_\nselect: {}"

    assert says(mistakes(clauses + "\n"), expected)


@pytest.mark.parametrize(
    ("clauses", "told"),
    [
        ("f: {prototype: int f(int a, int b)}", True),
        ("f: {prototype: int f}", False),
        ("f:\n    prototype: int f(", False),
    ],
)
def test_a_declaration_that_is_cut_at_a_comma_is_to_be_quoted(clauses, told, mistakes):
    assert ("YAML splits at commas: quote it" in str(mistakes(f"functions:\n  {clauses}\n"))) == told


def test_the_place_is_the_smallest_there_is(mistakes):
    assert mistakes("functions:\n  f:\n    params: {x: {in: bytes, capcity: n}}\n")[0].startswith("3:29 ")
    assert mistakes("types:\n  t:\n    invariants:\n      - a + lenn(b)\n")[0].startswith("4:13 ")
    assert mistakes("types:\n  t: {layout: {size: -1}}\n")[0].startswith("2:22 ")


def test_everything_is_told_at_once_and_in_order(mistakes):
    found = mistakes(
        "bulds: [release]\n"
        "functions:\n"
        "  f:\n"
        "    params: {x: {in: bytes, out: bytes, length: n +}}\n"
        "    returns: {enum: shut}\n"
        "    ensures: [a &&, b]\n"
    )

    assert [line.split(" ")[0] for line in found] == ["1:1", "4:29", "4:51", "5:21", "6:18"]


def test_a_contract_begins_with_what_it_needs(complaints):
    (told,) = complaints("")
    assert told == (
        "1:1 the contract is empty | = it begins with `abidance: 1`, `boundary:`, `header:` and `functions:`"
    )
    assert complaints("# nothing\n") == [told]
    assert complaints("[1]\n") == [
        "1:1 a contract is a mapping of clauses, not a list | = begin with `abidance: 1`"
    ]
    assert complaints("{}\n") == [
        "1:1 a contract is a mapping of clauses, not a mapping | = begin with `abidance: 1`"
    ]
    assert complaints("summary: x\n") == [
        "1:1 the contract needs `abidance` | = `abidance: 1`: The version of the contract language.",
        "1:1 the contract needs `boundary` | = `boundary`: The boundary's name.",
        f"1:1 the contract needs `header` | = `header`: {HEADER_DOC}",
        "1:1 the contract needs `functions` | = `functions`: The promises of each function.",
    ]


def tables(record):
    """Return every table of clauses from this one on."""
    return [record, *(each for below in record.__subclasses__() for each in tables(below))]


WITH_OTHER_WORDS = [record for record in dict.fromkeys(tables(Clauses)) if record.other_words]


@pytest.mark.parametrize("record", WITH_OTHER_WORDS, ids=[record.__name__ for record in WITH_OTHER_WORDS])
def test_each_other_word_leads_to_a_clause(record):
    clauses = table(record)
    words = {word: key for word, key in record.other_words.items() if key in clauses and word not in clauses}
    assert words
    for word, key in words.items():
        reader = ContractReader()
        reader.record(record, compose(f"{{{word}: 1}}\n", Path("c.yaml")))

        told = [label.text for problem in reader.problems for label in problem.labels]
        assert f"did you mean `{key}`?" in told, (word, reader.problems)


def test_a_mistyped_key_is_not_also_a_missing_one(complaints):
    assert complaints("abidance: 1\nboundry: b\nheader: h\nfunctions: {}\n") == [
        "2:1 unknown key `boundry` in the contract | did you mean `boundary`?"
    ]


@pytest.mark.parametrize(
    ("version", "expected"),
    [
        ("2", "version 2 of the contract language is not known | this abidance reads version 1"),
        ("one", "`abidance` must be the version of the contract language, `1`, not `one`"),
        ("true", "`abidance` must be the version of the contract language, `1`, not `true`"),
        ("1.0", "`abidance` must be the version of the contract language, `1`, not the number `1.0`"),
    ],
)
def test_another_version_is_refused(complaints, version, expected):
    found = complaints(f"abidance: {version}\nboundary: b\nheader: h\nfunctions: {{}}\n")

    assert found == [f"1:11 {expected}"]


def test_messages_keep_to_the_style(mistakes):
    tails = [f"functions:\n  f:\n    {c}\n" for c, _ in OF_FUNCTIONS if "\n" not in c]
    tails += [f"{c}\n" for c, _ in OF_CONTRACTS if not c.startswith("{")]
    for tail in tails:
        for line in mistakes(tail):
            message = re.sub(r"^\d+:\d+ ", "", line).split(" | ")[0]
            assert not message.endswith(".")
            assert message[0] == "`" or message[0].islower()
            assert message.count("`") % 2 == 0
