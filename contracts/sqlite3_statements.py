"""Statements and scripts for `sqlite3.contract.yaml`."""

from __future__ import annotations

from hypothesis import strategies as st

sql = st.sampled_from(
    (
        "select ?1, ?2, ?3",
        "insert into t values (:a, $b)",
        "select a, b, rowid from t order by rowid",
        "select count(*), max(a), min(b) from t",
        "update t set a = ?1 where rowid = ?2",
        "explain select @x",
        "select rowid, a, b from t where rowid = ?1",
    )
)
"""Each can be prepared on the tables of the contract, and has three columns, or none."""

scripts = st.sampled_from(
    (
        "",
        "insert into t values (1, 'one')",
        "insert into t values (2.5, x'00ff'), (null, 'two')",
        "delete from t",
        "update t set b = a",
        "begin",
        "commit",
        "select a, b from t",
        "select 1 as one, null as two",
        "nonsense",
        "-- nothing",
    )
)

queries = st.sampled_from(
    ("select a, b from t", "select 1 as one, null as two", "select 'x' as x union all select 'y'", "nonsense")
)

limits = st.integers(-10, -1) | st.integers(100_000, 0x7FFFFFFF)
"""Values for `sqlite3_limit`: below 0, which changes nothing, or so high that no statement here meets them."""

first_row = for_writing = st.just(1)
"""The one row that has a blob, and the flag that opens it for writing too."""

formats = st.sampled_from(("%s|%d", "%q", "%Q|%d|%.2f", "'%w'", "%.3s|%5d|", "%-8s|%05d", "%8s|%x|%g", "%%"))


def _fails(code: int, extended: int, message: str, sql: str) -> str:
    """Return a statement behind a comment that says how it fails."""
    return f"/*{chr(48 + code)}{chr(48 + extended)}{message};*/{sql}"


failures = st.sampled_from(
    (
        _fails(1, 0, "no such table: none", "select 1 from none"),
        _fails(1, 0, "no such column: c", "select c from t"),
        _fails(1, 0, "no such function: f", "select f(1)"),
        _fails(1, 1, "no such collation sequence: c", "select a from t order by a collate c"),
        _fails(1, 0, 'near "nonsense": syntax error', "nonsense"),
        _fails(1, 0, "incomplete input", "select"),
        _fails(1, 0, "table t already exists", "create table t(a)"),
        _fails(1, 0, "table t has 2 columns but 3 values were supplied", "insert into t values (1, 2, 3)"),
        _fails(1, 0, "cannot modify v because it is a view", "insert into v values (1)"),
        _fails(1, 0, "wrong number of arguments to function abs()", "select abs(1, 2)"),
        _fails(1, 0, "cannot commit - no transaction is active", "commit"),
        _fails(1, 0, "cannot rollback - no transaction is active", "rollback"),
        _fails(1, 0, "no such savepoint: s", "release s"),
        _fails(1, 0, "integer overflow", "select abs(-9223372036854775807 - 1)"),
        _fails(
            1,
            0,
            "integer overflow",
            "select sum(x) from (select 9223372036854775807 as x union all select 1)",
        ),
        _fails(1, 0, "malformed JSON", "select json('{')"),
        _fails(1, 0, "unknown database d", "create table d.t(a)"),
        _fails(1, 0, "no such database: d", "detach d"),
        _fails(1, 0, 'unrecognized token: "#"', "select #"),
        _fails(
            1,
            0,
            "second argument to likelihood() must be a constant between 0.0 and 1.0",
            "select likelihood(1, 2)",
        ),
        _fails(1, 0, "ESCAPE expression must be a single character", "select 'a' like 'b' escape 'cd'"),
        _fails(18, 0, "string or blob too big", "select zeroblob(2000000000)"),
        _fails(19, 5, "NOT NULL constraint failed: f.y", "insert into f values (2, null, 1, null)"),
        _fails(19, 6, "UNIQUE constraint failed: f.x", "insert into f values (1, 5, 1, null)"),
        _fails(19, 8, "UNIQUE constraint failed: f.y", "insert into f values (2, 2, 1, null)"),
        _fails(
            19,
            8,
            "UNIQUE constraint failed: f.y",
            "insert into f select 5, 5, 5, null union all select 6, 2, 1, null",
        ),
        _fails(19, 1, "CHECK constraint failed: z < 10", "insert into f values (2, 3, 10, null)"),
        _fails(19, 7, "kept", "delete from f"),
        _fails(20, 0, "datatype mismatch", "insert into f values ('x', 3, 1, null)"),
    )
)
"""Scripts that fail on a table `f`, whose one row is 1, 2, 3, and which cannot be emptied."""


