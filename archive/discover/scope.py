"""Which addresses a person wants of a source."""

from __future__ import annotations

from urllib.parse import unquote

from archive.model import Rules


def in_scope(url: str, rules: Rules) -> bool:
    """Whether the patterns of a source let a URL pass: those of `exclude` are stronger than those of `include`, and
    without any of the latter everything is included."""
    if any(_matches(pattern, url) for pattern in rules.exclude):
        return False
    return not rules.include or any(_matches(pattern, url) for pattern in rules.include)


def _matches(pattern: str, url: str) -> bool:
    """Escapes count as what they stand for, so that a pattern may be written either way."""
    at = url.find("/", url.find("//") + 2)
    text = url[at:] if pattern.startswith("/") and at >= 0 else url
    return _fits(pattern, text) or _fits(unquote(pattern), unquote(text))


def _fits(pattern: str, text: str) -> bool:
    """Whether the parts between the stars stand in the text one behind the other, the first of a path at its start.
    Leftmost places are enough for that, so that no pattern is slow."""
    first, *others = pattern.split("*")
    if pattern.startswith("/") and not text.startswith(first):
        return False
    at = 0
    for part in (first, *others):
        at = text.find(part, at)
        if at < 0:
            return False
        at += len(part)
    return True
