"""Last revision + extract -> new, revised or unchanged; and when to look again. Pure.

A revision is kept where a *reader* sees something else: the headline, the byline or the text. A page that only
carries a new time stamp, other tags or another lead image says the same, so that it makes no revision.
"""

from __future__ import annotations

import hashlib
import re
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Literal

from archive.model import UNDATED, Evidence, EvidenceSource, Extract, Revision, dropped_as_learned

Decision = Literal["new", "revised", "unchanged"]

REVISIT_AGES = tuple(timedelta(hours=hours) for hours in (1, 6, 24, 72, 168, 720))
"""Edits come early: an article is looked at again at these ages, counted from when it was found or last edited."""

RETRY_DELAYS = tuple(timedelta(minutes=minutes) for minutes in (10, 60, 360, 1440, 4320))
"""How long to wait after the first, second, ... failure in a row; after the last one it is given up."""

_CALM = 10
_CLOCKS_DIFFER = timedelta(days=1)
_ENOUGH_WORDS = 50
_SHINGLE = 4
_ALIKE = 0.5
_EVIDENCE = 250  # characters of a line that its evidence has for sure
_GUESSES: frozenset[EvidenceSource] = frozenset({"byline", "markup", "text", "feed"})


def decide(known: Revision | None, extract: Extract) -> Decision:
    """What a page means for its article; `known` is the latest revision, None where there is no article yet."""
    if known is None:
        return "new"
    return "unchanged" if known.content_digest == content_digest(extract) else "revised"


def otherwise_read(known: Revision, extract: Extract) -> Literal["better", "worse", ""]:
    """Whether nobody changed what differs from the known version: more, or less, was learnt of the source. That is
    which lines stand in one article of it after another, and where it has its bylines. "" where somebody did."""
    if _plain(known.title) != _plain(extract.title):
        return ""
    before, now = texts_to_compare(known, extract)
    if list(map(_plain, _paragraphs(before))) != list(map(_plain, _paragraphs(now))):
        return ""
    better, worse = before != known.text, now != extract.text
    if sorted(known.authors) != sorted(extract.authors):
        guessed, learnt = _by_guess(known.evidence), _by_guess(extract.evidence)
        if {guessed, learnt} != {"guessed", "learned"}:
            return ""
        better, worse = better or learnt == "learned", worse or guessed == "learned"
    if better:
        return "better"
    return "worse" if worse else ""


def texts_to_compare(known: Revision, extract: Extract) -> tuple[str, str]:
    """The known text and that of the page without the lines of which only one of them was read as furniture."""
    gone, back = ({_cut(line) for line in dropped_as_learned(one.evidence)} for one in (extract, known))
    pairs = ((known.text, gone), (extract.text, back))
    before, now = (
        "\n\n".join(line for line in _paragraphs(text) if _cut(line) not in left_out) if left_out else text
        for text, left_out in pairs
    )
    return before, now


def _by_guess(evidence: Iterable[Evidence]) -> Literal["learned", "guessed", ""]:
    """Whether authors were found where the source has them, or where papers mostly have them; "" where the page
    itself declares them."""
    sources = {one.source for one in evidence if one.field == "authors" and one.chosen}
    if sources == {"learned"}:
        return "learned"
    return "guessed" if sources <= _GUESSES else ""


def _cut(line: str) -> str:
    return _plain(line)[:_EVIDENCE]


def content_digest(extract: Extract) -> str:
    """`sha256:` + hex over what a reader sees: headline, byline, text; white space and Unicode form are nothing."""
    parts = (extract.title, *sorted(extract.authors), "", *_paragraphs(extract.text))
    return _digest("\x00".join(_plain(part) for part in parts))


def text_digest(text: str) -> str:
    """`sha256:` + hex over the words of a text, for finding it again under another URL; "" for a text that is
    too short to be told from another one (a paywall's stub, a caption)."""
    words = _words(text)
    return _digest(" ".join(words)) if len(words) >= _ENOUGH_WORDS else ""


def same_story(known: str, text: str) -> bool:
    """Whether two texts are versions of one article: half of the shorter one's word sequences are in the other.

    Guards against a page that claims another article's canonical URL.
    """
    a, b = set(_shingles(known)), set(_shingles(text))
    return bool(a and b) and len(a & b) >= _ALIKE * min(len(a), len(b))


def believable(extract: Extract, captured_at: datetime) -> Extract:
    """The extract as undated where its date of publication lies more than a day after the capture: no page is
    published before it can be read, and a day is what clocks and zones may be off."""
    if extract.published is None or extract.published <= captured_at + _CLOCKS_DIFFER:
        return extract
    return replace(extract, published=None, published_day_only=False, published_from=UNDATED)


def next_visit(
    found_at: datetime,
    now: datetime,
    *,
    ages: Sequence[timedelta] = (),
    changed_at: datetime | None = None,
) -> datetime | None:
    """When an article is looked at again, None where it is old enough to be left alone.

    `ages` are the source's own, in any order; without any, `REVISIT_AGES` hold. An edit that was seen at `changed_at`
    lets the decay begin again from there, but an old article does not become young: ages under a tenth of what it
    had when it was edited are left out. So a page that changes with every look is seen fifty times, not for ever.
    """
    since = max(found_at, changed_at or found_at)
    shortest = (since - found_at) / _CALM
    planned = (since + age for age in sorted(ages or REVISIT_AGES) if age >= shortest)
    return next((look for look in planned if look > now), None)


def retry_at(failures: int, now: datetime) -> datetime | None:
    """When a URL is tried again after so many failures in a row (from 1), None where it is given up."""
    return now + RETRY_DELAYS[failures - 1] if failures <= len(RETRY_DELAYS) else None


def _paragraphs(text: str) -> list[str]:
    return [paragraph for paragraph in re.split(r"\n\s*\n", text) if paragraph.strip()]


def _plain(text: str) -> str:
    return " ".join(unicodedata.normalize("NFC", text).split())


def _words(text: str) -> list[str]:
    return re.findall(r"\w+", unicodedata.normalize("NFKC", text).casefold())


def _shingles(text: str) -> Iterator[tuple[str, ...]]:
    words = _words(text)
    for start in range(max(1, len(words) - _SHINGLE + 1)):
        if shingle := tuple(words[start : start + _SHINGLE]):
            yield shingle


def _digest(text: str) -> str:
    return f"sha256:{hashlib.sha256(text.encode('utf-8', 'surrogatepass')).hexdigest()}"
