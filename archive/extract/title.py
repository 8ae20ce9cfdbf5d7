"""What is the headline?

The page's own heading, because metadata is often shortened for search engines and social networks; the
metadata says which heading it is.
"""

from __future__ import annotations

import re
from dataclasses import replace
from itertools import islice
from urllib.parse import urlsplit

from archive.extract import jsonld, semantics
from archive.extract.evidence import Found, claim, settle
from archive.extract.page import Element, Page, hooks, is_inside, visible_text
from archive.extract.text import clean, key, likeness
from archive.model import Evidence, EvidenceSource

# Chinese and Japanese put no blanks around what divides a title from the name of the site.
_UNSPACED = "\u3040-\u30ff\u3400-\u9fff\uac00-\ud7a3\uff00-\uffef"
_SEPARATOR = re.compile(
    r"\s+[|\-–—·•»«›‹:/~]+\s+|\s*[|｜]\s*|\s+::\s+"
    rf"|(?<=[{_UNSPACED}」』】）])\s*[_＿：\-–—]+\s*(?=\w)|(?<=\w)\s*[_＿：\-–—]+\s*(?=[{_UNSPACED}])"
)
_HEADLINE_HOOK = re.compile(
    r"(post|entry|article|story|page|content|main)[-_]?(title|headline|heading)|headline"
)
_ENOUGH = 0.5  # likeness of a heading to the metadata from which on it is the same headline
_META = (
    "twitter:title", "parsely-title", "sailthru.title", "dc.title", "dcterms.title", "citation_title", "title",
    "headline", "itemprop:headline", "rnews:headline",
)  # fmt: skip
_SHORTEST_KICKER = 4  # characters with the blank after it; "The" is none
_SHOWN = 4  # words from which on the only h1 of a page is believed to be the headline, whatever metadata says
_SHOWN_UNSPACED = 12  # the same in characters, where words are not divided
_QUOTES = "\"'“”„«»‘’「『"
_LONGEST = 400
_MOST_HEADINGS = 200


def title(page: Page, hint: str = "", ruled: str = "") -> Found[str]:
    """The headline without the name of the site, "" where the page has none; `hint` is the feed's, `ruled` what a
    person said it is."""
    stated = [*_stated(page), *([claim("title", hint[:_LONGEST], "feed", "the feed")] if hint else [])]
    raw = [statement.value for statement in stated]
    parts = {key(part) for text in raw for part in _SEPARATOR.split(text)}
    headings = _headings(page, parts)
    found = ruled or _chosen(page, raw, parts, list(headings))
    evidence = [
        *([claim("title", ruled, "rule", "the rule for the title")] if ruled else []),
        *(replace(one, value=without_site(one.value, page)) for one in stated),
        *(claim("title", text, "heading", where) for text, where in headings.items()),
    ]
    return Found(found, settle(evidence, found))


def _chosen(page: Page, raw: list[str], parts: set[str], headings: list[str]) -> str:
    claims = [cut for text in raw if not _names_site(cut := without_site(text, page), page)]
    if not claims:
        lower = (text for tag in page.named("h2") if (text := visible_text(tag, _LONGEST)))
        return headings[0] if headings else next(lower, "") or (raw[0] if raw else "")
    best = max(headings, key=lambda heading: _support(heading, claims, parts), default="")
    if best and _support(best, claims, parts) >= _ENOUGH:
        return _without_kicker(best, claims)
    return _only_heading(page) or _whole(claims)


def _only_heading(page: Page) -> str:
    """The one h1 of a page that has a single one, and that is long enough for a headline: metadata may be written
    for search engines, the heading is written for readers."""
    shown = (
        visible_text(tag, _LONGEST)
        for tag in page.named("h1")
        if not is_inside(tag, ("nav", "aside", "footer"))
    )
    texts = list(dict.fromkeys(filter(None, shown)))
    if len(texts) != 1 or _names_site(texts[0], page):
        return ""
    return texts[0] if _is_long(texts[0]) else ""


def _is_long(text: str) -> bool:
    words = key(text)
    unspaced = len(re.findall(f"[{_UNSPACED}]", words))
    return unspaced >= _SHOWN_UNSPACED if unspaced else len(words.split()) >= _SHOWN


def _whole(claims: list[str]) -> str:
    """The first claim, or a later one that goes on where it was cut: before a quotation mark that ended its
    attribute, or with dots."""
    first = claims[0]
    stem = first.rstrip(" .…")
    for longer in claims[1:]:
        rest = longer[len(stem) :].lstrip()
        if longer.startswith(stem) and rest and (rest[0] in _QUOTES or stem != first):
            return longer
    return first


