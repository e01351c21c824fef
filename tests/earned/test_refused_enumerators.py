"""What `rejects` refuses of an enum that is open is what it lists, and no enumerator besides."""

from __future__ import annotations

import pytest

from abidance.cli.main import main
from tiers import first

pytestmark = pytest.mark.full

HEADER = "enum pay_kind { PAY_CARD = 1, PAY_CASH = 2 };\nint pay(enum pay_kind kind);\n"
SOURCE = '#include "pay.h"\nint pay(enum pay_kind kind) { return kind == 1 || kind == 2 ? 0 : REFUSED; }\n'
CONTRACT = """\
abidance: 1
boundary: pay
header: pay.h
libraries:
  c: {command: [sh, -c, "cc $CFLAGS -DREFUSED=ANSWER -shared -fPIC -o libpay.so pay.c"], artifact: libpay.so}
builds: [release]
types:
  enum pay_kind: {enum: OPENNESS}
functions:
  pay:
    rejects:
      - {when: {kind: {one_of: [0, 9, 77]}}, returns: -1}
"""


@pytest.mark.parametrize("openness", first(["open", "closed"], 2))
@pytest.mark.parametrize(("answer", "status"), first([("-1", 0), ("-2", 1)], 2))
def test_only_what_is_listed_is_refused(openness, answer, status, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pay.h").write_text(HEADER)
    (tmp_path / "pay.c").write_text(SOURCE)
    (tmp_path / "pay.contract.yaml").write_text(
        CONTRACT.replace("OPENNESS", openness).replace("ANSWER", answer)
    )

    assert main(["run", "pay.contract.yaml", "--seed", "1", "--max-examples", "30"]) == status
    assert ("invalid-call-not-rejected" in capsys.readouterr().out) == bool(status)
