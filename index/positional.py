"""Operators that look at places: near, paragraph, at least, first. Pure functions on parts of a query.

What they cannot be said of (a date, a NOT) is left standing beside them; the second value that each returns says
whether anything was.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise, product
from typing import TypeGuard

from index import querytree as tree

MAX_DISTANCE = 500
MAX_COUNT = 100_000
MAX_PAIRS = 64

Read = tuple[tree.Node, bool]


def near(nodes: list[tree.Node], distances: list[int]) -> Read:
    """`nodes[0] near/distances[0] nodes[1] near/distances[1] ...`. Of a group of words each is to be near; where
    distances differ, each word is near the next. What has no places, or looks in several fields, is only ANDed."""
    groups = [list(node.nodes) if isinstance(node, tree.And) else [node] for node in nodes]
    members = [member for group in groups for member in group]
    fields = {field_of(member) for member in members}
    pairs = sum(len(left) * len(right) for left, right in pairwise(groups))
    if not all(map(is_operand, members)) or len(fields) > 1 or pairs > MAX_PAIRS:
        return all_of(nodes), False
    name = fields.pop() or ""
    if len(members) == len(nodes) and len(set(distances)) == 1:
        return tree.Near(tuple(filter(is_operand, members)), distances[0], name), True
    steps = zip(distances, pairwise(groups), strict=True)
    return all_of(
        [
            tree.Near(tuple(filter(is_operand, two)), distance, name)
            for distance, (left, right) in steps
            for two in product(left, right)
        ]
    ), True


def paragraph(node: tree.Node) -> Read:
    """All parts of a group in one paragraph; of an OR of groups, those of one of them."""
    match node:
        case tree.Or() if not is_operand(node):
            return _over(node.nodes, paragraph, any_of)
        case tree.Boosted():
            inner, whole = paragraph(node.node)
            return tree.Boosted(inner, node.factor), whole
    parts = node.nodes if isinstance(node, tree.And) else (node,)
    inside = tuple(part for part in parts if is_operand(part) and not field_of(part))
    outside = [part for part in parts if part not in inside]
    return all_of([*([tree.Paragraph(inside)] if inside else []), *outside]), not outside


def at_least(node: tree.Node, count: int) -> Read:
    """Each word or phrase of a group at least so many times."""
    return _spread(node, lambda part: tree.AtLeast(part, count))


def first(node: tree.Node, count: int) -> Read:
    """Each word or phrase of a group among the first so many words."""
    return _spread(node, lambda part: tree.First(part, count))


def all_of(nodes: list[tree.Node]) -> tree.Node:
    """One or more parts that must all hold, as one."""
    flat: list[tree.Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, tree.And) else (node,))
    return tree.And(tuple(flat)) if len(flat) > 1 else flat[0]


def any_of(nodes: list[tree.Node]) -> tree.Node:
    """One or more parts of which one must hold, as one."""
    flat: list[tree.Node] = []
    for node in nodes:
        flat.extend(node.nodes if isinstance(node, tree.Or) else (node,))
    return tree.Or(tuple(flat)) if len(flat) > 1 else flat[0]


def is_operand(node: tree.Node) -> TypeGuard[tree.Operand]:
    """Whether a part has places: words, patterns, and those of one field joined by OR."""
    match node:
        case tree.Words() | tree.Pattern() | tree.Fuzzy():
            return True
        case tree.Or():
            return all(map(is_operand, node.nodes)) and field_of(node) is not None
        case _:
            return False


def field_of(node: tree.Node) -> str | None:
    """The one field that a part looks in; None where there are several or none."""
    match node:
        case tree.Words() | tree.Pattern() | tree.Fuzzy() | tree.Between() | tree.Near():
            return node.field
        case tree.Boosted() | tree.AtLeast():
            return field_of(node.node)
        case tree.Or():
            fields = {field_of(child) for child in node.nodes}
            return fields.pop() if len(fields) == 1 else None
        case _:
            return None


def _spread(node: tree.Node, make: Callable[[tree.Operand], tree.Node]) -> Read:
    """What `make` makes of each operand in a part, in the place of the operand."""
    if is_operand(node):
        return make(node), True
    match node:
        case tree.And():
            return _over(node.nodes, lambda part: _spread(part, make), all_of)
        case tree.Or():
            return _over(node.nodes, lambda part: _spread(part, make), any_of)
        case tree.Boosted():
            inner, whole = _spread(node.node, make)
            return tree.Boosted(inner, node.factor), whole
        case _:
            return node, False


def _over(
    nodes: tuple[tree.Node, ...],
    read: Callable[[tree.Node], Read],
    join: Callable[[list[tree.Node]], tree.Node],
) -> Read:
    found = [read(node) for node in nodes]
    return join([node for node, _ in found]), all(whole for _, whole in found)
