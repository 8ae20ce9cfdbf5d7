"""Where the list that a page shows goes on: the next page, older ones, the months of an archive."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from archive.discover.addresses import is_of_a_date, looks_like_article
from archive.discover.reading import Anchor

MAX_NEXT = 5
MAX_ARCHIVES = 600
"""Months of fifty years."""

_PAGE_IN_PATH = re.compile(
    r"/(?:page|seite|pagina|p%C3%A1gina|pag|sivu|strona|side)[/_-]?(\d{1,6})(?:\.\w+)?/?$"
    r"|[-_]page[-_]?(\d{1,6})(?=\.\w+$|/?$)",
    re.IGNORECASE,
)
_PAGE_PARAMETERS = frozenset({"page", "paged", "pg", "pagenum", "page_no", "pageno", "seite", "pagina"})
_OFFSET_PARAMETERS = frozenset({"offset", "start", "from", "skip"})
_NEXT = re.compile(
    r"(?:next|older|earlier)(?: (?:page|posts|entries|articles|stories|news))?|more (?:posts|stories|articles|news)"
    r"|ältere (?:beiträge|artikel|meldungen)|nächste(?: seite)?|(?:page )?suivante?|articles plus anciens"
    r"|(?:página )?siguiente|entradas (?:más )?antiguas|volgende(?: pagina)?|(?:pagina )?successiva"
    r"|(?:página )?(?:seguinte|próxima)|nästa(?: sida)?|følgende|następna|следующая|далее"
    r"|次へ|次のページ|下一页|下一頁",
    re.IGNORECASE,
)
_ARROWS = " \t«»‹›←→<>…|"


def next_pages(links: Iterable[tuple[Anchor, str]], url: str) -> Iterator[str]:
    """Of the links of a page with their targets, all of its own site, those where its list goes on; then those to
    the years, months and days of an archive."""
    links = list(links)
    key, own = _numbered(url)
    found = 0
    for anchor, target in links:
        if found < MAX_NEXT and _goes_on(anchor, target, key, own):
            found += 1
            yield target
    archives = (target for _, target in links if is_of_a_date(target) and _numbered(target)[1] is None)
    for _, target in zip(range(MAX_ARCHIVES), archives, strict=False):
        yield target


def _goes_on(anchor: Anchor, target: str, key: str, own: int | None) -> bool:
    if "next" in anchor.rel.split():
        return True
    its_key, number = _numbered(target)
    if number is not None and its_key == key:
        # The second page is number 1 where counting begins at 0.
        return number in (1, 2) if own is None else number == own + 1
    if _NEXT.fullmatch(anchor.text.strip(_ARROWS)):
        return not looks_like_article(target) and number is None
    return False


def _numbered(url: str) -> tuple[str, int | None]:
    """What the pages of a list have in common in their addresses, and the number of this one, None without."""
    parts = urlsplit(url)
    number: int | None = None
    kept = []
    for name, value in parse_qsl(parts.query, keep_blank_values=True, max_num_fields=None):
        if name.lower() in _PAGE_PARAMETERS and re.fullmatch(r"\d{1,6}", value):
            number = int(value)
        else:
            kept.append((name, value))
    path = parts.path
    if match := _PAGE_IN_PATH.search(path):
        number = int(match[1] or match[2])
        path = path[: match.start()] + path[match.end() :]
    return urlunsplit(("", parts.netloc, path.rstrip("/"), urlencode(kept), "")), number
