"""Where the site misbehaves, as sites do. Each is linked, so that a crawler meets it."""

from __future__ import annotations

SLOW_STORY = 143
"""The number of the story whose page is answered late."""

SHORT_LINKED = 116
"""The number of the story that the Arts page still links by its old short URL, which redirects."""

BROKEN_PATH = "/harbour/how-the-dredger-works-150"
"""Linked from the Harbour page and from a sitemap; answers 500."""

PRIVATE_PATH = "/private/letter-to-subscribers-november-2026"
"""Linked from the home page and the Council page; robots.txt disallows it, as it does the pages of tags."""

GZIPPED_YEAR = 2021
"""The year whose sitemap is gzipped."""
