"""Where the two origins are, as whoever asks knows them."""

from __future__ import annotations

import re
from typing import cast

from flask import Flask, current_app, request

from newsarchive.config import ServeConfig
from newsarchive.replay.addresses import Origins
from newsarchive.views.security import hostname

_EXTENSION = "newsarchive-origins"
_NAME = re.compile(r"[a-z0-9._-]+|[0-9a-f:.]+")


def origins_of(serve: ServeConfig) -> Origins:
    """Where they are as far as settings tell; a server that takes free ports knows better."""
    return Origins(serve.port, serve.replay_port or serve.port + 1, serve.url, serve.replay_url)


def place_origins(app: Flask, origins: Origins) -> None:
    """Tell an application where it and the other one are."""
    app.extensions[_EXTENSION] = origins


def replay_origin() -> str:
    """The origin of archived pages, without a slash at its end."""
    return _origins().replay(_host(), request.scheme)


def main_origin() -> str:
    """The origin of the search page, without a slash at its end."""
    return _origins().main(_host(), request.scheme)


def _origins() -> Origins:
    return cast("Origins", current_app.extensions[_EXTENSION])


def _host() -> str:
    """The name or address by which this machine was reached."""
    name = hostname(request.headers.get("Host", ""))
    return name if _NAME.fullmatch(name) else "127.0.0.1"
