"""Everything on a page that says when it was published or changed, the most explicit first.

Declared: JSON-LD and meta tags. Marked: microdata, RDFa, hAtom. Shown: `time` elements, the lines around the
headline, elements that themes name for a date. The text of the article is never searched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import islice
from typing import cast

from archive.extract import jsonld, labels, marks, semantics
from archive.extract.byline import Front, says_when
from archive.extract.labels import Role
from archive.extract.page import Element, Page, attribute, visible_text
from archive.extract.text import clean
from archive.model import DateSource

_PUBLISHED_META = (
    "article:published_time", "og:article:published_time", "article:published", "og:published_time", "datepublished",
    "parsely-pub-date", "sailthru.date", "cxenseparse:recs:publishtime", "publish-date", "publish_date", "pubdate",
    "publication_date", "published", "published_time", "publishdate", "published-date", "pub_date", "publicationdate",
    "citation_publication_date", "citation_online_date", "citation_date", "dc.date.issued", "dcterms.issued",
    "dcterms.created", "dc.date.created", "dc.created", "dc.date", "dcterms.date", "date", "date.issued",
    "article.published", "article.created", "article_date_original", "originalpublicationdate", "displaydate",
    "created", "release_date", "rnews:datepublished", "timestamp", "last-published", "og:pubdate",
    "article:post_date", "shareaholic:article_published_time",
)  # fmt: skip
_MODIFIED_META = (
    "article:modified_time", "og:updated_time", "og:article:modified_time", "datemodified", "last-modified",
    "dcterms.modified", "dc.date.modified", "modified", "lastmod", "article:modified", "updated_time",
)  # fmt: skip
_PUBLISHED_META_LIKE = re.compile(
    r"(?:^|[:._-])(?:(?:first|date|original)[-_.]?)?(?:publish(?:ed)?|publication|pub|posted|upload(?:ed)?|creation|display)"
    r"[-_.]?(?:date|time|datetime|timestamp|at|on)?(?:[-_.]?(?:iso|utc|local))?$"
)
_PUBLISHED: tuple[Role, semantics.Names] = (
    "published", semantics.Names(("datepublished", "issued", "published", "pubdate"), ("published", "dt-published"))
)  # fmt: skip
_MODIFIED: tuple[Role, semantics.Names] = ("modified", semantics.MODIFIED)
_CREATED: tuple[Role, semantics.Names] = (
    "published",
    semantics.Names(("datecreated", "created", "date", "uploaddate")),
)
_DATA_NAME = re.compile(
    r"^data-(?:[a-z-]*-)?(?:date|time|datetime|timestamp|publish(?:ed)?|pubdate|posted|epoch|unix|utc|iso)(?:-[a-z-]*)?$"
)
_CLASS_OF_CHANGE = re.compile(r"updated|modified")
_LINE_LED = re.compile(r"^\D{0,30}?(?P<date>\d[^–—:|]{4,40}?)\s*[–—:|-]\s")
_MOST = 24  # of a kind; the first are those of the article
_MOST_INSIDE = 6
_AROUND = 40  # elements before the headline in which its date may stand
_LONGEST = 200  # characters of an element that dates something
_LABEL = 40  # characters before an element that may label it


@dataclass(frozen=True, slots=True)
class Statement:
    """A text that says when. `shown` where people read it; `near` where it certainly speaks of this article."""

    role: Role
    source: DateSource
    where: str
    text: str
    shown: bool = False
    near: bool = True


def every(page: Page, front: Front) -> Iterator[Statement]:
    """All statements, in the order in which they are believed."""
    yield from declared(page)
    yield from marked(page, front)
    yield from learned(front)
    yield from shown(page, front)


def declared(page: Page) -> Iterator[Statement]:
    """What JSON-LD and meta tags say."""
    for node in (page.article, jsonld.page(page.nodes)):
        yield from _of_node(node, "published", "datePublished")
    for name in _PUBLISHED_META:
        yield from _of_meta(page, "published", name)
    for node in (page.article, jsonld.page(page.nodes)):
        yield from _of_node(node, "published", "dateCreated", "uploadDate")
        yield from _of_node(node, "modified", "dateModified", "datemodified")
    for name in _MODIFIED_META:
        yield from _of_meta(page, "modified", name)
    known = {*_PUBLISHED_META, *_MODIFIED_META}
    for name in page.meta:
        if name not in known and _PUBLISHED_META_LIKE.search(name) and not name.startswith("itemprop:"):
            yield from _of_meta(page, "published", name)


def marked(page: Page, front: Front) -> Iterator[Statement]:
    """What microdata, RDFa and hAtom say."""
    for role, names in (_PUBLISHED, _MODIFIED, _CREATED):
        told = [*_hidden(page, names), *semantics.stated(page, names)]
        for one in islice((one for one in told if not front.elsewhere(one.tag)), _MOST):
            source = cast("DateSource", one.source)  # the vocabularies are in both
            for text in machine_texts(one.tag):
                yield Statement(role, source, one.where, text)
            if one.tag.tag != "meta":
                yield Statement(role, source, one.where, visible_text(one.tag, _LONGEST), shown=True)


def _hidden(page: Page, names: semantics.Names) -> Iterator[semantics.Statement]:
    """Microdata in `meta` elements, which stand inside of what they describe."""
    for tag, said in page.described:
        if tag.tag == "meta" and said.lower() in names.properties:
            yield semantics.Statement("microdata", f"itemprop {said}", tag)


def learned(front: Front) -> Iterator[Statement]:
    """What stands where the source is known to put its dates."""
    for name in front.learnt.dates:
        for text in marks.texts(marks.marked(front, name)):
            yield Statement("published", "learned", name, text)


def shown(page: Page, front: Front) -> Iterator[Statement]:
    """What a reader sees near the headline, then what stands farther off."""
    times = [tag for tag in page.named("time", "relative-time", "abbr") if not front.elsewhere(tag)]
    near = front.near(times)
    yield from _times(near, is_near=True)
    dated = [tag for tag in front.dated if tag not in times]
    above = _above(page, front, dated)
    yield from _lines_of(above, is_near=True)
    for line in front.lines:
        if says_when(line.text):
            yield from _of_line(line.text, "beside the headline", is_near=True)
        elif led := _LINE_LED.match(line.text):
            yield Statement("published", "byline", "at the head of a line", led["date"], shown=True)
    yield from _times([tag for tag in times if tag not in near], is_near=front.heading is None)
    yield from _lines_of([tag for tag in dated if tag not in above], is_near=False)


def _of_node(node: jsonld.Node, role: Role, *names: str) -> Iterator[Statement]:
    for name in names:
        for text in jsonld.strings(node.get(name))[:_MOST]:
            yield Statement(role, "json-ld", f"JSON-LD {name}", text)


def _of_meta(page: Page, role: Role, name: str) -> Iterator[Statement]:
    for text in page.meta.get(name, [])[:_MOST]:
        yield Statement(role, "meta", f"meta {name}", text)


def _times(tags: list[Element], *, is_near: bool) -> Iterator[Statement]:
    for tag in tags[:_MOST]:
        yield from said_of_element(tag, "time", f"{tag.tag} element", is_near=is_near)


def _lines_of(tags: list[Element], *, is_near: bool) -> Iterator[Statement]:
    for tag in tags[:_MOST]:
        yield from said_of_element(tag, "byline", "beside the byline", is_near=is_near)


def said_of_element(
    tag: Element, source: DateSource, where: str, *, is_near: bool = True
) -> Iterator[Statement]:
    """What an element and those right inside it tell machines, then what it shows."""
    role: Role = "modified" if is_of_change(tag) else "published"
    for inner in islice(tag.iter(), _MOST_INSIDE):
        for text in machine_texts(inner):
            yield Statement(role, source, where, text, near=is_near)
    words = visible_text(tag, _LONGEST)
    if not any(c.isdigit() for c in words):
        return
    for said, text, is_labelled in labels.parts(words):
        yield Statement(said if is_labelled else role, source, where, text, shown=True, near=is_near)


def _of_line(line: str, where: str, *, is_near: bool) -> Iterator[Statement]:
    for role, text, _ in labels.parts(line):
        yield Statement(role, "byline", where, text, shown=True, near=is_near)


def machine_texts(tag: Element) -> list[str]:
    """What an element tells machines: attributes for dates, the title of an abbreviation, data for scripts."""
    values = [attribute(tag, "datetime"), attribute(tag, "content"), attribute(tag, "title")]
    values += [value for name, value in tag.attrib.items() if _DATA_NAME.match(name)]
    return [text for value in values if (text := clean(value[:100])) and any(c.isdigit() for c in text)]


def is_of_change(tag: Element) -> bool:
    """Do the markup or the words before an element say that it dates a change?"""
    holder = tag.getparent()
    around = "" if holder is None else attribute(holder, "class")
    names = f"{attribute(tag, 'class')} {attribute(tag, 'itemprop')} {around}".lower()
    if _CLASS_OF_CHANGE.search(names) and "published" not in names:
        return True
    return labels.says_modified(text_before(tag)) and "published" not in names


def text_before(tag: Element) -> str:
    """The words right before an element in what holds it."""
    previous = tag.getprevious()
    if previous is None:
        holder = tag.getparent()
        return "" if holder is None else clean(holder.text or "")[-_LABEL:]
    return clean(previous.tail or "")[-_LABEL:] or visible_text(previous, _LABEL)


def _above(page: Page, front: Front, tags: list[Element]) -> list[Element]:
    """Those of the elements that stand right before the headline, or in the lines after it."""
    if front.heading is None or not tags:
        return []
    place = page.tags.index(front.heading)
    around = set(page.tags[max(0, place - _AROUND) : place])
    near = front.near(tags)
    return [tag for tag in tags if tag in around or tag in near]
