"""One article: its text, its revisions, what changed between two of them, and where the capture is kept."""

from __future__ import annotations

from dataclasses import dataclass

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from archive.model import Article, Revision
from index.errors import IndexProblem
from index.model import HighlightedText
from newsarchive.diff import Piece, diff, paragraphs
from newsarchive.searchform import FormError, SearchForm, parse
from newsarchive.views import words
from newsarchive.views.export import citations
from newsarchive.views.library import library
from newsarchive.views.marks import mark_paragraphs
from newsarchive.views.proof import details

pages = Blueprint("article", __name__)


@dataclass(frozen=True, slots=True)
class Changed:
    """One field of two revisions: its name and its words as paragraphs of pieces."""

    name: str
    paragraphs: tuple[tuple[Piece, ...], ...]

    @property
    def differs(self) -> bool:
        """Whether anything came or went."""
        return any(piece.kind != "same" for paragraph in self.paragraphs for piece in paragraph)


@pages.get("/article/<record_id:article_id>")
def page(article_id: int) -> ResponseReturnValue:
    """The latest revision, or `?revision=N`; the words of `?q=` are marked."""
    article, revisions = _load(article_id)
    shown = _pick(revisions, "revision", article.latest.number)
    form = _carried_form()
    in_words, in_formats = citations(article, shown)
    return render_template(
        "article.html",
        cited_in_words=in_words,
        cited_in_formats=in_formats,
        form=form,
        article=article,
        revision=shown,
        revisions=revisions,
        title=_highlight(shown.title, form.request.text),
        body=mark_paragraphs(_highlight(shown.text, form.request.text)),
        capture=details(library().store.capture(shown.capture_id)),
        date_sources=words.DATE_SOURCES,
        why_unread=words.UNREAD.get(shown.unread, ""),
    )


@pages.get("/article/<record_id:article_id>/diff")
def changes(article_id: int) -> ResponseReturnValue:
    """The words that changed from revision `from` to revision `to`; by default the last step."""
    article, revisions = _load(article_id)
    new = _pick(revisions, "to", article.latest.number)
    old = _pick(revisions, "from", max(1, new.number - 1))
    return render_template(
        "diff.html",
        form=_carried_form(),
        article=article,
        revisions=revisions,
        old=old,
        new=new,
        fields=compare(old, new),
    )


def compare(old: Revision, new: Revision) -> tuple[Changed, ...]:
    """What a reader sees of two revisions, field by field."""
    seen = [(name, text(old), text(new)) for name, text in _FIELDS]
    return tuple(Changed(name, paragraphs(diff(before, after))) for name, before, after in seen)


_FIELDS = (
    ("Headline", lambda r: r.title),
    ("Byline", lambda r: ", ".join(r.authors)),
    ("Published", lambda r: words.published(r.published, day_only=r.published_day_only)),
    ("Text", lambda r: r.text),
)


def _load(article_id: int) -> tuple[Article, list[Revision]]:
    store = library().store
    article = store.article(article_id)
    if article is None:
        abort(404, "There is no such article in this archive.")
    return article, store.revisions(article_id)


def _pick(revisions: list[Revision], parameter: str, default: int) -> Revision:
    wanted = request.args.get(parameter) or str(default)
    found = next((revision for revision in revisions if str(revision.number) == wanted), None)
    if found is None:
        abort(404, "This article has no such revision.")
    return found


def _carried_form() -> SearchForm:
    """The search that led here, for marking its words and for the way back; a broken one is no reason to
    hide the article."""
    try:
        return parse(request.args.items(multi=True))
    except FormError:
        return SearchForm()


def _highlight(text: str, query: str) -> HighlightedText:
    """Marking is a help: an article is readable without an index."""
    if not query:
        return HighlightedText(text)
    try:
        return library().engine.highlight(text, query)
    except IndexProblem:
        return HighlightedText(text)
