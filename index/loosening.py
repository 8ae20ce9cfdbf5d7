"""What to ask instead of a query that finds nothing: the same without what is strict, without one of its words, and
any of its words."""

from __future__ import annotations

from index import querytree as tree
from index.analysis import folded_words
from index.positional import all_of, any_of
from index.querytext import query_text

_FEW = range(3, 6)


def loosened(node: tree.Node) -> tuple[str, ...]:
    """Texts that find at least as much, the closest first; empty where there is nothing to loosen."""
    relaxed = _relaxed(node)
    offers = (relaxed, *_without_one(relaxed), _any_word(relaxed))
    return tuple(dict.fromkeys(query_text(offer) for offer in offers if offer != node))


def _relaxed(node: tree.Node) -> tree.Node:
    """Without places, in any form: of a phrase, near/5 or para(...) is left that all words are there, of
    atleast3(...) and first100(...) that the word is."""
    match node:
        case tree.Words():
            return _apart(node)
        case tree.And() | tree.Near() | tree.Paragraph():
            return all_of(list(dict.fromkeys(map(_relaxed, node.nodes))))
        case tree.Or():
            return any_of(list(dict.fromkeys(map(_relaxed, node.nodes))))
        case tree.AtLeast() | tree.First():
            return _relaxed(node.node)
        case tree.Boosted():
            return tree.Boosted(_relaxed(node.node), node.factor)
        case _:
            return node


def _apart(node: tree.Words) -> tree.Node:
    """The words of a quoted phrase, each by itself."""
    pieces = [(piece, folded_words(piece)) for piece in node.shown.split()]
    return all_of(
        [
            tree.Words(words, piece, node.field, exact=len(words) > 1, span=node.span)
            for piece, words in pieces
            if words
        ]
    )


def _without_one(node: tree.Node) -> list[tree.Node]:
    """Each of a few words left out in turn; of two, any word says it better."""
    if not isinstance(node, tree.And):
        return []
    few = [part for part in node.nodes if _is_for_texts(part)]
    if len(few) not in _FEW:
        return []
    return [all_of([part for part in node.nodes if part is not one]) for one in few]


def _any_word(node: tree.Node) -> tree.Node:
    """Any of what is looked for in titles and texts, with all other conditions."""
    if not isinstance(node, tree.And):
        return node
    looked_for = [part for part in node.nodes if _is_for_texts(part)]
    others = [part for part in node.nodes if not _is_for_texts(part)]
    return all_of([any_of(looked_for), *others]) if len(looked_for) > 1 else node


def _is_for_texts(node: tree.Node) -> bool:
    match node:
        case tree.Words() | tree.Pattern() | tree.Fuzzy():
            return not node.field
        case tree.Boosted():
            return _is_for_texts(node.node)
        case tree.Or():
            return all(map(_is_for_texts, node.nodes))
        case _:
            return False
