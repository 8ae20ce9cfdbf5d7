"""What is the headline?

The page's own heading, because metadata is often shortened for search engines and social networks; the
metadata says which heading it is.
"""

from __future__ import annotations

import re
from itertools import islice
from urllib.parse import urlsplit

from archive.extract import jsonld
from archive.extract.page import Element, Page, hooks, is_inside, visible_text
from archive.extract.text import clean, key, likeness

_SEPARATOR = re.compile(r"\s+[|\-–—·•»«›‹:/~]+\s+|\s*[|｜]\s*|\s+::\s+")
_HEADLINE_HOOK = re.compile(
    r"(post|entry|article|story|page|content|main)[-_]?(title|headline|heading)|headline"
)
_ENOUGH = 0.5  # likeness of a heading to the metadata from which on it is the same headline
_LONGEST = 400
_MOST_HEADINGS = 200


def title(page: Page, hint: str = "") -> str:
    """The headline without the name of the site, "" where the page has none; `hint` is the feed's."""
    raw = [*_raw_claims(page), *([hint[:_LONGEST]] if hint else [])]
    claims = [claim for text in raw if not _names_site(claim := without_site(text, page), page)]
    parts = {key(part) for claim in raw for part in _SEPARATOR.split(claim)}
    headings = _headings(page, parts)
    if not claims:
        lower = (text for tag in page.named("h2") if (text := visible_text(tag, _LONGEST)))
        return headings[0] if headings else next(lower, "") or (raw[0] if raw else "")
    best = max(headings, key=lambda heading: _support(heading, claims, parts), default="")
    if best and _support(best, claims, parts) >= _ENOUGH:
        return _without_kicker(best, claims)
    return claims[0]


def _support(heading: str, claims: list[str], parts: set[str]) -> float:
    """How well metadata supports a heading: as a whole, or as what remains without the name of the site."""
    whole = max(likeness(heading, claim) for claim in claims)
    return max(whole, 0.95) if key(heading) in parts and len(key(heading).split()) > 2 else whole


def _raw_claims(page: Page) -> list[str]:
    """What metadata says the headline is, the most trustworthy first."""
    stated = [
        page.meta_first("og:title"),
        jsonld.first(page.article, "headline"),
        page.meta_first("twitter:title", "parsely-title", "sailthru.title", "dc.title"),
        page.document_title,
        jsonld.first(page.article, "name"),
    ]
    return [claim[:_LONGEST] for claim in stated if claim]


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


def _headings(page: Page, parts: set[str]) -> list[str]:
    """Texts of what the page marks as its main heading, those of its lower headings that metadata names last."""
    described = {tag for tag, names in page.described if "headline" in names.split() and tag.tag != "meta"}
    marked = [tag for tag in page.tags if tag in described or _is_heading(tag)]
    marked += [tag for tag in page.named("h2", "h3") if key(visible_text(tag, _LONGEST)) in parts]
    texts = (visible_text(tag, _LONGEST) for tag in marked if not is_inside(tag, ("nav", "aside", "footer")))
    distinct = dict.fromkeys(islice((text for text in texts if len(text) > 2), _MOST_HEADINGS))
    return list(distinct)


def _is_heading(tag: Element) -> bool:
    return tag.tag == "h1" or (tag.tag == "h2" and bool(_HEADLINE_HOOK.search(hooks(tag))))


def _without_kicker(heading: str, claims: list[str]) -> str:
    """Where metadata has the heading less the words before it ("Exclusive: ..."), they are a kicker."""
    words = key(heading)
    for claim in claims:
        if len(key(claim)) > len(words) / 2 and words != key(claim) and words.endswith(" " + key(claim)):
            return claim
    return heading
