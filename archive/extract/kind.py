"""What kind of page is it: an article, a page of links, an error page in disguise, or nothing to read?

And of articles: a live blog, a gallery, an opinion, a video? Declared types come first (schema.org, `og:type`), then
what the text is made of, then the words by which newspapers name such sections, in the address and the section.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from typing import cast
from urllib.parse import unquote, urlsplit

from archive.extract import jsonld
from archive.extract.evidence import Found, claim, first_of
from archive.extract.page import Page
from archive.extract.text import clean, key, one_of
from archive.model import Evidence, ExtractStatus, PageKind, Paragraph

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

_TYPES: dict[str, PageKind] = {
    "liveblogposting": "live-blog",
    "opinionnewsarticle": "opinion",
    "imagegallery": "gallery",
    "mediagallery": "gallery",
    "videogallery": "video",
    "videoobject": "video",
    "podcastepisode": "audio",
    "audioobject": "audio",
}
"""Types of schema.org in lower case. Video and audio stand beside many an article: only where there is none do they
say what the page is."""

_SHOWN = frozenset({"video", "audio", "gallery"})
"""What may be a page with next to no text."""

_BESIDE = frozenset({"video", "audio"})
_OPEN_GRAPH: dict[str, PageKind] = {"video": "video", "music": "audio"}
_SEGMENTS: tuple[tuple[PageKind, re.Pattern[str]], ...] = (
    (
        "live-blog",
        re.compile(
            r"(?:^|-)(?:live-?(?:blog|ticker|updates?)|newsticker|en-direct|en-directo|minuto-a-minuto|ao-vivo)(?:-|$)"
        ),
    ),
    (
        "opinion",
        re.compile(
            one_of(r"""
                opinions?|opinion-\w+|op-?ed|commentary|comment(?:isfree)?|editorials?|columns?|columnists?|viewpoints?
                meinung(?:en)?|kommentare?|leitartikel|kolumnen?|gastbeitr[aä]ge?|gastkommentare?
                tribunes?|chroniques?|edito|[ée]ditoriaux|opini[oó]n|columnas?|tribuna|editoriales|artigos-de-opiniao
                opinioni|commenti|editoriali|opinie|opinies|meninger|kronik|debatt|ledare?|kommentarer
                opinie-i-komentarze|komentarze|publicystyka|n[aá]zory|koment[aá][rř]e|мнения|мнение|колонки|社説|评论|社评
                コラム|오피니언|사설|칼럼|yazarlar|kose-yazilari|gorus
            """)
        ),
    ),
    (
        "gallery",
        re.compile(
            one_of("""
                (?:photo-?|picture-?|image-?)?galler(?:y|ies)|in-pictures|slideshows?|photos?|pictures
                fotostrecken?|bilderstrecken?|bildergalerien?|galerien?|fotogaler[ií]as?|galer[ií]as?|fotos|diaporamas?
                fotogaller(?:y|ia|ie)|galler(?:ia|ie)|galeria(?:s)?|fotogalerie|galeriler|foto-galeri|bildspel|写真
            """)
        ),
    ),
    ("video", re.compile(one_of("videos?|watch|mediathek|v[ií]deos?|videolar|filmiki|видео|動画|영상"))),
    ("audio", re.compile(one_of("podcasts?|audio|listen|h[oö]ren|[ée]couter"))),
)
_MOST_TEXT = {"gallery": 2500, "video": 1500, "audio": 1500}
"""Characters of text from which on a page is an article, whatever is shown beside it."""

_LEAST_ENTRIES = 3
_MOSTLY = 0.5  # share of captions from which on a page is a gallery
_LEAST_CAPTIONS = 5


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


def kind(
    page: Page, found: ExtractStatus, paragraphs: Sequence[Paragraph], section: str = ""
) -> Found[PageKind]:
    """What an article is to a reader; of other pages what `status` says. `section` is the article's."""
    made_of = claim("kind", found, "markup", "what the page is made of")
    if found != "article":
        declared = [*_of_types(page), *_of_graph(page)] if found in ("index", "empty") else []
        best = first_of([*(one for one in declared if one.value in _SHOWN), made_of])
        return Found(cast("PageKind", best.value), best.evidence)
    length = sum(len(paragraph.text) for paragraph in paragraphs)
    stated = [one for one in _kinds(page, paragraphs, section) if length <= _MOST_TEXT.get(one.value, length)]
    best = first_of([*stated, made_of])
    return Found(cast("PageKind", best.value), best.evidence)


def _kinds(page: Page, paragraphs: Sequence[Paragraph], section: str) -> Iterator[Evidence]:
    yield from _of_types(page)
    yield from _of_graph(page)
    kinds = [paragraph.kind for paragraph in paragraphs]
    if kinds.count("entry") >= _LEAST_ENTRIES:
        yield claim("kind", "live-blog", "markup", "entries with times")
    if kinds.count("caption") >= max(_LEAST_CAPTIONS, _MOSTLY * len(kinds)):
        yield claim("kind", "gallery", "markup", "captions")
    yield from _of_address(page)
    for named, pattern in _SEGMENTS:
        if section and pattern.fullmatch(section.lower().replace(" ", "-")):
            yield claim("kind", named, "markup", "the section")


def says(page: Page, wanted: PageKind) -> bool:
    """Does the page say of itself, or its address, that it is of this kind? What is read from it is not asked."""
    return any(one.value == wanted for one in (*_of_types(page), *_of_graph(page), *_of_address(page)))


def _of_address(page: Page) -> Iterator[Evidence]:
    segments = unquote(urlsplit(page.url).path).lower().split("/")
    for named, pattern in _SEGMENTS:
        match = pattern.search if named == "live-blog" else pattern.fullmatch
        if any(match(segment) for segment in segments):
            yield claim("kind", named, "url", "the address")


def _of_graph(page: Page) -> Iterator[Evidence]:
    og_type = page.meta_first("og:type").lower().partition(".")[0]
    if og_type in _OPEN_GRAPH:
        yield claim("kind", _OPEN_GRAPH[og_type], "meta", "meta og:type")


def _of_types(page: Page) -> Iterator[Evidence]:
    own = jsonld.types(page.article)
    of_page = own or jsonld.types(jsonld.page(page.nodes))
    for name in sorted(own):
        if name in _TYPES and not (_TYPES[name] in _BESIDE and _is_typed_article(page)):
            yield claim("kind", _TYPES[name], "json-ld", "JSON-LD @type")
    others = {name for node in page.nodes for name in jsonld.types(node)} - of_page
    for name in sorted(others):
        beside = _claims_article(page) and _TYPES.get(name) in _BESIDE
        if name in _TYPES and not beside:
            yield claim("kind", _TYPES[name], "json-ld", f"JSON-LD {name}", 0.8)


def _claims_article(page: Page) -> bool:
    return bool(page.article) or _is_typed_article(page)


def _is_typed_article(page: Page) -> bool:
    return page.meta_first("og:type").lower() in {"article", "news", "newsarticle", "blog"}


def _is_home(page: Page) -> bool:
    parts = urlsplit(page.url)
    return parts.path in {"", "/"} and not parts.query


def _links(page: Page) -> int:
    """Links whose text is long enough for a headline."""
    return sum(len(key(clean(" ".join(tag.itertext()))).split()) >= 3 for tag in page.named("a"))
