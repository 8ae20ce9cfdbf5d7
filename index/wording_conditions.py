"""Conditions of a query that are not made of words, in words."""

from __future__ import annotations

from datetime import date

from index import querytree as tree
from index.labels import language_name

_STATES: dict[tree.Node, str] = {
    tree.Everything(): "of any kind",
    tree.Undated(): "without a date",
    tree.Gone(): "gone from the web",
    tree.Copy(): "that are copies of earlier ones",
    tree.HasImage(): "with a picture",
}


def in_words(node: tree.ColumnLeaf | tree.Address) -> str:
    """A condition as it follows “articles”."""
    match node:
        case tree.Days():
            return days("published", node.since, node.until)
        case tree.Changed():
            return days("last edited", node.since, node.until)
        case tree.Edits():
            return _edits(node.low, node.high)
        case tree.WordCount():
            return _word_count(node.low, node.high)
        case tree.Story():
            return f"of the same story as article {node.article_id}"
        case tree.Language():
            return f"in {language_name(node.tag)}"
        case tree.Site():
            return f"from the site {node.host}"
        case tree.Address():
            return f"at {node.url}"
        case _:
            return _STATES[node]


def days(what: str, since: date | None, until: date | None) -> str:
    """`published since 2025-04-01`."""
    if since is not None and until is not None:
        return f"{what} on {since}" if since == until else f"{what} {since} to {until}"
    return f"{what} since {since}" if since is not None else f"{what} until {until}"


def times(number: int) -> str:
    """`once`, `5 times`."""
    return "once" if number == 1 else f"{number:,} times"


def _edits(low: int, high: int | None) -> str:
    if high is None:
        return f"edited at least {times(low)}"
    if low == high:
        return f"edited {times(low)}" if low else "never edited"
    return f"edited {low} to {times(high)}" if low else f"edited at most {times(high)}"


def _word_count(low: int, high: int | None) -> str:
    if high is None:
        return f"of at least {_words(low)}"
    if low == high:
        return f"of exactly {_words(low)}"
    return f"of {low:,} to {_words(high)}" if low else f"of at most {_words(high)}"


def _words(number: int) -> str:
    return "1 word" if number == 1 else f"{number:,} words"
