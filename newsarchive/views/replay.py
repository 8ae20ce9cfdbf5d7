"""The way from the search page to archived pages, which have an origin of their own."""

from __future__ import annotations

from flask import Blueprint, redirect
from flask.typing import ResponseReturnValue

from newsarchive.replay.origins import replay_origin
from newsarchive.replay.target import sent_target

pages = Blueprint("replay", __name__)


@pages.get("/web", defaults={"_rest": ""})
@pages.get("/web/", defaults={"_rest": ""})
@pages.get("/web/<path:_rest>")
def page(_rest: str) -> ResponseReturnValue:
    """The same address on the other origin; a date that was asked for is asked for there."""
    return redirect(replay_origin() + sent_target(), 307)
