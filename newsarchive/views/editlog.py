"""The log of edits as its pages, its feeds and its JSON share it: what is asked for, and what is found."""

from __future__ import annotations

from dataclasses import dataclass

from flask import abort, request

from archive.errors import UnknownSource
from archive.model import Edit, EditChoice, EditKind, Source
from newsarchive.editform import EditForm, parse
from newsarchive.views.library import library

PAGE_SIZE = 50


@dataclass(frozen=True, slots=True)
class Log:
    """What was found: the edits of one page, and how many there are of each kind on all pages."""

    form: EditForm
    edits: tuple[Edit, ...]
    counts: dict[EditKind, int]
    total: int

    @property
    def last_page(self) -> int:
        """The number of the last page, 1 where there is nothing."""
        return max(1, -(-self.total // PAGE_SIZE))


def asked() -> EditForm:
    """What the URL of this request asks for. EditFormError."""
    return parse(request.args.items(multi=True))


def find(form: EditForm, source: Source | None = None) -> Log:
    """The edits of a form: those of `source` alone, where one is given. EditFormError; 404 for an unknown source."""
    choice = _choice(form, source)
    counts = library().store.count_edits(choice)
    total = sum(counts.get(kind, 0) for kind in choice.kinds)
    return Log(form, tuple(_edits(form, choice)), counts, total)


def newest(form: EditForm, source: Source | None = None) -> list[Edit]:
    """The same without counting, which takes its time in a large archive."""
    return _edits(form, _choice(form, source))


def _choice(form: EditForm, source: Source | None) -> EditChoice:
    ids = [source.id] if source else [named(name).id for name in form.sources]
    return form.choice(library().clock().date(), ids)


def _edits(form: EditForm, choice: EditChoice) -> list[Edit]:
    return library().store.edits(choice, limit=PAGE_SIZE, offset=(form.page - 1) * PAGE_SIZE)


def named(name: str) -> Source:
    """The source of a name or number; 404 where there is none."""
    try:
        return library().store.source(name)
    except UnknownSource:
        abort(404, "There is no such source in this archive; it may have been removed.")


def numbered(source_id: int) -> Source:
    """The source of a number; 404 where there is none."""
    found = next((source for source in library().store.sources() if source.id == source_id), None)
    if found is None:
        abort(404, "There is no source of this number; it may have been removed.")
    return found
