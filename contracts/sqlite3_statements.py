"""Statements for `sqlite3.contract.yaml`: each can be prepared on its tables, and has a first column or none."""

from __future__ import annotations

from hypothesis import strategies as st

sql = st.sampled_from(
    (
        "select ?1, ?2, ?3",
        "insert into t values (:a, $b)",
        "select a, b, rowid from t order by rowid",
        "select count(*) from t",
        "update t set a = ?1 where rowid = ?2",
        "explain select @x",
        "select rowid from t where rowid = ?1",
    )
)
