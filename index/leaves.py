"""One token of a query -> a leaf of its tree, with a note for what was ignored."""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date
from itertools import chain
from typing import NamedTuple

from index import querytree as tree
from index.analysis import fold, folded_words, is_part
from index.conditions import RANGED, condition, looks_like_days
from index.fields import FIELDS, TEXT_FIELDS
from index.lexer import Token
from index.positional import near

MAX_FUZZY = 2
MIN_PREFIX = 2
MAX_SLOP = 50
MAX_BOOST = 100.0
MAX_JOINED = 8
"""Words of one with hyphens and a star."""

_SUFFIX = re.compile(r"(?P<body>.*?)(?P<fuzzy>~[^~^]*)?(?P<boost>\^[^~^]*)?", re.DOTALL)
_STAR = re.compile(r"[*?]")
_JOINTS = re.compile(r"[^\w*?]+")
_UNKNOWN = re.compile(r"(?P<name>[A-Za-z_]+):.", re.DOTALL)


class Where(NamedTuple):
    """The field that a part of the query looks in, and whether it looks for words exactly as they are written."""

    field: str = ""
    exact: bool = False


ANYWHERE = Where()


@dataclass(frozen=True, slots=True)
class Leaves:
    """Reads leaves; `today` gives relative dates their meaning, `notes` grows."""

    today: date
    notes: list[str]

    def word(self, token: Token, where: Where) -> tree.Node | None:
        """A word with all that can stand in one: `el*ion`, `electoin~1`, `vote^2`, `2025-04`."""
        text = token.text
        if where.field not in ("", *TEXT_FIELDS):
            return self.special(where.field, text)
        if text.isalnum():
            return self.words(text, where, token.span)
        if where == ANYWHERE:
            if looks_like_days(text) and (days := self.days(text)) is not None:
                return days
            if found := _UNKNOWN.match(text):
                self.notes.append(unknown_field(found["name"]))
        found = _SUFFIX.fullmatch(text)
        assert found is not None
        if not found["body"]:
            self.lost(token)
            return None
        node = self.plain(found["body"], found["fuzzy"], where, token.span)
        return self.boost(node, found["boost"]) if found["boost"] else node

    def lost(self, token: Token) -> None:
        """`~2` or `^3` that stands by itself."""
        self.notes.append(f"“{_short(token.text)}” belongs to no word; it was ignored.")

    def address(self, token: Token, where: Where) -> tree.Node | None:
        """`https://example.com/a`: the article there, or what a field makes of it."""
        return tree.Address(token.text) if where.field in ("", "url") else self.word(token, where)

    def quoted(self, token: Token, suffix: str, where: Where) -> tree.Node | None:
        """`"two words"~3^2`: exactly these, or the value of a condition."""
        inside = token.text.strip('"')
        if not token.text.endswith('"') or len(token.text) == 1:
            self.notes.append("A quotation mark was not closed; the phrase was read to the end.")
        if not suffix:
            return self.phrase(inside, 0, where, token.span)
        found = _SUFFIX.fullmatch(suffix)
        assert found is not None
        if found["body"]:
            self.notes.append(f"“{_short(found['body'])}” belongs to no word; it was ignored.")
        slop = self.distance(found["fuzzy"], MAX_SLOP, default=0)
        node = self.phrase(inside, slop, where, token.span)
        return self.boost(node, found["boost"]) if found["boost"] else node

    def phrase(self, inside: str, slop: int, where: Where, span: tree.Span) -> tree.Node | None:
        if where.field not in ("", *TEXT_FIELDS):
            return self.special(where.field, inside)
        return self.words(inside, Where(where.field, exact=True), span, slop)

    def range(self, token: Token, where: Where) -> tree.Node | None:
        """`[low TO high]` in a field."""
        low, found, high = token.text.strip("[]{}").partition(" TO ")
        if token.text[-1] not in "]}" or not found:
            self.notes.append(f"“{token.text}” is no range of the form [low TO high]; it was ignored.")
            return None
        if where.field in RANGED:
            return self.special(where.field, f"{low.strip(' *')}..{high.strip(' *')}")
        if where.field not in TEXT_FIELDS:
            self.notes.append(f"“{where.field}:” has no ranges; “{token.text}” was ignored.")
            return None
        bounds = tuple(fold(part.strip(" *\"'")) for part in (low, high))
        return tree.Between(bounds[0], bounds[1], token.text, where.field)

    def boost(self, node: tree.Node | None, suffix: str) -> tree.Node | None:
        """A part with its weight, `^2`."""
        try:
            factor = float(suffix[1:])
        except ValueError:
            factor = math.nan
        if not suffix.startswith("^") or not 0 < factor <= MAX_BOOST:
            self.notes.append(f"“{suffix}” is no weight between 0 and {MAX_BOOST:g}; it was ignored.")
            return node
        return tree.Boosted(node, factor) if node is not None and factor != 1 else node

    def plain(self, body: str, fuzzy: str | None, where: Where, span: tree.Span) -> tree.Node | None:
        """A word, a word with * or ?, or a word with ~."""
        if "*" in body or "?" in body.rstrip("?"):
            return self.pattern(body, where, span)
        node = self.words(body, where, span)
        if fuzzy and isinstance(node, tree.Words) and len(node.words) == 1:
            distance = self.distance(fuzzy, MAX_FUZZY, default=1)
            if distance:
                return tree.Fuzzy(node.words[0], distance, node.shown, where.field, node.span)
        return node

    def pattern(self, body: str, where: Where, span: tree.Span) -> tree.Node | None:
        parts = [part if part in ("*", "?") else folded_words(part) for part in re.split(r"([*?])", body)]
        if any(len(part) > 1 for part in parts):
            side_by_side = self.compound(body, where, span)
            return side_by_side or self.without_stars("they stand in single words", body, where, span)
        pattern = "".join(chain.from_iterable(parts))
        if "*" not in pattern:  # what is left at the end asks a question
            pattern = pattern.rstrip("?")
            if "?" not in pattern:
                return self.words(body, where, span)
        start = re.split(r"[*?]", pattern)[0]
        if len(start) < MIN_PREFIX and not is_part(start):
            why = f"at least {MIN_PREFIX} letters come before the first of them"
            return self.without_stars(why, body, where, span)
        return tree.Pattern(re.sub(r"\*+", "*", pattern), body, where.field, span)

    def compound(self, body: str, where: Where, span: tree.Span) -> tree.Node | None:
        """`city-wide*`: its words side by side; None where its parts are no single words."""
        pieces = [piece for piece in _JOINTS.split(body) if piece]
        words = [() if _STAR.search(piece) else folded_words(piece) for piece in pieces]
        if not 2 <= len(pieces) <= MAX_JOINED or any(len(folded) > 1 for folded in words):
            return None
        nodes = [
            tree.Words(folded, piece, where.field, exact=True, span=span)
            if folded
            else self.pattern(piece, where, span)
            for folded, piece in zip(words, pieces, strict=True)
        ]
        held = [node for node in nodes if node is not None]
        return near(held, [0] * (len(held) - 1))[0] if held else None

    def without_stars(self, why: str, body: str, where: Where, span: tree.Span) -> tree.Node | None:
        """What is left of a pattern that cannot be looked for."""
        self.notes.append(f"“{_short(body)}” was read without its * and ?: {why}.")
        return self.words(re.sub(r"[*?]", " ", body), where, span)

    def words(self, text: str, where: Where, span: tree.Span, slop: int = 0) -> tree.Node | None:
        folded = folded_words(text)
        if not folded:
            self.notes.append(f"“{_short(text.strip())}” has no letter or digit to look for; it was ignored.")
            return None
        if len(folded) == 1 and is_part(folded[0]):
            return tree.Pattern(f"{folded[0]}*", text.strip(), where.field, span)
        several = len(folded) > 1
        exact, slop = where.exact or several, slop if several else 0
        return tree.Words(folded, text.strip(), where.field, exact, slop, span)

    def days(self, text: str) -> tree.Node | None:
        """A date without `date:`; None where it is none after all."""
        try:
            found = condition("date", text, self.today)
        except ValueError:
            return None
        if text.count("-") == 1 and ".." not in text:
            self.notes.append(f"“{text}” was read as a month; in quotation marks it is looked for as words.")
        return found

    def special(self, name: str, value: str) -> tree.Node | None:
        """A field that is not made of words: see `index.conditions`."""
        try:
            return condition(name, value, self.today)
        except ValueError as reason:
            self.notes.append(f"“{name}:{_short(value)}” was ignored: {reason}.")
            return None

    def distance(self, suffix: str | None, most: int, *, default: int) -> int:
        """The number of `~2`, bounded."""
        if not suffix or suffix == "~":
            return default
        if not (suffix[1:].isascii() and suffix[1:].isdigit()):
            self.notes.append(f"“{suffix}” is no distance; it was ignored.")
            return default
        return self.bounded(suffix[1:], most, "~{}")

    def bounded(self, digits: str, most: int, shown: str, least: int = 0) -> int:
        """A number that has a least and a greatest value."""
        count = int(digits)
        bound = max(least, min(count, most))
        if bound != count:
            which = "largest" if count > most else "smallest"
            self.notes.append(
                f"“{shown.format(_short(digits))}” was read as “{shown.format(bound)}”, the {which} there is."
            )
        return bound


def unknown_field(name: str) -> str:
    """The note about a field that there is not."""
    return f"There is no field “{name}:”; it was read as words. The fields are {', '.join(FIELDS)}."


def _short(text: str) -> str:
    return text if len(text) <= 40 else text[:39] + "…"
