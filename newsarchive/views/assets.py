"""Templates and static files, of both origins."""

from __future__ import annotations

import functools
import hashlib
from pathlib import Path

from flask import url_for

TEMPLATES = Path(__file__).resolve().parents[2] / "templates"
STATIC = Path(__file__).resolve().parents[1] / "static"


@functools.cache
def _digest(name: str) -> str:
    return hashlib.sha256((STATIC / name).read_bytes()).hexdigest()[:12]


def static_url(name: str) -> str:
    """The URL of a static file, different for each content of it."""
    return url_for("static", filename=name, v=_digest(name))
