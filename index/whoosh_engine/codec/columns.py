"""The columns of a segment: numbers, values, and what a hit shows."""

from __future__ import annotations

from typing import Any

import numpy as np

from index.whoosh_engine.arrays import ValueArrays
from index.whoosh_engine.codec import narrow
from index.whoosh_engine.codec.container import Container, ContainerWriter
from index.whoosh_engine.codec.fields import starts_of
from index.whoosh_engine.codec.terms import TermTable, put_terms


def put_values(file: ContainerWriter, name: str, column: ValueArrays) -> dict[str, Any]:
    """Add the sections of a column of values; what its table row says beside them."""
    put_terms(file, name, [value.encode("utf-8", "surrogatepass") for value in column.values])
    return {
        "counts": narrow.put(file, f"{name}/counts", np.diff(column.starts)),
        "codes": narrow.put(file, f"{name}/codes", column.codes),
    }


def get_values(file: Container, name: str, meta: dict[str, Any]) -> ValueArrays:
    """The column again."""
    table = TermTable(file, name)
    return ValueArrays(
        [value.decode("utf-8", "surrogatepass") for value in table.terms(0, table.count)],
        starts_of(narrow.get(file, f"{name}/counts", meta["counts"])),
        narrow.get(file, f"{name}/codes", meta["codes"]),
    )
