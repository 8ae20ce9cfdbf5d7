"""`/web/...`: a page at a time, the way to it by a date (RFC 7089), and all its captures."""

from __future__ import annotations

import json
import re
from datetime import UTC, datetime
from itertools import groupby

from ada_url import URL
from flask import Blueprint, Response, redirect, render_template, request
from flask.typing import ResponseReturnValue

from archive.model import Capture
from archive.store.memento_reader import Neighbours
from archive.urls import fetch_form
from newsarchive.replay import responses
from newsarchive.replay.addresses import PREFIX, Asked, Form, archived_url, asked_for, memento_path, timestamp
from newsarchive.replay.kept import Kept
from newsarchive.replay.memento import LINK_FORMAT, Links, accepted_date, http_date
from newsarchive.replay.origins import replay_origin
from newsarchive.replay.stock import stock
from newsarchive.replay.target import sent_target
from newsarchive.views import words

pages = Blueprint("replay", __name__)

_LISTED = 1_000
_MAPPED = 50_000
_OTHERS = 12
_REDIRECTS = (301, 302, 303, 307, 308)
_END_OF_TIME = datetime(9999, 12, 31, tzinfo=UTC)
_UNSAFE = re.compile(r"[^A-Za-z0-9._-]+")


@pages.get("/")
def front() -> ResponseReturnValue:
    """What this origin is for, and a field for an address."""
    return render_template("replay/front.html")


@pages.get("/web")
@pages.get("/web/")
def find() -> ResponseReturnValue:
    """What the field was filled with."""
    wanted = request.args.get("url", "").strip()
    return redirect(f"{PREFIX}*/{archived_url(wanted)}" if wanted else "/")


@pages.get("/web/<path:_rest>")
def page(_rest: str) -> ResponseReturnValue:
    """All that has a URL in it."""
    asked = asked_for(sent_target().removeprefix(PREFIX))
    if removal := stock().removal_of(asked.url):
        return render_template("replay/removed.html", url=asked.url, removal=removal), 410
    urls = stock().urls(asked.url)
    if asked.wanted == "captures":
        return _captures(asked, urls)
    if asked.wanted in ("timemap-link", "timemap-json"):
        return _timemap(asked, urls)
    if asked.wanted == "memento":
        return _memento(asked, urls)
    return _timegate(asked, urls)


def _timegate(asked: Asked, urls: tuple[str, ...]) -> ResponseReturnValue:
    """To the capture nearest to the Accept-Datetime, to the last one without (RFC 7089, 4.1.1)."""
    date = request.headers.get("Accept-Datetime", "") if asked.wanted == "timegate" else ""
    found = stock().store.capture_near(urls, accepted_date(date) if date else _END_OF_TIME)
    if found is None:
        return _nothing(asked)
    answer = redirect(memento_path(found))
    answer.vary.add("Accept-Datetime")
    answer.headers["Link"] = _links(asked).header(stock().store.neighbours(urls, found), found)
    return answer


def _memento(asked: Asked, urls: tuple[str, ...]) -> ResponseReturnValue:
    assert asked.at is not None
    found = stock().store.capture_at(urls, asked.at) if asked.exact else None
    if found is None:
        near = stock().store.capture_near(urls, asked.at)
        return redirect(memento_path(near, asked.form)) if near else _nothing(asked)
    if found.url != asked.url:
        return redirect(memento_path(found, asked.form))
    around = stock().store.neighbours(urls, found)
    answer = _shown(found, asked.form, around)
    answer.headers["Memento-Datetime"] = http_date(found.captured_at)
    answer.headers["Link"] = _links(asked).header(around, found)
    return answer


def _shown(capture: Capture, form: Form, around: Neighbours) -> Response:
    """A reader gets the page with its bar; who takes whatever comes, as programs do, the page itself."""
    if form == "id_":
        return responses.download(stock().kept(capture), _file_name(capture))
    if capture.status in _REDIRECTS:
        kept = stock().kept(capture)
        if place := _redirected(kept):
            return Response(status=302, headers={"Location": place})
    if form == "if_":
        return responses.document(stock().shown(capture), framed=False)
    reads = "text/html" in request.headers.get("Accept", "")
    answer = _with_bar(capture, around) if reads else responses.document(stock().shown(capture), framed=False)
    answer.vary.add("Accept")
    return answer


def _with_bar(capture: Capture, around: Neighbours) -> Response:
    shown = stock().shown(capture)
    return responses.bar(
        render_template(
            "replay/page.html",
            capture=capture,
            shown=shown,
            around=around,
            article=stock().article_of(capture),
            frame=stock().frame_of(capture),
            path=memento_path,
            host=URL(capture.url).hostname,
        )
    )


def _redirected(kept: Kept) -> str:
    """Where a redirect leads to, at the same time; "" where it leads nowhere."""
    try:
        target = fetch_form(kept.location, kept.capture.url) if kept.location else ""
    except ValueError:
        return ""
    at = timestamp(kept.capture.captured_at)
    return f"{PREFIX}{at}/{target}" if target and target != kept.capture.url else ""


def _timemap(asked: Asked, urls: tuple[str, ...]) -> ResponseReturnValue:
    captures = stock().store.captures_of(urls, limit=_MAPPED)
    if not captures:
        return _nothing(asked)
    links = _links(asked)
    if asked.wanted == "timemap-json":
        body = json.dumps(links.timemap_json(captures), ensure_ascii=False, indent=1)
        return Response(body, content_type="application/json; charset=utf-8")
    return Response(links.timemap_links(captures), content_type=LINK_FORMAT)


def _captures(asked: Asked, urls: tuple[str, ...]) -> ResponseReturnValue:
    captures = stock().store.captures_of(urls, limit=_LISTED)
    if not captures:
        return _nothing(asked)
    around = stock().store.neighbours(urls, captures[-1])
    days = groupby(reversed(captures), key=lambda capture: capture.captured_at.astimezone(UTC).date())
    return render_template(
        "replay/captures.html",
        url=asked.url,
        days=[(day, list(within)) for day, within in days],
        around=around,
        shown=len(captures),
        article=stock().article_of(captures[-1]),
        path=memento_path,
    )


def _nothing(asked: Asked) -> ResponseReturnValue:
    others = stock().others(asked.url, limit=_OTHERS)
    page = render_template(
        "replay/nothing.html", url=asked.url, others=others, link=words.web_link(asked.url)
    )
    return page, 404


def _links(asked: Asked) -> Links:
    return Links(replay_origin(), asked.url)


def _file_name(capture: Capture) -> str:
    name = _UNSAFE.sub("-", URL(capture.url).pathname.rpartition("/")[2]).strip("-.")[-80:]
    return f"{timestamp(capture.captured_at)}-{name or 'page'}"
