"""What else does the page say of itself: address, section, tags, description, image, and who may read it?"""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from archive.extract import jsonld, semantics
from archive.extract.evidence import Found, claim, first_of, settle
from archive.extract.page import Element, Page, attribute, is_inside, visible_text
from archive.extract.text import clean
from archive.model import Evidence, EvidenceSource, FieldName

_MAX_TAGS = 40
_SECTION_META = (
    "article:section", "og:article:section", "parsely-section", "section", "dc.subject", "sailthru.section",
    "dcterms.subject", "article.section", "cxenseparse:category", "category", "sailthru.vertical",
)  # fmt: skip
_TAG_META = ("article:tag", "og:article:tag", "video:tag")
_KEYWORD_META = (
    "news_keywords",
    "keywords",
    "parsely-tags",
    "sailthru.tags",
    "dc.subject",
    "dcterms.subject",
)
_DESCRIPTION_META = (
    "og:description", "description", "twitter:description", "dc.description", "dcterms.description",
    "dcterms.abstract", "sailthru.description",
)  # fmt: skip
_TIERS = {"free": "yes", "locked": "no"}
_SAID = {"true": "yes", "false": "no", "yes": "yes", "no": "no", "1": "yes", "0": "no"}
_IMAGE_META = (
    "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src", "parsely-image-url",
    "sailthru.image.full", "thumbnail", "itemprop:image",
)  # fmt: skip


def canonical_url(page: Page) -> Found[str]:
    """The address that the page claims, absolute, "" where it claims none."""
    links = (tag for tag in page.named("link") if "canonical" in _rel(tag))
    stated: list[tuple[EvidenceSource, str, str]]
    stated = [("link", "link rel=canonical", attribute(tag, "href")) for tag in links]
    stated.append(("meta", "meta og:url", page.meta_first("og:url")))
    return first_of(
        claim("canonical_url", page.absolute(text), source, where) for source, where, text in stated if text
    )


def section(page: Page) -> Found[str]:
    """The section that the article stands in, as the page spells it."""
    return first_of(_sections(page))


def _sections(page: Page) -> Iterator[Evidence]:
    yield claim("section", jsonld.first(page.article, "articleSection"), "json-ld", "JSON-LD articleSection")
    yield from _meta(page, "section", (*_SECTION_META, "itemprop:articlesection"))
    yield from _shown(page, "section", semantics.SECTION)
    for tag in page.named("a"):
        if "category" in _rel(tag):
            yield claim("section", visible_text(tag), "link", "link rel=category")


def tags(page: Page) -> Found[tuple[str, ...]]:
    """Keywords of the article, each once: those of the first source that has any."""
    groups = _keywords(page)
    seen = [one for group in groups for one in group]
    taken = tuple(dict.fromkeys(one.value for one in next(filter(None, groups), [])))[:_MAX_TAGS]
    return Found(taken, settle(seen, *taken))


def _keywords(page: Page) -> list[list[Evidence]]:
    # A link to the section says "category tag", one to a tag only "tag".
    links = (tag for tag in page.named("a") if "tag" in _rel(tag) and "category" not in _rel(tag))
    return [
        *(_words(_meta(page, "tags", [name])) for name in _TAG_META),
        _words(
            claim("tags", text, "json-ld", "JSON-LD keywords")
            for text in jsonld.strings(page.article.get("keywords"))
        ),
        *(_words(_meta(page, "tags", [name])) for name in _KEYWORD_META),
        _words(_meta(page, "tags", ["itemprop:keywords"])),
        _words(_shown(page, "tags", semantics.KEYWORDS)),
        _words(claim("tags", visible_text(tag), "link", "link rel=tag") for tag in links if _is_plain(tag)),
    ]


def _words(stated: Iterable[Evidence]) -> list[Evidence]:
    """One statement for each keyword of lists with commas."""
    words = ((one, clean(word)) for one in stated for word in one.value.split(","))
    return [claim("tags", word, one.source, one.where) for one, word in words if 0 < len(word) <= 80]