class _Table:
    """What the documentation says of a table, transactions on it, and the counters of its connection.

    The table is `m(id integer primary key, x unique)`; a second one, `log`, gets a row from a trigger on each delete.
    """

    def __init__(self) -> None:
        self.rows: dict[int, int] = {}
        self.logged = 0
        self.total = 0
        self.changes = self.rowid = 1  # what was inserted into `blobs`
        self.saved: list[tuple[str, dict[int, int], int]] = []
        self.explicit = False
        self.code = 0
        self.step = 1

    def insert(self, pairs: list[tuple[int | None, int]], *, ignoring: bool = False) -> str:
        """Add rows, each an id or none and an x; the first that conflicts undoes all of them, or is ignored."""
        verb = "insert or ignore" if ignoring else "insert"
        text = ", ".join(f"({'null' if key is None else key}, {x})" for key, x in pairs)
        rows, made, last = dict(self.rows), 0, self.rowid
        for key, x in pairs:
            row = max(rows, default=0) + 1 if key is None else key
            if row in rows or x in rows.values():
                if ignoring:
                    continue
                self.code, self.changes = 19, 0
                self.rowid = last
                return f"{verb} into m values {text}"
            rows[row] = x
            made += 1
            last = row
        self.rows, self.rowid = rows, last
        self.counted(made)
        return f"{verb} into m values {text}"

    def delete(self, low: int) -> str:
        """Delete the rows whose x is `low` or more."""
        gone = [key for key, x in self.rows.items() if x >= low]
        for key in gone:
            del self.rows[key]
        self.logged += len(gone)
        self.counted(len(gone), len(gone))
        return f"delete from m where x >= {low}"  # noqa: S608 - the model's own numbers

    def update(self, low: int) -> str:
        """Add to some what brings them beyond all others."""
        chosen = [key for key, x in self.rows.items() if x >= low]
        self.step *= 100
        for key in chosen:
            self.rows[key] += self.step
        self.counted(len(chosen))
        return f"update m set x = x + {self.step} where x >= {low}"  # noqa: S608 - as above

    def counted(self, direct: int, by_triggers: int = 0) -> None:
        """Note how many rows a statement changed: what triggers do counts in the total alone."""
        self.changes = direct
        self.total += direct + by_triggers

    def save(self, name: str) -> str:
        self.saved.append((name, dict(self.rows), self.logged))
        return "begin" if not name else f"savepoint {name}"

    def begin(self) -> str:
        if self.explicit or self.saved:
            self.code = 1
            return "begin"
        self.explicit = True
        return self.save("")

    def commit(self) -> str:
        if not self.saved:
            self.code = 1
        self.saved, self.explicit = [], False
        return "commit"

    def rollback(self) -> str:
        if not self.saved:
            self.code = 1
        else:
            _, self.rows, self.logged = self.saved[0]
        self.saved, self.explicit = [], False
        return "rollback"

    def release(self, name: str) -> str:
        """Forget the latest savepoint of this name, and those made since; what was done stays."""
        places = [n for n, each in enumerate(self.saved) if each[0] == name]
        if not places:
            self.code = 1
        else:
            del self.saved[places[-1] :]
        return f"release {name}"

    def roll_back_to(self, name: str) -> str:
        """Undo what was done since the latest savepoint of this name, which stays."""
        places = [n for n, each in enumerate(self.saved) if each[0] == name]
        if not places:
            self.code = 1
        else:
            self.rows, self.logged = dict(self.saved[places[-1]][1]), self.saved[places[-1]][2]
            del self.saved[places[-1] + 1 :]
        return f"rollback to {name}"


