"""Memento (RFC 7089): how a client asks for a page at a date, and which dates there are. Pure.

A memento is a capture, the original its URL; the time gate leads from a date to a memento, the time map lists all.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from email.utils import format_datetime, parsedate_to_datetime
from typing import Any

from archive.model import Capture
from archive.store.memento_reader import Neighbours
from newsarchive.replay.addresses import PREFIX, memento_path

LINK_FORMAT = "application/link-format"


class WrongDate(ValueError):
    """An Accept-Datetime that is no date; the text is one sentence (RFC 7089, 4.5.3)."""


def http_date(moment: datetime) -> str:
    """`Mon, 23 Nov 2026 13:05:00 GMT` (RFC 9110, 5.6.7)."""
    return format_datetime(moment.astimezone(UTC), usegmt=True)


def accepted_date(header: str) -> datetime:
    """The moment of an Accept-Datetime header. WrongDate where it is none."""
    try:
        moment = parsedate_to_datetime(header)
        return moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC)
    except (ValueError, OverflowError):
        raise WrongDate(
            'Accept-Datetime holds no date; write it as "Mon, 23 Nov 2026 13:05:00 GMT".'
        ) from None


class Links:
    """The addresses of one page at `origin`, which has no slash at its end. `url` is the original."""

    def __init__(self, origin: str, url: str) -> None:
        self._origin = origin
        self._url = url

    @property
    def timegate(self) -> str:
        """Where a date is asked for."""
        return f"{self._origin}{PREFIX}{self._url}"

    def timemap(self, form: str = "link") -> str:
        """Where all dates are listed, as "link" or "json"."""
        return f"{self._origin}{PREFIX}timemap/{form}/{self._url}"

    def memento(self, capture: Capture) -> str:
        """Where a capture is shown."""
        return self._origin + memento_path(capture)

    def common(self) -> list[str]:
        """The links that every answer about the page has."""
        return [
            f'<{self._url}>; rel="original"',
            f'<{self.timegate}>; rel="timegate"',
            f'<{self.timemap()}>; rel="timemap"; type="{LINK_FORMAT}"',
        ]

    def header(self, around: Neighbours, shown: Capture) -> str:
        """The Link header of an answer that shows a capture, or leads to it."""
        told: dict[str, tuple[Capture, list[str]]] = {}
        for relation, capture in (
            ("first", around.first),
            ("prev", around.previous),
            ("", shown),
            ("next", around.next),
            ("last", around.last),
        ):
            if capture is not None:
                told.setdefault(self.memento(capture), (capture, []))[1].append(relation)
        mementos = [_memento(place, capture, names) for place, (capture, names) in told.items()]
        return ", ".join([*self.common(), *mementos])

    def timemap_links(self, captures: Sequence[Capture]) -> str:
        """A time map as a document of links (RFC 7089, 5; RFC 6690), the oldest first. There is one capture at
        least."""
        since, until = http_date(captures[0].captured_at), http_date(captures[-1].captured_at)
        lines = [
            f'<{self._url}>; rel="original"',
            f'<{self.timemap()}>; rel="self"; type="{LINK_FORMAT}"; from="{since}"; until="{until}"',
            f'<{self.timegate}>; rel="timegate"',
        ]
        places = _once(self.memento(capture) for capture in captures)
        for number, (place, capture) in enumerate(zip(places, _by_second(captures), strict=True)):
            ends = ["first"] * (number == 0) + ["last"] * (number == len(places) - 1)
            lines.append(_memento(place, capture, ends))
        return ",\n".join(lines) + "\n"

    def timemap_json(self, captures: Sequence[Capture]) -> dict[str, Any]:
        """The same as JSON, in the form that aggregators of Memento use."""
        listed = [
            {
                "datetime": f"{capture.captured_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}",
                "uri": self.memento(capture),
            }
            for capture in _by_second(captures)
        ]
        return {
            "original_uri": self._url,
            "timegate_uri": self.timegate,
            "timemap_uri": {"link_format": self.timemap(), "json_format": self.timemap("json")},
            "mementos": {"first": listed[0], "last": listed[-1], "list": listed},
        }


def _by_second(captures: Iterable[Capture]) -> list[Capture]:
    """One capture for each second and URL: they share an address."""
    return list({memento_path(capture): capture for capture in captures}.values())


def _once(places: Iterable[str]) -> list[str]:
    return list(dict.fromkeys(places))


def _memento(place: str, capture: Capture, relations: Sequence[str]) -> str:
    named = " ".join([*(name for name in relations if name), "memento"])
    return f'<{place}>; rel="{named}"; datetime="{http_date(capture.captured_at)}"'