def free(page: Page) -> Found[bool | None]:
    """Whether everybody may read all of it, by what the page says; None where it says nothing.

    schema.org: `isAccessibleForFree` of the article, of its page, or of a part that is not (`hasPart`); Open Graph:
    `article:content_tier`, whose "metered" says neither.
    """
    seen = [*_of_parts(page), *_of_tier(page)]
    stated = [one for one in seen if one.value in ("yes", "no")]
    if not stated:
        return Found(None, tuple(seen))
    return Found(stated[0].value == "yes", settle(seen, stated[0].value))


def _of_parts(page: Page) -> Iterator[Evidence]:
    nodes = [("JSON-LD", page.article), ("JSON-LD of the page", jsonld.page(page.nodes))]
    parts = page.article.get("hasPart")
    nodes += [
        ("JSON-LD hasPart", part)
        for part in (parts if isinstance(parts, list) else [parts])
        if isinstance(part, dict)
    ]
    stated = [
        claim("free", said, "json-ld", f"{where} isAccessibleForFree")
        for where, node in nodes
        if (said := _yes_or_no(node.get("isAccessibleForFree")))
    ]
    yield from sorted(stated, key=lambda one: one.value != "no")
    for text in page.items("isAccessibleForFree"):
        yield claim("free", _yes_or_no(text), "microdata", "itemprop isAccessibleForFree")


def _of_tier(page: Page) -> Iterator[Evidence]:
    for text in page.meta.get("article:content_tier", []):
        yield claim("free", _TIERS.get(text.lower(), text), "meta", "meta article:content_tier")


def _yes_or_no(value: object) -> str:
    if isinstance(value, list):
        return next(filter(None, map(_yes_or_no, value)), "")
    return _SAID.get(str(value).rpartition("/")[2].strip().lower(), "")


def description(page: Page) -> Found[str]:
    """The summary that the page gives of itself."""
    in_json = claim(
        "description", jsonld.first(page.article, "description"), "json-ld", "JSON-LD description"
    )
    stated = [*_meta(page, "description", _DESCRIPTION_META), in_json]
    return first_of([*stated, *_shown(page, "description", semantics.SUMMARY)])


def image(page: Page) -> Found[str]:
    """The absolute address of the lead picture, "" where there is none."""
    stated = [
        *(
            claim("image", page.absolute(one.value), one.source, one.where)
            for one in _meta(page, "image", _IMAGE_META)
        ),
        *(claim("image", page.absolute(text), "json-ld", "JSON-LD image") for text in _json_images(page)),
    ]
    if any(one.value for one in stated):
        return first_of(stated)
    shown = next((url for tag in page.named("img") if (url := _content_image(page, tag))), "")
    return first_of([claim("image", shown, "markup", "first picture of the article")])


def _shown(page: Page, field: FieldName, names: semantics.Names) -> Iterator[Evidence]:
    """What elements of the visible page are named for."""
    return (claim(field, one.text(), one.source, one.where) for one in semantics.stated(page, names))


def _meta(page: Page, field: FieldName, names: Iterable[str]) -> Iterator[Evidence]:
    """What `meta` elements of these names say."""
    return (claim(field, text, "meta", f"meta {name}") for name in names for text in page.meta.get(name, []))


def _json_images(page: Page) -> list[str]:
    value = page.article.get("image")
    members = value if isinstance(value, list) else [value]
    return [
        text
        for member in members
        for text in jsonld.strings(member.get("url") if isinstance(member, dict) else member)
    ]


def _content_image(page: Page, tag: Element) -> str:
    """The address of a picture that stands in the article, not in the site's head, side or foot."""
    outer = {part.tag for part in tag.iterancestors()}
    if outer & {"header", "nav", "aside", "footer"} or not outer & {"article", "main", "figure", "div"}:
        return ""
    return page.absolute(attribute(tag, "src")) if attribute(tag, "src") else ""


def _rel(tag: Element) -> list[str]:
    return attribute(tag, "rel").lower().split()


def _is_plain(tag: Element) -> bool:
    return not is_inside(tag, ("nav", "aside", "footer"))
