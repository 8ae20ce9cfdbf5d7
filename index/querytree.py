"""A query as a tree: what was asked for, free of any engine. `shown` is a part as the person typed it,
`span` its place in the query text; neither makes two parts different."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date

Span = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Everything:
    """All articles."""


@dataclass(frozen=True, slots=True)
class Words:
    """One word or several side by side, folded. `exact` words are not stemmed; `slop` is how many other
    words may stand between them. `field` is "" for title and text."""

    words: tuple[str, ...]
    shown: str = dataclasses.field(compare=False)
    field: str = ""
    exact: bool = False
    slop: int = 0
    span: Span = dataclasses.field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Pattern:
    """A folded word with `*` for any letters and `?` for one; the first two letters are letters."""

    pattern: str
    shown: str = dataclasses.field(compare=False)
    field: str = ""
    span: Span = dataclasses.field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Fuzzy:
    """Words at most `distance` letters away from a folded word (inserted, left out, changed or swapped)."""

    word: str
    distance: int
    shown: str = dataclasses.field(compare=False)
    field: str = ""
    span: Span = dataclasses.field(default=(0, 0), compare=False)


@dataclass(frozen=True, slots=True)
class Between:
    """Folded words from `low` to `high` in the order of the alphabet, both included; "" is no bound."""

    low: str
    high: str
    shown: str = dataclasses.field(compare=False)
    field: str


@dataclass(frozen=True, slots=True)
class Days:
    """Published from `since` to `until`, calendar days, both included; None is no bound."""

    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Changed:
    """Last edited from `since` to `until`, days in UTC, both included; None is no bound."""

    since: date | None
    until: date | None


@dataclass(frozen=True, slots=True)
class Edits:
    """Edited from `low` to `high` times, both included; None is no bound."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class Undated:
    """Without a publication date."""


@dataclass(frozen=True, slots=True)
class Gone:
    """Gone from the web."""


@dataclass(frozen=True, slots=True)
class Copy:
    """Not the first published of its story."""


@dataclass(frozen=True, slots=True)
class Story:
    """Of the same story as the article with this id."""

    article_id: int


@dataclass(frozen=True, slots=True)
class WordCount:
    """With `low` to `high` words of text, both included; None is no bound."""

    low: int
    high: int | None


@dataclass(frozen=True, slots=True)
class HasImage:
    """With a picture."""


@dataclass(frozen=True, slots=True)
class Site:
    """Of a site, named by its host in lower case without `www.`, or of a part of it: `example.com` is also that of
    `news.example.com`."""

    host: str


@dataclass(frozen=True, slots=True)
class Language:
    """Written in the language of this tag."""

    tag: str


@dataclass(frozen=True, slots=True)
class Address:
    """The article at exactly this URL."""

    url: str


@dataclass(frozen=True, slots=True)
class Near:
    """All of `nodes` close together, in any order: there is a place for each of them, such that at most `distance`
    other words stand between one and the next; places do not overlap. A phrase takes as many places as it has words.
    All look in the one `field`; "" is the title, an earlier headline or the text, each by itself."""

    nodes: tuple[Operand, ...]
    distance: int
    field: str = ""


@dataclass(frozen=True, slots=True)
class Paragraph:
    """All of `nodes` in one paragraph of the text. Their own field is ""."""

    nodes: tuple[Operand, ...]


@dataclass(frozen=True, slots=True)
class AtLeast:
    """Mentions of `node`, `count` of them or more, in its field; where that is "", those in title and text count
    together, and earlier headlines do not. Of an Or the mentions of all its parts count together."""

    node: Operand
    count: int


@dataclass(frozen=True, slots=True)
class First:
    """`node` within the first `count` words of its field, a phrase with all its words; where the field is "", of the
    text alone."""

    node: Operand
    count: int


@dataclass(frozen=True, slots=True)
class Boosted:
    """As `node`, counting `factor` times as much for relevance."""

    node: Node
    factor: float


@dataclass(frozen=True, slots=True)
class Not:
    """All but `node`."""

    node: Node


@dataclass(frozen=True, slots=True)
class And:
    """All of these."""

    nodes: tuple[Node, ...]


@dataclass(frozen=True, slots=True)
class Or:
    """Any of these."""

    nodes: tuple[Node, ...]


TextLeaf = Words | Pattern | Fuzzy | Between
ColumnLeaf = (
    Everything
    | Days
    | Changed
    | Edits
    | Undated
    | Gone
    | Copy
    | Story
    | Language
    | WordCount
    | HasImage
    | Site
)
Leaf = ColumnLeaf | TextLeaf | Address
Operand = Words | Pattern | Fuzzy | Or
"""What has places: the nodes of such an Or are operands, too, and look in the same field."""
Positional = Near | Paragraph | AtLeast | First
Node = Leaf | Positional | Boosted | Not | And | Or


def wanted(node: Node) -> Iterator[Leaf]:
    """The leaves that an article is to have: all but those under a Not, in the order of the text."""
    match node:
        case Not():
            return
        case Boosted() | AtLeast() | First():
            yield from wanted(node.node)
        case And() | Or() | Near() | Paragraph():
            for child in node.nodes:
                yield from wanted(child)
        case _:
            yield node
