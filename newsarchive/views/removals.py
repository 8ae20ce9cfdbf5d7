"""What was taken out by request: a page in the place of each article, and a list of them."""

from __future__ import annotations

from typing import NoReturn

from flask import Blueprint, Flask, abort, jsonify, render_template, request
from flask.typing import ResponseReturnValue

from archive.model import Removal
from newsarchive.searchform import SearchForm
from newsarchive.shapes import removal_json
from newsarchive.views.library import library

pages = Blueprint("removals", __name__)


class Removed(Exception):
    """Somebody asks for an article that was removed."""

    def __init__(self, removal: Removal) -> None:
        super().__init__(removal.article_id)
        self.removal = removal


def missing(article_id: int) -> NoReturn:
    """Answer for an article that is not there: 410 with the reason where it was removed, else 404."""
    removal = library().store.removal(article_id)
    if removal is not None:
        raise Removed(removal)
    abort(404, "There is no such article in this archive.")


def register(app: Flask) -> None:
    """Answer with what is left of a removed article."""
    app.register_error_handler(Removed, _tombstone)


@pages.get("/removals")
def page() -> ResponseReturnValue:
    """All that was removed, the newest first."""
    return render_template("removals.html", form=SearchForm(), removals=library().store.removals())


def _tombstone(error: Removed) -> ResponseReturnValue:
    removal = error.removal
    if request.path.startswith("/api/"):
        return jsonify(removal_json(removal)), 410
    return render_template("removed.html", form=SearchForm(), removal=removal), 410
