"""A search as a sentence: articles with “election” and “council” in title or text, by author “field”, ..."""

from __future__ import annotations

from index import querytree as tree
from index.labels import label
from index.model import MISSING, SearchRequest
from index.positional import field_of
from index.wording_conditions import days, in_words, times

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
_BEGINNINGS = {"": "text", "title": "title", "was": "earlier headline", "author": "byline", "url": "address"}
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
    parts = _parts(node)
    if request.filters:
        parts += _filters(request)
    if request.since is not None or request.until is not None:
        parts.append(days("published", request.since, request.until))
    return "articles " + ", ".join(parts) if parts else "all articles"


def _parts(node: tree.Node) -> list[str]:
    """The conditions that must all hold; those of one field together."""
    if isinstance(node, tree.Everything):
        return []
    nodes = node.nodes if isinstance(node, tree.And) else (node,)
    by_field: dict[str, list[str]] = {}
    others: list[str] = []
    for child in nodes:
        field = field_of(child)
        if field is None:
            others.append(_clause(child))
        else:
            by_field.setdefault(field, []).append(_value(child))
    return [*(_FIELDS[field].format(" and ".join(values)) for field, values in by_field.items()), *others]


def _value(node: tree.Node) -> str:
    """A part without its field."""
    match node:
        case tree.Words() if node.slop:
            return f"“{node.shown}” with {_up_to(node.slop)} in between"
        case tree.Words() if node.exact and len(node.words) == 1 and node.field in ("", "title"):
            return f"exactly “{node.shown}”"
        case tree.Words() | tree.Pattern():
            return f"“{node.shown}”"
        case tree.Fuzzy():
            return f"words like “{node.shown}”"
        case tree.Between():
            return f"words in {node.shown}"
        case tree.Near():
            values = " near ".join(map(_value, node.nodes))
            return f"({values}, in any order, {_up_to(node.distance)} in between)"
        case tree.AtLeast():
            return f"{_value(node.node)} at least {times(node.count)}"
        case tree.Boosted():
            return f"{_value(node.node)} (counting {node.factor:g} times)"
        case tree.Or():
            return f"({' or '.join(_value(child) for child in node.nodes)})"
        case _:
            return _clause(node)


def _clause(node: tree.Node) -> str:
    """A part with its field."""
    if isinstance(node, tree.ColumnLeaf | tree.Address):
        return in_words(node)
    match node:
        case tree.Paragraph():
            return f"with {' and '.join(map(_value, node.nodes))} in one paragraph"
        case tree.First():
            where = _BEGINNINGS.get(field_of(node.node) or "", "field")
            words = f"{node.count:,} words" if node.count != 1 else "word"
            return f"with {_value(node.node)} in the first {words} of the {where}"
        case tree.Not(tree.Copy()):
            return "that are no copies of earlier ones"
        case tree.Not():
            return f"but not {_grouped(node.node)}"
        case tree.Boosted() if field_of(node) is None:
            return f"{_grouped(node.node)} (counting {node.factor:g} times)"
        case tree.Or() if field_of(node) is None:
            return f"either {' or '.join(_grouped(child) for child in node.nodes)}"
        case tree.And():
            return ", ".join(_parts(node))
        case _:
            return _FIELDS[field_of(node) or ""].format(_value(node))


def _up_to(words: int) -> str:
    return "no word" if words == 0 else "up to 1 word" if words == 1 else f"up to {words:,} words"


def _grouped(node: tree.Node) -> str:
    """A part inside another one, in brackets where it could be misread."""
    text = _clause(node)
    return f"({text})" if isinstance(node, tree.And | tree.Or | tree.Not) and field_of(node) is None else text


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
