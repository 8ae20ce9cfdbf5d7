"""Templates below `layouts/` and what they may call: dates as each layout prints them, and paths."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from email.utils import format_datetime
from pathlib import Path
from typing import Any

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from newsarchive.demo import paper

FOLDER = Path(__file__).resolve().parent / "layouts"

# Not from the calendar module, whose names follow the locale of the process.
_ENGLISH_MONTHS = (
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
)
_GERMAN_MONTHS = (
    "Januar",
    "Februar",
    "März",
    "April",
    "Mai",
    "Juni",
    "Juli",
    "August",
    "September",
    "Oktober",
    "November",
    "Dezember",
)


def render(template: str, **values: Any) -> str:
    """The text of a template. Everything it prints is escaped, for HTML as for XML."""
    return _ENVIRONMENT.get_template(template).render(values)


def english_date(moment: datetime) -> str:
    """`12 March 2021`."""
    return f"{moment.day} {_ENGLISH_MONTHS[moment.month - 1]} {moment.year}"


def american_date(moment: datetime) -> str:
    """`March 12, 2021`, as the theme of the old site had it."""
    return f"{_ENGLISH_MONTHS[moment.month - 1]} {moment.day}, {moment.year}"


def german_date(moment: datetime) -> str:
    """`12. März 2021`."""
    return f"{moment.day}. {_GERMAN_MONTHS[moment.month - 1]} {moment.year}"


def byline(authors: Sequence[str]) -> str:
    """`A`, `A and B`, `A, B and C`; "" for nobody."""
    *others, last = authors or ("",)
    return f"{', '.join(others)} and {last}" if others else last


def _environment() -> Environment:
    environment = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.filters |= {
        "english_date": english_date,
        "american_date": american_date,
        "german_date": german_date,
        "rfc822_date": format_datetime,
        "byline": byline,
        "author_path": paper.author_path,
        "tag_path": paper.tag_path,
        "section_path": paper.section_path,
    }
    environment.globals |= {"paper_name": paper.NAME, "motto": paper.MOTTO, "sections": paper.SECTIONS}
    return environment


_ENVIRONMENT = _environment()
