"""Cells of tables that no spreadsheet takes for a formula (OWASP, CSV injection). Pure.

An apostrophe goes before what begins like a formula, and before what begins with apostrophes and then like one, so
that taking one away gives back exactly what was there.
"""

from __future__ import annotations

import re

_FORMULA = re.compile("('*)[=+\\-@\t\r\n\uff1d\uff0b\uff0d\uff20]")


def guarded(cell: str) -> str:
    """The cell as it is written."""
    return f"'{cell}" if _FORMULA.match(cell) else cell


def unguarded(cell: str) -> str:
    """The cell as it was before `guarded`."""
    formula = _FORMULA.match(cell)
    return cell[1:] if formula and formula[1] else cell
