"""A search as a sentence: articles with “election” and “council” in title or text, by author “field”, ..."""

from __future__ import annotations

from datetime import date

from index import querytree as tree
from index.labels import label, language_name
from index.model import MISSING, SearchRequest

_FIELDS = {
    "": "with {} in title or text",
    "title": "with {} in the title",
    "was": "with {} in an earlier headline",
    "author": "by author {}",
    "source": "from source {}",
    "section": "in section {}",
    "tag": "tagged {}",
    "url": "with {} in the address",
}
_FILTERS = {
    "author": "by author {}",
    "source": "from source {}",
    "section": "in section {}",
    "language": "in {}",
    "year": "published in {}",
    "month": "published in {}",
    "copies": "{}",
    "edited": "edited {}",
}
_WORDS = {
    ("copies", "original"): "that are no copies of earlier ones",
    ("copies", "copy"): "that are copies of earlier ones",
    ("edited", "never"): "never edited",
    ("edited", "once"): "edited once",
    ("edited", "several"): "edited several times",
}
_MISSING = {
    "author": "without a byline",
    "source": "without a source",
    "section": "without a section",
    "language": "of unknown language",
    "year": "without a date",
    "month": "without a date",
    "copies": "of unknown origin",
    "edited": "of unknown history",
}
_QUOTED = ("author", "source", "section")


def understood(node: tree.Node, request: SearchRequest) -> str:
    """What is searched for, as one sentence without its full stop; never empty."""
    parts = [*_parts(node), *_filters(request)]
    if request.since is not None or request.until is not None:
        parts.append(_days("published", request.since, request.until))
    return "articles " + ", ".join(parts) if parts else "all articles"


def _parts(node: tree.Node) -> list[str]:
    """The conditions that must all hold; those of one field together."""
    if isinstance(node, tree.Everything):
        return []
    nodes = node.nodes if isinstance(node, tree.And) else (node,)
    by_field: dict[str, list[str]] = {}
    others: list[str] = []
    for child in nodes:
        field = _field(child)
        if field is None:
            others.append(_clause(child))
        else:
            by_field.setdefault(field, []).append(_value(child))
    return [*(_FIELDS[field].format(" and ".join(values)) for field, values in by_field.items()), *others]


def _field(node: tree.Node) -> str | None:
    """The one field that a part looks in; None where there are several or none."""
    match node:
        case tree.Words() | tree.Pattern() | tree.Fuzzy() | tree.Between():
            return node.field
        case tree.Near():
            return node.field
        case tree.Boosted() | tree.AtLeast():
            return _field(node.node)
        case tree.Or():
            fields = {_field(child) for child in node.nodes}
            return fields.pop() if len(fields) == 1 else None
        case _:
            return None


def _value(node: tree.Node) -> str:
    """A part without its field."""
    match node:
        case tree.Words() if node.slop:
            return f"“{node.shown}” with up to {node.slop} words in between"
        case tree.Fuzzy():
            return f"words like “{node.shown}”"
        case tree.Between():
            return f"words in {node.shown}"
        case tree.Words() | tree.Pattern():
            return f"“{node.shown}”"
        case tree.Near():
            values = " near ".join(_value(child) for child in node.nodes)
            return f"{values} (at most {node.distance} words in between)"
        case tree.AtLeast():
            return f"at least {node.count} times {_value(node.node)}"
        case tree.Boosted():
            return f"{_value(node.node)} (counting {node.factor:g} times)"
        case tree.Or():
            return f"({' or '.join(_value(child) for child in node.nodes)})"
        case _:
            return _clause(node)


def _clause(node: tree.Node) -> str:
    """A part with its field."""
    if isinstance(node, tree.ColumnLeaf):
        return _condition(node)
    match node:
        case tree.Address():
            return f"at {node.url}"
        case tree.Paragraph():
            return f"with {' and '.join(_value(child) for child in node.nodes)} in one paragraph"
        case tree.First():
            where = {"": "text", "title": "title"}.get(_field(node.node) or "", _field(node.node))
            return f"with {_value(node.node)} in the first {node.count} words of the {where}"
        case tree.Not(tree.Copy()):
            return "that are no copies of earlier ones"
        case tree.Not():
            return f"but not {_grouped(node.node)}"
        case tree.Boosted() if _field(node) is None:
            return f"{_grouped(node.node)} (counting {node.factor:g} times)"
        case tree.Or() if _field(node) is None:
            return f"either {' or '.join(_grouped(child) for child in node.nodes)}"
        case tree.And():
            return ", ".join(_parts(node))
        case _:
            return _FIELDS[_field(node) or ""].format(_value(node))


def _condition(node: tree.ColumnLeaf) -> str:  # noqa: C901 (a line a node)
    match node:
        case tree.Everything():
            return "of any kind"
        case tree.Days():
            return _days("published", node.since, node.until)
        case tree.Changed():
            return _days("last edited", node.since, node.until)
        case tree.Edits():
            return _edits(node.low, node.high)
        case tree.Undated():
            return "without a date"
        case tree.Gone():
            return "gone from the web"
        case tree.Copy():
            return "that are copies of earlier ones"
        case tree.Story():
            return f"of the same story as article {node.article_id}"
        case tree.WordCount():
            return _word_count(node.low, node.high)
        case tree.HasImage():
            return "with a picture"
        case tree.Site():
            return f"from the site {node.host}"
        case tree.Language():
            return f"in {language_name(node.tag)}"


def _grouped(node: tree.Node) -> str:
    """A part inside another one, in brackets where it could be misread."""
    text = _clause(node)
    return f"({text})" if isinstance(node, tree.And | tree.Or | tree.Not) and _field(node) is None else text


def _days(what: str, since: date | None, until: date | None) -> str:
    if since is not None and until is not None:
        return f"{what} on {since}" if since == until else f"{what} {since} to {until}"
    return f"{what} since {since}" if since is not None else f"{what} until {until}"


def _edits(low: int, high: int | None) -> str:
    if high is None:
        return f"edited at least {_times(low)}"
    if low == high:
        return f"edited {_times(low)}" if low else "never edited"
    return f"edited {low} to {_times(high)}" if low else f"edited at most {_times(high)}"


def _word_count(low: int, high: int | None) -> str:
    if high is None:
        return f"of at least {low:,} words"
    return f"of {low:,} to {high:,} words" if low else f"of at most {high:,} words"


def _times(number: int) -> str:
    return "once" if number == 1 else f"{number:,} times"


def _filters(request: SearchRequest) -> list[str]:
    """The chosen and excluded facet values."""
    parts = []
    for field, wording in _FILTERS.items():
        chosen, excluded = request.chosen(field), request.excluded(field)
        if chosen:
            parts.append(" or ".join(_filter(field, wording, value) for value in chosen))
        if excluded:
            parts.append("but not " + " or ".join(_filter(field, wording, value) for value in excluded))
    return parts


def _filter(field: str, wording: str, value: str) -> str:
    if value == MISSING:
        return _MISSING[field]
    if words := _WORDS.get((field, value.lower())):
        return words
    text = label(field, value)
    return wording.format(f"“{text}”" if field in _QUOTED else text)
