"""Where a date may stand when it stands nowhere else: asked only of pages that are silent, and believed less.

Close to the headline, whatever the markup around is called; at the head of the first paragraph ("27.1.2022 - In
Köln"); after a word such as "published"; as the `updated` of an entry that has no other; alone in a block, if all
that stand alone give one day; in the data that the page hands to its scripts, if all of that gives one day.
Not in the head and foot of the page: there stands the day of the capture.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from archive.extract import labels, semantics
from archive.extract.byline import DATE_HOOK, Front
from archive.extract.datetext import rest
from archive.extract.page import Element, Page, hooks, visible_text
from archive.extract.statements import (
    Statement,
    is_of_change,
    machine_texts,
    said_of_element,
    text_before,
)
from archive.extract.text import clean

_ABOVE, _BELOW = 20, 80  # elements before and after the headline
_PROSE = 100  # characters from which on a paragraph is the text
_TIMES = frozenset({"time", "relative-time"})
_YEAR = re.compile(
    r"(?<!\d)(?:1[34]|18|19|20|2[45])\d\d(?!\d)|[^\W\d]\d?[年년]|\d\d?[./-]\d\d?[./-]\d\d(?!\d)|[٠-٩۰-۹०-९๐-๙]{4}"
)
_RIM_NAMES = frozenset(
    {"nav", "footer", "form", "script", "style", "noscript", "template", "title", "select"}
)
_RIM = re.compile(
    r"(?<![\w-])(?:site-?|page-?|main-?|top-?)?"
    r"(?:footer|header|head|masthead|bar|nav|navigation|copyright|comments?|disqus|calendar)(?![\w-])"
)
_LED = re.compile(r"^\W{0,2}(?P<date>[^–—|]{6,45}?)\)?\s*(?:[–—|:]|\s-|\)|\.-)\s")
_SHORT = 60  # characters of a block that holds a date and nothing else
_MOST_BESIDE = 1  # words beside a date that stands alone
_LONGEST_LABELLED = 250
_AFTER_LABEL = 60
_MOST = 200
_NAMES = """
    ublish ublication ubDate ub_date ubdate reated reation_ reationD ostDate ost_date osted isplayDate isplay_date
"""  # without the first letter, which is large or small
_CORES = tuple(_NAMES.split())
_TAIL = re.compile(  # from the second letter of the name on
    r"""(?:ublish(?:ed)?_?(?:[dD]ate|[tT]ime|[aA]t|[oO]n)?(?:_?(?:[tT]ime|[uU][tT][cC]|[iI][sS][oO]))?|ublication_?[dD]ate
    |ub_?[dD]ate|reated(?:_?(?:[aA]t|[dD]ate|[tT]ime))?|reation_?[dD]ate|ost_?[dD]ate|osted_?(?:[aA]t|[oO]n|[dD]ate)
    |isplay_?[dD]ate)\\?(?:["']|&quot;|&\#34;)?\s{0,9}[:=]\s{0,9}\\?(?:["']|&quot;|&\#34;)?
    (?P<value>\d{4}-\d\d-\d\d
    (?:[T ]\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|\s?[+-]\d\d:?\d\d)?)?|\d{13}|\d{10}(?!\d))""",
    re.VERBOSE,
)
_MOST_SEEN = 5000


def around(page: Page, front: Front) -> Iterator[Statement]:
    """Elements for dates from a little before the headline to where the text begins."""
    if front.heading is None:
        return
    place = page.tags.index(front.heading)
    for tag in page.tags[max(0, place - _ABOVE) : place + _BELOW]:
        if tag.tag in _TIMES or DATE_HOOK.search(hooks(tag)):
            yield from said_of_element(
                tag, "time" if tag.tag in _TIMES else "byline", "close to the headline"
            )
        elif tag.tag == "p" and not visible_text(tag, _PROSE):
            return


def leading(front: Front) -> Iterator[Statement]:
    """A date at the head of the first paragraphs."""
    for text in front.prose:
        if led := _LED.match(text):
            yield Statement("published", "byline", "at the head of the text", led["date"], shown=True)


def last_resorts(page: Page, front: Front) -> Iterator[list[Statement]]:
    """Groups of statements; one is believed if all in its group say the same day."""
    yield list(leading(front))[:1]
    blocks = list(islice(_with_year(page, front), _MOST))
    yield [one for text in blocks for one in _labelled(text)]
    yield list(_of_entry(page, front))
    yield [_alone(text) for text in blocks if _is_date(text)]
    yield in_scripts(page)


def in_scripts(page: Page) -> list[Statement]:
    """What the page hands to its own scripts under names such as `publishedAt`, each value once."""
    places = sorted(place for core in _CORES for place in _places(core, page.text))
    found = (_TAIL.match(page.text, place) for place in places)
    values = islice(dict.fromkeys(match["value"] for match in found if match), _MOST)
    return [Statement("published", "script", "data for scripts", value) for value in values]


def _places(core: str, text: str) -> Iterator[int]:
    place = text.find(core)
    for _ in range(_MOST_SEEN):
        if place < 0:
            return
        yield place
        place = text.find(core, place + 1)


def _with_year(page: Page, front: Front) -> Iterator[str]:
    """The short texts of the page, from the headline on, that hold a year."""
    start = 0 if front.heading is None else page.tags.index(front.heading)
    known: dict[Element, bool] = {}
    for tag in page.tags[start:]:
        holder = tag.getparent()
        for text, place in ((tag.text, tag), (tag.tail, holder)):
            if not text or place is None or len(text) > 2 * _LONGEST_LABELLED or not _YEAR.search(text):
                continue
            is_other = front.heading is not None and front.elsewhere(place)
            if not (is_other or _is_at_the_rim(place, known) or is_of_change(place)):
                yield clean(text)


def _is_at_the_rim(tag: Element, known: dict[Element, bool]) -> bool:
    """Is this in the head or the foot of the page, or in a menu?"""
    path = []
    answer = False
    for part in (tag, *tag.iterancestors()):
        if part in known:
            answer = known[part]
            break
        path.append(part)
        if part.tag in _RIM_NAMES or _RIM.search(hooks(part).replace("_", "-")):
            answer = True
            break
    known.update(dict.fromkeys(path, answer))
    return answer


def _labelled(text: str) -> Iterator[Statement]:
    if len(text) <= _LONGEST_LABELLED:
        for role, part, is_labelled in labels.parts(text):
            if is_labelled:
                yield Statement(role, "byline", "after a word that says so", part[:_AFTER_LABEL], shown=True)


def _is_date(text: str) -> bool:
    beside = rest(text) if len(text) <= _SHORT else None
    return beside is not None and len(beside.split()) <= _MOST_BESIDE and not labels.says_modified(text)


def _alone(text: str) -> Statement:
    return Statement("published", "byline", "alone in a block", text, shown=True)


def _of_entry(page: Page, front: Front) -> Iterator[Statement]:
    """hAtom: where an entry has no `published`, it was published when it was `updated`; not where words say that it
    was changed, or the page declares a change elsewhere."""
    if page.meta_first("article:modified_time", "og:updated_time") or page.article.get("dateModified"):
        return
    for one in semantics.stated(page, semantics.MODIFIED):
        is_change = labels.says_modified(f"{text_before(one.tag)} {visible_text(one.tag, _SHORT)}")
        if one.source == "hatom" and not is_change and not front.elsewhere(one.tag):
            yield from (
                Statement("published", "hatom", one.where, text)
                for text in (*machine_texts(one.tag), visible_text(one.tag, _SHORT))
            )