def _support(heading: str, claims: list[str], parts: set[str]) -> float:
    """How well metadata supports a heading: as a whole, or as what remains without the name of the site."""
    whole = max(likeness(heading, claim) for claim in claims)
    return max(whole, 0.95) if key(heading) in parts and _is_part(heading, claims) else whole


def _is_part(heading: str, claims: list[str]) -> bool:
    """Is a part of a title so long that it can be the headline?"""
    words = key(heading)
    if re.search(f"[{_UNSPACED}]", words):
        return len(words) > max(_SHOWN_UNSPACED / 2, min(map(len, claims)) / 2)
    return len(words.split()) > 2


def _stated(page: Page) -> list[Evidence]:
    """What metadata says the headline is, the most trustworthy first."""
    other = next((name for name in _META if page.meta.get(name)), "")
    stated: list[tuple[str, EvidenceSource, str]] = [
        (page.meta_first("og:title"), "meta", "meta og:title"),
        (jsonld.first(page.article, "headline"), "json-ld", "JSON-LD headline"),
        (page.meta_first(other), "meta", f"meta {other}"),
        (page.document_title, "meta", "title element"),
        (jsonld.first(page.article, "name"), "json-ld", "JSON-LD name"),
    ]
    return [claim("title", text[:_LONGEST], source, where) for text, source, where in stated if text]


def without_site(text: str, page: Page) -> str:
    """Cut the name of the site from either end of a title."""
    known = {key(name) for name in page.site_names}
    host = page.host_words
    while len(cuts := list(_SEPARATOR.finditer(text))):
        head, tail = text[: cuts[-1].start()], text[cuts[-1].end() :]
        if head and _is_site(tail, known, host, cuts[-1][0]):
            text = head
            continue
        head, tail = text[: cuts[0].start()], text[cuts[0].end() :]
        if tail and _is_site(head, known, host, ""):
            text = tail
            continue
        break
    head, colon, tail = text.partition(": ")
    return clean(tail if colon and key(head) in known else text)


def _names_site(claim: str, page: Page) -> bool:
    """Is this the name of the site and nothing else, as on pages that do not set a title?"""
    words = key(claim)
    return words in {key(name) for name in page.site_names} or claim.casefold() in (
        urlsplit(page.url).hostname or ""
    )


def _is_site(part: str, known: set[str], host: str, separator: str) -> bool:
    words = key(part)
    joined = words.replace(" ", "")
    if not joined:
        return True
    if words in known or any(likeness(words, name) > 0.8 for name in known):
        return True
    if host and (joined == host or host.replace("-", "") in joined or (len(joined) > 3 and joined in host)):
        return True
    return "|" in separator and len(words.split()) <= 4


def _headings(page: Page, parts: set[str]) -> dict[str, str]:
    """Texts of what the page marks as its main heading, those of its lower headings that metadata names last; each
    with the place where it stands."""
    described = {statement.tag: statement.where for statement in semantics.stated(page, semantics.HEADLINE)}
    marked = [tag for tag in page.tags if tag in described or _is_heading(tag)]
    marked += [tag for tag in page.named("h2", "h3") if key(visible_text(tag, _LONGEST)) in parts]
    shown = (tag for tag in marked if not is_inside(tag, ("nav", "aside", "footer")))
    texts = ((visible_text(tag, _LONGEST), described.get(tag, tag.tag)) for tag in shown)
    distinct: dict[str, str] = {}
    for text, where in islice((one for one in texts if len(one[0]) > 2), _MOST_HEADINGS):
        distinct.setdefault(text, where)
    return distinct


def _is_heading(tag: Element) -> bool:
    return tag.tag == "h1" or (tag.tag == "h2" and bool(_HEADLINE_HOOK.search(hooks(tag))))


def _without_kicker(heading: str, claims: list[str]) -> str:
    """Where metadata has the heading less the words before it ("Exclusive: ..."), they are a kicker."""
    words = key(heading)
    if heading[0] in _QUOTES or all(key(stated) == words for stated in claims[:2]):
        return heading
    for stated in claims:
        rest = key(stated)
        if words.endswith(" " + rest) and len(words) / 2 < len(rest) < len(words) - _SHORTEST_KICKER:
            return stated
    return heading
