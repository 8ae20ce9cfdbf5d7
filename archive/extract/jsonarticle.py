"""An article as a JSON object -> Extract: a line of an imported file, kept as it was. Pure.

Keys: `title`, `body` (or `text`), `authors`, `published`, `modified`, `section`, `tags`, `language`, `description`,
`image`, and as they are exported `credits`, `layout`, `kind` and `free`; everything else is left alone. `revisions`
are its versions, each with such keys and `captured_at`.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from datetime import UTC, date, datetime, time
from typing import Any, cast, get_args

from archive.extract.evidence import chosen, claim
from archive.model import (
    UNDATED,
    Credit,
    CreditKind,
    CreditRole,
    DateSource,
    Evidence,
    Extract,
    PageKind,
    ParagraphKind,
    paragraphs_of,
)

MEDIA_TYPE = "application/vnd.newsarchive.article+json"
"""Of a record that is such an object."""

MAX_LINE_BYTES = 10 << 20

_LANGUAGE = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{1,8})*")
_MAX_WORDS = 200
_WHERE = "the imported file"
_UNSAYABLE = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]")


class NotAnArticleLine(ValueError):
    """A line that is no article; the text is one sentence."""


def read_object(data: bytes) -> dict[str, Any]:
    """The JSON object of a line. NotAnArticleLine where there is none."""
    if len(data) > MAX_LINE_BYTES:
        raise NotAnArticleLine(f"It is longer than {MAX_LINE_BYTES >> 20} MiB.")
    try:
        told = json.loads(data)
    except RecursionError:
        raise NotAnArticleLine("It is nested too deep.") from None
    except ValueError as error:  # UnicodeDecodeError is one
        raise NotAnArticleLine(f"It is no JSON: {str(error)[:200]}.") from error
    if not isinstance(told, dict):
        raise NotAnArticleLine("It is no JSON object.")
    return told


def extract_object(told: Mapping[str, Any]) -> Extract:
    """What an object says of an article. NotAnArticleLine where it has neither title nor text."""
    published, day_only = moment(told.get("published"))
    modified, _ = moment(told.get("modified"))
    text = _paragraphs(told.get("body") or told.get("text"))
    title = _line(told.get("title"))
    if not title and not text:
        raise NotAnArticleLine("It has neither a title nor a body.")
    language = _line(told.get("language"))
    authors = _words(told.get("authors"))
    return Extract(
        title=title,
        authors=authors,
        published=published,
        published_day_only=day_only,
        published_from=_source_of(told.get("published_from")) if published else UNDATED,
        modified=modified,
        section=_line(told.get("section")),
        tags=_words(told.get("tags")),
        language=language.split("-")[0].lower() if _LANGUAGE.fullmatch(language) else "",
        image=_line(told.get("image")),
        description=_line(told.get("description")),
        text=text,
        credits=_credits(told.get("credits")) or tuple(Credit(name) for name in authors),
        paragraphs=paragraphs_of(text, _layout(told.get("layout"))),
        kind=cast("PageKind", told["kind"]) if told.get("kind") in get_args(PageKind) else "article",
        free=told["free"] if isinstance(told.get("free"), bool) else None,
        evidence=_evidence(title, authors, told.get("published") if published else None),
    )


def extract_line(data: bytes) -> Extract:
    """What a line says of an article: the last of its versions. NotAnArticleLine where it is none."""
    return extract_object(read_object(data))


def moment(value: object) -> tuple[datetime | None, bool]:
    """An instant in ISO 8601 (of UTC where it says no offset), and whether it is only a day; None for anything
    else."""
    if not isinstance(value, str):
        return None, False
    text = value.strip()
    try:
        if len(text) == 10:
            return datetime.combine(date.fromisoformat(text), time(), UTC), True
        found = datetime.fromisoformat(text)
        found = found if found.tzinfo else found.replace(tzinfo=UTC)
        found.astimezone(UTC)
    except (ValueError, OverflowError):
        return None, False
    return found, False


def _source_of(value: object) -> DateSource:
    return cast("DateSource", value) if value in get_args(DateSource) and value != UNDATED else "file"


def _evidence(title: str, authors: tuple[str, ...], published: object) -> tuple[Evidence, ...]:
    said = [
        claim("title", title, "file", _WHERE),
        *(claim("authors", name, "file", _WHERE) for name in authors),
    ]
    if isinstance(published, str):
        said.append(claim("published", published.strip(), "file", _WHERE))
    return tuple(chosen(one) for one in said if one.value)


def _credits(value: object) -> tuple[Credit, ...]:
    """Those that say whom and what for; a list that says anything else is none."""
    told = value[:_MAX_WORDS] if isinstance(value, list) else []
    found = [_credit(one) for one in told]
    return tuple(credit for credit in found if credit) if all(found) else ()


def _credit(told: object) -> Credit | None:
    if not isinstance(told, dict) or not (name := _line(told.get("name"))):
        return None
    kind, role = told.get("kind"), told.get("role")
    if kind not in get_args(CreditKind) or role not in get_args(CreditRole):
        return None
    return Credit(name, cast("CreditKind", kind), cast("CreditRole", role))


def _layout(value: object) -> tuple[str, ...]:
    """The kinds of the paragraphs, none where one of them is none."""
    marks = [_line(one) for one in value] if isinstance(value, list) else []
    return tuple(marks) if all(map(_is_mark, marks)) else ()


def _is_mark(mark: str) -> bool:
    kind, _, at = mark.partition(" ")
    return kind in get_args(ParagraphKind) and (not at or _is_aware(at))


def _is_aware(text: str) -> bool:
    try:
        return datetime.fromisoformat(text).tzinfo is not None
    except ValueError:
        return False


def _line(value: object) -> str:
    """Text on one line; "" for what is no text."""
    return " ".join(_sayable(value).split()) if isinstance(value, str) else ""


def _words(value: object) -> tuple[str, ...]:
    """Texts on a line each; one text counts as a list of one."""
    values = [value] if isinstance(value, str) else value if isinstance(value, list) else []
    return tuple(dict.fromkeys(word for item in values[:_MAX_WORDS] if (word := _line(item))))


def _paragraphs(value: object) -> str:
    if not isinstance(value, str):
        return ""
    parts = re.split(r"\n\s*\n", _sayable(value).replace("\r\n", "\n"))
    return "\n\n".join(part.strip() for part in parts if part.strip())


def _sayable(text: str) -> str:
    return _UNSAYABLE.sub(" ", text)