@st.composite
def histories(draw: st.DrawFn) -> str:
    """Return statements that change a table, behind a comment that says what comes of them.

    The comment's characters, each 48 more: the code of the last statement, what `sqlite3_changes` is, and
    `sqlite3_total_changes`, the last rowid, whether there is no transaction, how many rows there are, how many were
    logged, and the sum of the ids.
    """
    table = _Table()
    small = st.integers(1, 6)
    row = st.tuples(st.none() | small, small)
    texts = [table.begin()] if draw(st.booleans()) else []
    for _ in range(draw(st.integers(1, 8))):
        kind = draw(
            st.sampled_from(
                ("insert", "insert", "insert", "ignore", "delete", "update", "transaction", "other")
            )
        )
        if kind in ("insert", "ignore"):
            pairs = draw(st.lists(row, min_size=1, max_size=3))
            text = table.insert(pairs, ignoring=kind == "ignore")
        elif kind == "delete":
            text = table.delete(draw(st.integers(1, 7)))
        elif kind == "update":
            text = table.update(draw(st.integers(1, 7)))
        elif kind == "transaction":
            name = draw(st.sampled_from("pq"))
            does = draw(
                st.sampled_from(("begin", "begin", "commit", "rollback", "save", "release", "roll_back_to"))
            )
            call = getattr(table, does)
            text = call(name) if does in ("save", "release", "roll_back_to") else call()
        else:
            text = draw(st.sampled_from(("select * from m", "create table if not exists n(a)", "-- nothing")))
        texts.append(text)
        if table.code:
            break
    seen = (
        table.code,
        table.changes,
        table.total,
        table.rowid,
        not table.saved,
        len(table.rows),
        table.logged,
        sum(table.rows),
    )
    return "/*" + "".join(chr(48 + each) for each in seen) + "*/" + ";\n".join(texts)


parameters = st.sampled_from(
    (
        # how many there are, then the numbers of `:a`, `@b`, `$c` and `?7`
        "/*00000*/select 1",
        "/*10000*/select ?",
        "/*30000*/select ?, ?, ?",
        "/*70007*/select ?7",
        "/*80007*/select ?7, ?8",
        "/*31230*/select :a, @b, $c",
        "/*32130*/select @b, :a, $c, @b",
        "/*51530*/select :a, ?, $c, ?, @b",
        "/*88007*/select ?7, :a",
        "/*81007*/select :a, ?7, ?",
        "/*31000*/select :a, :b, :c",
        "/*20000*/select :aaa, :A",
        "/*71007*/select :a where ?7 = :a",
    )
)

kinds = st.sampled_from(
    (
        # whether it is read-only, whether it explains, and how many columns it has
        "/*r01*/select 1",
        "/*r03*/select *, rowid from t",
        "/*r02*/values (1, 2)",
        "/*r01*/with x(y) as (select 1) select y from x",
        "/*w00*/insert into t values (1, 2)",
        "/*w02*/insert into t values (1, 2) returning a, b",
        "/*w00*/update t set a = 1",
        "/*w00*/delete from t",
        "/*w00*/create table u(a)",
        "/*w00*/drop table t",
        "/*w00*/create index i on t(a)",
        "/*r00*/begin",
        "/*r00*/commit",
        "/*r00*/rollback",
        "/*r00*/savepoint p",
        "/*r00*/release p",
        "/*r18*/explain select 1",
        "/*w18*/explain delete from t",
        "/*r24*/explain query plan select 1",
        "/*w24*/explain query plan delete from t",
        "/*r01*/pragma user_version",
        "/*w00*/pragma user_version = 3",
        "/*r00*/attach ':memory:' as x",
        "/*w00*/begin immediate",
        "/*w00*/begin exclusive",
        "/*w00*/vacuum",
    )
)


