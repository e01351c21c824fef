"""What a contract and its header say together: types, values, functions, handles and laws."""

from __future__ import annotations
