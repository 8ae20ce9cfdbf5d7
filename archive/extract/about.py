"""What else does the page say of itself: address, section, tags, description, image?"""

from __future__ import annotations

from archive.extract import jsonld
from archive.extract.page import Element, Page, attribute, is_inside, visible_text
from archive.extract.text import clean

_MAX_TAGS = 40


def canonical_url(page: Page) -> str:
    """The address that the page claims, absolute, "" where it claims none."""
    links = [
        attribute(tag, "href")
        for tag in page.named("link")
        if "canonical" in attribute(tag, "rel").lower().split()
    ]
    return next(
        (url for text in (*links, page.meta_first("og:url")) if text and (url := page.absolute(text))), ""
    )


def section(page: Page) -> str:
    """The section that the article stands in, as the page spells it."""
    links = (tag for tag in page.named("a") if "category" in _rel(tag))
    found = jsonld.first(page.article, "articleSection") or page.meta_first(
        "article:section",
        "og:article:section",
        "parsely-section",
        "section",
        "dc.subject",
        "sailthru.section",
    )
    shown = (*page.items("articleSection"), *(visible_text(tag) for tag in links))
    return found or next(filter(None, shown), "")


def tags(page: Page) -> tuple[str, ...]:
    """Keywords of the article, each once."""
    listed = page.meta.get("article:tag", []) or page.meta.get("og:article:tag", [])
    stated = listed or jsonld.strings(page.article.get("keywords"))
    stated = (
        stated
        or page.meta.get("news_keywords", [])
        or page.meta.get("keywords", [])
        or page.meta.get("parsely-tags", [])
        or page.items("keywords")
    )
    if not stated:
        # A link to the section says "category tag", one to a tag only "tag".
        links = (tag for tag in page.named("a") if "tag" in _rel(tag) and "category" not in _rel(tag))
        stated = [visible_text(tag) for tag in links if _is_plain(tag)]
    words = (clean(word) for text in stated for word in text.split(","))
    return tuple(dict.fromkeys(word for word in words if 0 < len(word) <= 80))[:_MAX_TAGS]


def description(page: Page) -> str:
    """The summary that the page gives of itself."""
    return page.meta_first(
        "og:description", "description", "twitter:description", "dc.description"
    ) or jsonld.first(page.article, "description")


def image(page: Page) -> str:
    """The absolute address of the lead picture, "" where there is none."""
    stated = [
        page.meta_first(
            "og:image", "og:image:url", "og:image:secure_url", "twitter:image", "twitter:image:src"
        ),
        *_json_images(page),
    ]
    found = next((url for text in stated if text and (url := page.absolute(text))), "")
    return found or next((url for tag in page.named("img") if (url := _content_image(page, tag))), "")


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