_SCALARS = {
    "7 / 2": "3",
    "-7 % 3": "-1",
    "7.0 / 2": "3.5",
    "1 + 2 * 3": "7",
    "'a' || 1 || 'b'": "a1b",
    "9223372036854775807": "9223372036854775807",
    "9223372036854775807 + 1 > 9e18": "1",
    "-9223372036854775808": "-9223372036854775808",
    "1e3": "1000.0",
    "0.1": "0.1",
    "typeof(1)": "integer",
    "typeof(1.5)": "real",
    "typeof('1')": "text",
    "typeof(x'31')": "blob",
    "typeof(null)": "null",
    "typeof(zeroblob(3))": "blob",
    "typeof(abs('x'))": "real",
    "typeof(abs(-2))": "integer",
    "ifnull(abs(null), 'none')": "none",
    "abs(-9.5)": "9.5",
    "abs('-3')": "3.0",
    "hex(zeroblob(3))": "000000",
    "length(zeroblob(5))": "5",
    "length(zeroblob(-5))": "0",
    "hex('aé')": "61C3A9",
    "hex(12)": "3132",
    "quote('it''s')": "'it''s'",
    "quote(x'00ff')": "X'00FF'",
    "quote(null)": "NULL",
    "quote(12)": "12",
    "quote(1.5)": "1.5",
    "char(65, 233, 8364)": "Aé€",
    "unicode('€')": "8364",
    "ifnull(unicode(''), 'none')": "none",
    "length('a€')": "2",
    "length(x'e282ac')": "3",
    "length(12345)": "5",
    "upper('aéZ')": "AéZ",
    "lower('AéZ')": "aéz",
    "trim('  a ')": "a",
    "ltrim('xxa', 'x')": "a",
    "rtrim('axy', 'xy')": "a",
    "substr('abcdef', 2, 3)": "bcd",
    "substr('abcdef', -2)": "ef",
    "substr('abcdef', 3, -2)": "ab",
    "substr('abcdef', 0, 3)": "ab",
    "substr('a€b', 2, 1)": "€",
    "hex(substr(x'010203', 2))": "0203",
    "instr('a€b', 'b')": "3",
    "instr(x'010203', x'03')": "3",
    "instr('abc', 'd')": "0",
    "replace('abcabc', 'b', 'xx')": "axxcaxxc",
    "replace('abc', '', 'x')": "abc",
    "round(2.567, 2)": "2.57",
    "round(-2.5)": "-3.0",
    "printf('%5d|%-4s|%04d', 3, 'a', 7)": "    3|a   |0007",
    "printf('%q %Q %w', 'a''b', 'a''b', 'a')": "a''b 'a''b' a",
    "printf('%.2f %x %c', 1.5, 255, 'abc')": "1.50 ff a",
    "printf('%,d', 1234567)": "1,234,567",
    "printf('%d%%', 5)": "5%",
    "coalesce(null, null, 'c')": "c",
    "nullif(1, 1) is null": "1",
    "nullif(1, 2)": "1",
    "iif(0, 'a', 'b')": "b",
    "max(3, 1, 2)": "3",
    "min('b', 'a')": "a",
    "max(1, null) is null": "1",
    "likely(3)": "3",
    "unlikely('a')": "a",
    "'abc' like 'A%'": "1",
    "'abc' like 'a_'": "0",
    "'a%c' like 'a!%c' escape '!'": "1",
    "'abc' like 'a!%c' escape '!'": "0",
    "'abc' glob 'a*'": "1",
    "'abc' glob 'A*'": "0",
    "'abc' glob 'a[b-d]c'": "1",
    "'abc' glob 'a[^b]c'": "0",
    "1 = '1'": "0",
    "cast('12abc' as integer)": "12",
    "cast('1.9' as integer)": "1",
    "cast(1.9 as integer)": "1",
    "cast(-1.9 as integer)": "-1",
    "cast(12 as text) || ''": "12",
    "cast(x'3132' as text)": "12",
    "cast('1.5e2x' as real)": "150.0",
    "typeof(cast('abc' as blob))": "blob",
    "5 between 1 and 5": "1",
    "3 in (1, 2, 3)": "1",
    "null in (1, 2) is null": "1",
    "1 is not 2": "1",
    "not 0": "1",
    "~5": "-6",
    "6 & 3 | 8": "10",
    "1 << 4": "16",
    "case 2 when 1 then 'a' when 2 then 'b' end": "b",
    "json_array(json('[1]'), '[1]')": '[[1],"[1]"]',
    "json_extract('{\"a\":[1,2]}', '$.a[1]')": "2",
    "json_object('a', json_array(1, null, 1.5))": '{"a":[1,null,1.5]}',
    "json_type('[1]')": "array",
    "date('2024-01-31', '+1 month')": "2024-03-02",
    "strftime('%Y-%j', '2024-02-29')": "2024-060",
    "time('12:34:56', '-1 hour')": "11:34:56",
    "last_insert_rowid()": "1",
    "changes()": "1",
    "total_changes()": "1",
    "sqlite_compileoption_used('THREADSAFE')": "1",
    "exists (select 1)": "1",
    "(select 3)": "3",
    "'a' collate nocase = 'A'": "1",
    "'a ' collate rtrim = 'a'": "1",
    "x'01' < x'0200'": "1",
    "9 < 'a'": "1",
    "'z' < x'00'": "1",
    "null < 1 is null": "1",
    "soundex('Robert')": "R163",
}
_AGGREGATES = {
    "count(*)": "3",
    "count(y)": "2",
    "count(distinct x)": "2",
    "sum(x)": "5",
    "typeof(sum(x))": "integer",
    "total(x)": "5.0",
    "avg(x)": "1.66666666666667",
    "sum(x + 0.5)": "6.5",
    "max(x)": "2",
    "min(y)": "a",
    "max(y)": "b",
    "group_concat(y)": "a,b",
    "group_concat(y, '-')": "a-b",
    "group_concat(x, '')": "122",
    "json_group_array(x)": "[1,2,2]",
    "typeof(sum(y))": "real",
    "count(*) filter (where x = 2)": "2",
    "group_concat(x || '', '+')": "1+2+2",
}
"""Over the rows 1, a; 2, b; 2, null."""
_OF_NOTHING = {
    "count(*)": "0",
    "sum(x) is null": "1",
    "total(x)": "0.0",
    "avg(x) is null": "1",
    "max(x) is null": "1",
    "group_concat(x) is null": "1",
    "json_group_array(x)": "[]",
}
_WINDOWS = {
    "group_concat(s)": "1,3,6",
    "sum(s)": "10",
    "max(s)": "6",
}
_SOURCES = (
    (_SCALARS, ""),
    (_SCALARS, ""),
    (_SCALARS, ""),
    (_AGGREGATES, " from (select 1 as x, 'a' as y union all select 2, 'b' union all select 2, null)"),
    (_OF_NOTHING, " from (select 1 as x where 0)"),
    (_WINDOWS, " from (select sum(column1) over (order by column1) as s from (values (1), (2), (3)))"),
)


