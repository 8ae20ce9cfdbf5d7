"""Logs of edits as Atom feeds (RFC 4287): of the archive, of a source, of an article.

The id of an entry is made of the article's address and of what happened to it, so that it is the same in every feed,
on every host, and after the database was recovered.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any
from xml.etree import ElementTree as ET

from flask import Blueprint, Response, request, url_for
from flask.typing import ResponseReturnValue

from archive.model import Edit, Source
from newsarchive.editform import EditForm
from newsarchive.views import atom, editlog, words, xml
from newsarchive.views.article import load
from newsarchive.views.changes import page_url
from newsarchive.views.excerpt import excerpt
from newsarchive.views.library import library
from newsarchive.views.versions import compare

pages = Blueprint("changesfeed", __name__)


@pages.get("/changes.atom")
def page() -> ResponseReturnValue:
    """The newest edits, with the parameters of the page. EditFormError."""
    return _of(editlog.asked(), None)


@pages.get("/sources/<record_id:source_id>/changes.atom")
def of_source(source_id: int) -> ResponseReturnValue:
    """The newest edits of one source. EditFormError."""
    return _of(editlog.asked(), editlog.numbered(source_id))


@pages.get("/article/<record_id:article_id>/changes.atom")
def of_article(article_id: int) -> ResponseReturnValue:
    """All that happened to an article."""
    article, _ = load(article_id)
    address = url_for("versions.log", article_id=article_id, _external=True)
    title = f"Changes of {article.latest.title or article.url}"
    edits = library().store.edits_of(article_id)
    return _answer(edits, what=f"changes of {article.url}", title=title, address=address)


def _of(form: EditForm, source: Source | None) -> ResponseReturnValue:
    form = form.at_page(1)
    edits = editlog.newest(form, source)
    about = source.url if source else "archive"
    title = f"Changes of {source.name}" if source else "Changes"
    if form.kinds:
        title += f": {', '.join(form.kinds)}"
    address = page_url(form, source, _external=True)
    return _answer(edits, what=f"changes of {about}?{form.query_string()}", title=title, address=address)


def _answer(edits: Iterable[Edit], *, what: str, title: str, address: str) -> ResponseReturnValue:
    listed = list(edits)
    updated = max((edit.at for edit in listed), default=atom.NEVER)
    root = atom.begin(what, title=f"News archive: {title}", updated=updated, page=address, here=request.url)
    for edit in listed:
        _add_entry(root, edit)
    response = Response(xml.document(root), mimetype="application/atom+xml")
    response.add_etag()
    return response.make_conditional(request)


def _add_entry(root: ET.Element, edit: Edit) -> None:
    element = xml.add(root, "entry")
    if edit.language:
        element.set("xml:lang", xml.clean(edit.language))
    happened = f"version {edit.number}" if edit.number else edit.kind
    xml.add(element, "id", atom.id_of(f"{edit.url} {happened} {edit.at.isoformat()}"))
    xml.add(element, "title", f"{edit.kind.capitalize()}: {edit.title or edit.url}")
    xml.add(element, "updated", edit.at.isoformat())
    xml.add(element, "link", rel="alternate", type="text/html", href=_address(edit))
    if original := words.web_link(edit.url):
        xml.add(element, "link", rel="via", href=original)
    xml.add(xml.add(element, "author"), "name", edit.source)
    xml.add(element, "category", term=edit.kind)
    xml.add(element, "summary", _sentence(edit))
    if shown := _shown(edit):
        xml.add(element, "content", shown, type="html")


def _address(edit: Edit) -> str:
    if edit.number > 1:
        steps: dict[str, Any] = {"from": edit.number - 1, "to": edit.number}
        return url_for("versions.diff", article_id=edit.article_id, **steps, _external=True)
    return url_for("article.page", article_id=edit.article_id, _external=True)


def _shown(edit: Edit) -> str:
    """What changed as HTML, for readers that show it; "" where there is no version before."""
    store = library().store
    new = store.revision(edit.article_id, edit.number)
    old = store.revision(edit.article_id, edit.number - 1)
    return excerpt(compare(old, new)) if old and new else ""


def _sentence(edit: Edit) -> str:
    """What happened, in words; with the headline before where it was another."""
    what = words.KINDS[edit.kind]
    told = f"{edit.source}: {what}."
    if edit.number > 1:
        added, removed = words.count(edit.words_added, "word"), words.count(edit.words_removed, "word")
        told += f" {added} added, {removed} removed."
    if edit.title_before not in ("", edit.title):
        told += f" Headline before: {edit.title_before}"
    return told
