"""One article: its text, its revisions, and where the capture is kept."""

from __future__ import annotations

from flask import Blueprint, abort, render_template, request
from flask.typing import ResponseReturnValue

from archive.authors import known_as
from archive.model import Article, Revision
from index.aids import Related
from index.errors import IndexProblem
from index.model import HighlightedText, SearchRequest, SearchResults
from newsarchive.searchform import FormError, SearchForm, parse
from newsarchive.views import words
from newsarchive.views.export import citations
from newsarchive.views.history import former_titles
from newsarchive.views.library import library
from newsarchive.views.marks import mark_paragraphs
from newsarchive.views.proof import details
from newsarchive.views.reasons import readable, reasons
from newsarchive.views.removals import missing

pages = Blueprint("article", __name__)

_ELSEWHERE = 5
"""So many other articles of a story are listed with one of them, and so many that are about the same."""


@pages.get("/article/<record_id:article_id>")
def page(article_id: int) -> ResponseReturnValue:
    """The latest revision, or `?revision=N`; the words of `?q=` are marked."""
    article, revisions = load(article_id)
    shown = pick(revisions, "revision", article.latest.number)
    form = carried_form()
    in_words, in_formats = citations(article, shown)
    body = mark_paragraphs(_highlight(shown.text, form.request.text, shown.language))
    return render_template(
        "article.html",
        cited_in_words=in_words,
        cited_in_formats=in_formats,
        form=form,
        article=article,
        revision=shown,
        revisions=revisions,
        former_titles=former_titles(article, revisions),
        fates=[edit for edit in library().store.edits_of(article_id) if edit.kind in ("gone", "back")],
        known_as=known_as(shown.authors, library().store.author_names()),
        title=_highlight(shown.title, form.request.text, shown.language),
        body=body,
        kinds_of_text=_kinds(shown, len(body.paragraphs)),
        reasons=reasons(shown.evidence),
        readable=readable,
        page_kind=words.PAGE_KINDS.get(shown.page_kind, ""),
        others_credited=_others(shown),
        capture=details(library().store.capture(shown.capture_id)),
        date_sources=words.DATE_SOURCES,
        why_unread=words.UNREAD.get(shown.unread, ""),
        story=_story(article_id),
        related=_related(article_id),
    )


def load(article_id: int) -> tuple[Article, list[Revision]]:
    """The article of a number and its revisions; 404 where there is none."""
    store = library().store
    article = store.article(article_id)
    if article is None:
        missing(article_id)
    return article, store.revisions(article_id)


def pick(revisions: list[Revision], parameter: str, default: int) -> Revision:
    """The revision whose number a parameter gives; 404 where there is none of it."""
    wanted = request.args.get(parameter) or str(default)
    found = next((revision for revision in revisions if str(revision.number) == wanted), None)
    if found is None:
        abort(404, "This article has no such revision.")
    return found


def carried_form() -> SearchForm:
    """The search that led here, for marking its words and for the way back; a broken one is no reason to
    hide the article."""
    try:
        return parse(request.args.items(multi=True))
    except FormError:
        return SearchForm()


def _kinds(revision: Revision, paragraphs: int) -> list[str]:
    """What the paragraphs of the text are; all the same where that is not known."""
    kinds: list[str] = [paragraph.kind for paragraph in revision.paragraphs]
    return kinds if len(kinds) == paragraphs else ["paragraph"] * paragraphs


def _others(revision: Revision) -> list[tuple[str, list[str]]]:
    """Who did something else for the article than to write it: what that is called, and their names."""
    return [
        (called, names)
        for role, called in words.ROLES.items()
        if (names := [credit.name for credit in revision.credits if credit.role == role])
    ]


def _story(article_id: int) -> SearchResults | None:
    """The articles of the same story, this one among them, the first published first; None where it is alone, or
    where there is no index that could tell."""
    archive = library()
    asked = SearchRequest(
        f"story:{article_id}",
        sort="oldest",
        page_size=_ELSEWHERE + 1,
        facets=False,
        grouped=False,
        suggestions=False,
    )
    try:
        found = archive.engine.search(asked, now=archive.clock())
    except IndexProblem:
        return None
    return found if found.total > 1 else None


def _related(article_id: int) -> tuple[Related, ...]:
    """Articles about the same; none where there is no index that could tell."""
    try:
        return library().engine.related(article_id, size=_ELSEWHERE)
    except IndexProblem:
        return ()


def _highlight(text: str, query: str, language: str) -> HighlightedText:
    """Marking is a help: an article is readable without an index."""
    if not query:
        return HighlightedText(text)
    try:
        return library().engine.highlight(text, query, language)
    except IndexProblem:
        return HighlightedText(text)