@st.composite
def expressions(draw: st.DrawFn) -> str:
    """Return a query of some expressions, joined by `|`, behind a comment that says what it gives."""
    known, source = draw(st.sampled_from(_SOURCES))
    chosen = draw(st.lists(st.sampled_from(sorted(known)), min_size=1, max_size=8))
    joined = " || '|' || ".join(f"({each})" for each in chosen)
    results = "|".join(known[each] for each in chosen)
    return f"/*{results};*/select {joined}{source}"


def _converted(kind: int, number: int, text: bytes, expression: str) -> str:
    """Return a query behind what it gives: the type, the integer, the bytes, those of UTF-16, and the text."""
    letters = text.decode()
    units = len(letters.encode("utf-16-le")) // 2
    return f"/*{chr(48 + kind)}{chr(77 + number)}{chr(48 + len(text))}{chr(48 + units)}{letters}*/select {expression}"


conversions = st.sampled_from(
    (
        _converted(1, 12, b"12", "12"),
        _converted(1, -3, b"-3", "-3"),
        _converted(1, 0, b"0", "0"),
        _converted(2, 1, b"1.5", "1.5"),
        _converted(2, -2, b"-2.0", "-2.0"),
        _converted(2, 0, b"0.5", "0.5"),
        _converted(3, 0, b"", "''"),
        _converted(3, 0, b"abc", "'abc'"),
        _converted(3, 7, b"7", "'7'"),
        _converted(3, 7, b"7.5x", "'7.5x'"),
        _converted(3, 5, b" 5", "' 5'"),
        _converted(3, 0, "é€".encode(), "'é€'"),
        _converted(3, 0, "😀a".encode(), "'😀a'"),
        _converted(4, 0, b"", "x''"),
        _converted(4, 3, b"3", "x'33'"),
        _converted(4, 0, b"ab", "x'6162'"),
        _converted(5, 0, b"", "null"),
    )
)


ended = st.sampled_from(
    (
        "/*1select 1;",
        "/*1select ';';",
        "/*1-- a;\nselect 1;",
        "/*1select 1; -- a",
        "/*1select 1 /* ; */;",
        "/*1select [;];",
        '/*1select ";";',
        "/*1create trigger x after insert on t begin select 1; end;",
        "/*1create temp trigger x after insert on t begin select 1; end;",
        "/*1explain create trigger x after insert on t begin select 1; end;",
        "/*1create table x(a);",
        "/*1;",
        "/*0select 1",
        "/*0select ';'",
        "/*0select 1; select 2",
        "/*0-- a;",
        "/*0/* ; */",
        "/*0select 1; /* ",
        '/*0select ";',
        "/*0create trigger x after insert on t begin select 1;",
        "/*0create temporary trigger x after insert on t begin select 1; select end;",
        "/*0",
    )
)
"""Texts behind whether they end a statement."""
