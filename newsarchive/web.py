"""The web application: read-only pages over one archive.

Works without JavaScript, sets no cookie, and asks nothing of any other host.
"""

from __future__ import annotations

import functools
from collections.abc import Callable
from datetime import datetime
from typing import Any

from flask import Flask, url_for
from flask.json.provider import DefaultJSONProvider
from jinja2 import StrictUndefined
from werkzeug.routing import IntegerConverter

from archive.store import Store
from index.engine import open_engine
from index.labels import language_name
from index.model import Filter
from newsarchive.clock import now
from newsarchive.config import Config
from newsarchive.exports import FORMATS
from newsarchive.replay.addresses import memento_path
from newsarchive.replay.origins import origins_of, place_origins
from newsarchive.searchform import SearchForm
from newsarchive.views import (
    aidsapi,
    api,
    article,
    changes,
    changesfeed,
    errors,
    events,
    export,
    feed,
    mentions,
    proof,
    removals,
    replay,
    search,
    security,
    source,
    sources,
    telling,
    values,
    versions,
    words,
)
from newsarchive.views.assets import STATIC, TEMPLATES, static_url
from newsarchive.views.library import EXTENSION, Library

__all__ = ["STATIC", "create_app"]

_YEAR = 365 * 24 * 3600


class RecordId(IntegerConverter):
    """A number as it fits into the database: plain digits, at most 18 of them; anything else is no page."""

    regex = "[0-9]{1,18}"


def create_app(config: Config, *, clock: Callable[[], datetime] = now) -> Flask:
    """The WSGI application of an archive. Opens its database for reading only, creating or migrating it
    first where needed; StoreError, NewerArchive where that fails. `clock` answers with aware datetimes."""
    app = Flask("newsarchive", template_folder=str(TEMPLATES), static_folder=str(STATIC))
    Store(config.database_url).close()
    store = Store(config.database_url, readonly=True)
    engine = open_engine(config.index_dir, config.index.engine)
    app.extensions[EXTENSION] = Library(store, engine, clock, config.warc_dir)
    app.url_map.converters["record_id"] = RecordId
    app.config["SEND_FILE_MAX_AGE_DEFAULT"] = _YEAR  # the address of a static file changes with its content
    app.config["READERS_URL"] = config.serve.base if config.serve.url else ""
    app.json = _json_provider(app)
    _set_up_templates(app)
    security.protect(app, config.serve.host)
    errors.register(app)
    removals.register(app)
    place_origins(app, origins_of(config.serve))
    for module in (
        search,
        mentions,
        telling,
        values,
        article,
        proof,
        removals,
        versions,
        changes,
        changesfeed,
        sources,
        source,
        events,
        api,
        aidsapi,
        feed,
        export,
        replay,
    ):
        app.register_blueprint(module.pages)
    return app


def _json_provider(app: Flask) -> DefaultJSONProvider:
    provider = DefaultJSONProvider(app)
    provider.sort_keys = False  # a reader meets the total before the hits
    provider.ensure_ascii = False
    return provider


def _set_up_templates(app: Flask) -> None:
    environment = app.jinja_env
    environment.autoescape = True
    environment.undefined = StrictUndefined
    environment.trim_blocks = environment.lstrip_blocks = True
    environment.filters.update(
        day=words.day,
        published=words.published,
        instant=words.instant,
        distance=words.distance,
        web_link=words.web_link,
        language_name=language_name,
    )
    helpers: dict[str, Any] = {
        "kinds": words.KINDS,
        "count": words.count,
        "search_url": functools.partial(_form_url, "search.page"),
        "feed_url": functools.partial(_form_url, "feed.page"),
        "mentions_url": functools.partial(_form_url, "mentions.page"),
        "words_url": functools.partial(_form_url, "telling.page"),
        "values_url": functools.partial(_form_url, "values.page"),
        "api_url": functools.partial(_form_url, "api.search"),
        "export_url": _export_url,
        "export_formats": FORMATS,
        "most_exported": export.most,
        "article_url": functools.partial(_form_url, "article.page"),
        "searched_facets": values.SEARCHED,
        "static_url": static_url,
        "as_it_was": memento_path,
        "only": _only,
    }
    environment.globals.update(helpers)


def _only(field: str, value: str) -> SearchForm:
    """The search for everything that has this value."""
    return SearchForm().adding(Filter(field, value))


def _form_url(endpoint: str, form: SearchForm, **values: Any) -> str:
    """The URL of a page that carries a search."""
    query = form.query_string()
    return url_for(endpoint, **values) + (f"?{query}" if query else "")


def _export_url(form: SearchForm, name: str) -> str:
    """The URL of everything that a search finds, in a format."""
    query = export.export_form(form).query_string()
    return url_for("export.page", form=name) + (f"?{query}" if query else "")
