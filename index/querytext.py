"""Query tree -> text of the query box that is read as this tree again."""

from __future__ import annotations

from datetime import date

from index import querytree as tree
from index.lexer import OPERATORS


def query_text(node: tree.Node) -> str:
    """The text. Days, numbers and languages stand there as they were understood: `since:2w` as a day."""
    match node:
        case tree.Everything():
            return ""
        case tree.And():
            return " ".join(
                _part(child) if isinstance(child, tree.Or) else query_text(child) for child in node.nodes
            )
        case tree.Or():
            return " OR ".join(query_text(child) for child in node.nodes)
        case tree.Not():
            return f"-{_part(node.node)}"
        case tree.Boosted():
            inner = query_text(node.node) if isinstance(node.node, tree.Words | tree.Pattern) else ""
            return f"{inner or _in_brackets(node.node)}^{_number(node.factor)}"
        case tree.Near() | tree.Paragraph() | tree.AtLeast() | tree.First():
            return _positional(node)
        case tree.Words() | tree.Pattern() | tree.Fuzzy() | tree.Between():
            return (f"{node.field}:" if node.field else "") + _words(node)
        case _:
            return _condition(node)


def _number(factor: float) -> str:
    return f"{factor:g}" if float(f"{factor:g}") == factor else repr(factor)


def _part(node: tree.Node) -> str:
    """A part that stands beside others or after an operator."""
    several = isinstance(node, tree.And | tree.Or | tree.Near | tree.Not)
    return _in_brackets(node) if several else query_text(node)


def _in_brackets(node: tree.Node) -> str:
    return f"({query_text(node)})"


def _positional(node: tree.Positional) -> str:
    match node:
        case tree.Near():
            return f" near/{node.distance} ".join(map(_part, node.nodes))
        case tree.Paragraph():
            parts = " ".join(map(_part, node.nodes)) if len(node.nodes) > 1 else query_text(node.nodes[0])
            return f"para({parts})"
        case tree.AtLeast():
            return f"atleast{node.count}({query_text(node.node)})"
        case tree.First():
            return f"first{node.count}({query_text(node.node)})"


def _words(node: tree.TextLeaf) -> str:
    match node:
        case tree.Words(exact=True):
            return f'"{node.shown}"' + (f"~{node.slop}" if node.slop else "")
        case tree.Words():
            return _typed(node.shown, node.words[0])
        case tree.Fuzzy():
            return f"{_typed(node.shown, node.word)}~{node.distance}"
        case tree.Pattern():
            return _typed(node.shown, node.pattern)
        case tree.Between():
            return node.shown


def _typed(shown: str, folded: str) -> str:
    """A word as the person typed it, where nothing in it could be an operator in another place."""
    letters = shown.replace("*", "").replace("?", "")
    return shown if letters.isalnum() and shown not in OPERATORS else folded


def _condition(node: tree.ColumnLeaf | tree.Address) -> str:  # noqa: C901 (a line a node)
    match node:
        case tree.Days(None, until):
            return f"until:{until}"
        case tree.Days(since, None):
            return f"since:{since}"
        case tree.Days():
            return f"date:{_range(node.since, node.until)}"
        case tree.Changed():
            return f"changed:{_range(node.since, node.until)}"
        case tree.Edits():
            return f"edits:{_range(node.low, node.high)}"
        case tree.WordCount():
            return f"wc:{_range(node.low, node.high)}"
        case tree.Story():
            return f"story:{node.article_id}"
        case tree.Language():
            return f"lang:{node.tag}"
        case tree.Site():
            return f"site:{node.host}"
        case tree.Address():
            return node.url
        case _:
            return _STATES[node]


def _range(low: date | int | None, high: date | int | None) -> str:
    return f"{'' if low is None else low}..{'' if high is None else high}"


_STATES: dict[tree.Node, str] = {
    tree.Everything(): "",
    tree.Undated(): "is:undated",
    tree.Gone(): "is:gone",
    tree.Copy(): "is:copy",
    tree.HasImage(): "has:image",
}
