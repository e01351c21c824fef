from __future__ import annotations

collect_ignore_glob = ["*.contract.yaml"]  # it is for libraries that the tests build
