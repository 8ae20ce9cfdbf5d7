"""What kind of page is it: an article, a page of links, an error page in disguise, or nothing to read?"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

from archive.extract.page import Page
from archive.extract.text import clean, key, one_of
from archive.model import ExtractStatus

_MISSING = re.compile(
    one_of(r"""
        \b404\b|\bnot found\b|nothing (?:was )?found
        \b(?:page|article|story|site) (?:was |is |could )?(?:not|no longer) (?:be )?(?:found|available|exists?)
        \b(?:page|article|story|content|site) can(?:not|['’]t| not) be (?:found|displayed)
        page (?:doesn['’]?t|does not) exist
        seite (?:wurde )?nicht gefunden|page (?:introuvable|non trouvée)|página no encontrada|pagina non trovata
        página não encontrada|pagina niet gevonden|sidan (?:kunde inte|finns inte)|nie znaleziono strony
        страница не найдена
        access denied|service unavailable|internal server error|bad gateway|just a moment
    """),
    re.IGNORECASE,
)
_SHORT = 600  # characters; error pages say little
_PROSE = 80  # characters from which on a line is a sentence or more
_BRIEF = 100  # characters of a whole text below which there is nothing to read
_MANY_LINKS = 15


def status(page: Page, title: str, paragraphs: list[str], dated: bool) -> ExtractStatus:
    """The kind of a page; `dated` says whether it has a date of publication of its own."""
    length = sum(map(len, paragraphs))
    claims = _claims_article(page)
    if length < _SHORT and not (dated and claims) and _MISSING.search(f"{title} \n {page.document_title}"):
        return "error"
    prose = [line for line in paragraphs if len(line) >= _PROSE]
    if claims:
        return "article" if prose or title else "empty"
    if _is_home(page):
        return "index"
    if len(prose) >= 2 or (prose and dated):
        return "article"
    if _links(page) >= _MANY_LINKS:
        return "index"
    return "article" if prose or (title and length >= _BRIEF) else "empty"


def _claims_article(page: Page) -> bool:
    return bool(page.article) or page.meta_first("og:type").lower() in {
        "article",
        "news",
        "newsarticle",
        "blog",
    }


def _is_home(page: Page) -> bool:
    parts = urlsplit(page.url)
    return parts.path in {"", "/"} and not parts.query


def _links(page: Page) -> int:
    """Links whose text is long enough for a headline."""
    return sum(len(key(clean(" ".join(tag.itertext()))).split()) >= 3 for tag in page.named("a"))
