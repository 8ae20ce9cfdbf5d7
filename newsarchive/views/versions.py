"""The versions of an article: what changed from one to another, and all that happened to it."""

from __future__ import annotations

from flask import Blueprint, render_template, request
from flask.typing import ResponseReturnValue

from archive.edits import count_words
from archive.model import Revision
from newsarchive.diffview import Changed, changed
from newsarchive.views import words
from newsarchive.views.article import carried_form, load, pick
from newsarchive.views.changes import headline
from newsarchive.views.history import kind_between
from newsarchive.views.library import library

pages = Blueprint("versions", __name__)


@pages.get("/article/<record_id:article_id>/diff")
def diff(article_id: int) -> ResponseReturnValue:
    """The words that changed from revision `from` to revision `to`; by default the last step. `?view=side` shows them
    side by side where there is room."""
    article, revisions = load(article_id)
    new = pick(revisions, "to", article.latest.number)
    old = pick(revisions, "from", max(1, new.number - 1))
    fields = compare(old, new)
    store = library().store
    return render_template(
        "diff.html",
        form=carried_form(),
        article=article,
        revisions=revisions,
        old=old,
        new=new,
        captures=[(side, store.capture(side.capture_id)) for side in dict.fromkeys((old, new))],
        fields=fields,
        last=max(field.last for field in fields),
        kind=kind_between(old, new),
        counts=count_words(old.text, new.text),
        sides=request.args.get("view") == "side",
    )


@pages.get("/article/<record_id:article_id>/changes")
def log(article_id: int) -> ResponseReturnValue:
    """All that happened to an article, the newest first."""
    article, revisions = load(article_id)
    store = library().store
    return render_template(
        "article_changes.html",
        form=carried_form(),
        article=article,
        edits=store.edits_of(article_id),
        captures={revision.number: store.capture(revision.capture_id) for revision in revisions},
        headline=headline,
    )


def compare(old: Revision, new: Revision) -> tuple[Changed, ...]:
    """What a reader sees of two revisions, field by field; changes are numbered through."""
    fields: list[Changed] = []
    for name, text in _FIELDS:
        first = fields[-1].last + 1 if fields else 1
        fields.append(changed(name, text(old), text(new), first=first))
    return tuple(fields)


_FIELDS = (
    ("Headline", lambda r: r.title),
    ("Byline", lambda r: ", ".join(r.authors)),
    ("Published", lambda r: words.published(r.published, day_only=r.published_day_only)),
    ("Text", lambda r: r.text),
)
