"""Text of the query box -> query tree, with a sentence for everything that was ignored. Never raises.

    query   := all (OR all)*
    all     := one ((AND)? one)*
    one     := (NOT | - | +)? (FIELD:)? ( "(" query ")" | "phrase"~N | [low TO high] | word ) (^BOOST)?

Words mean AND. What cannot be read that way is read as plain words where that makes sense, else ignored; both
with a note. The bounds keep every query cheap whoever wrote it.
"""

from __future__ import annotations

import math
import re
from dataclasses import dataclass
from datetime import date

from index import querytree as tree
from index.analysis import fold, folded_words
from index.conditions import RANGED, condition
from index.lexer import Token, clean, tokens

MAX_CLAUSES = 32
MAX_DEPTH = 20
MAX_FUZZY = 2
MIN_PREFIX = 2
MAX_SLOP = 50
MAX_BOOST = 100.0

TEXT_FIELDS = ("title", "was", "author", "source", "section", "tag", "url")
FIELDS = (*TEXT_FIELDS, "lang", "date", "since", "until", "changed", "edits", "story", "is")

_SUFFIX = re.compile(r"(?P<body>.*?)(?P<fuzzy>~[^~^]*)?(?P<boost>\^[^~^]*)?", re.DOTALL)
_FIELD = re.compile(r"(?P<name>[A-Za-z_]+):(?P<value>.*)", re.DOTALL)


@dataclass(frozen=True, slots=True)
class Query:
    """What was read: the tree, the notes about what was ignored, and the cleaned text that spans refer to."""

    text: str
    tree: tree.Node
    notes: tuple[str, ...] = ()


def parse(text: str, *, today: date) -> Query:
    """Read the text of a query box; `today` gives relative dates their meaning."""
    cleaned, notes = clean(text)
    parser = _Parser(list(tokens(cleaned)), today, notes)
    return Query(cleaned, parser.query(), tuple(dict.fromkeys(parser.notes)))


@dataclass(slots=True)
class _Parser:
    """Reads tokens by recursive descent; `place` is the next one."""

    tokens: list[Token]
    today: date
    notes: list[str]
    place: int = 0
    clauses: int = 0
    depth: int = 0

    def query(self) -> tree.Node:
        found = []
        while self.place < len(self.tokens):
            node = self.any_of("")
            if node is not None:
                found.append(node)
            if self.peek() == "close":
                self.notes.append("A closing bracket without an opening one was ignored.")
                self.place += 1
        return _all(found) or tree.Everything()

    def peek(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else "end"

    def any_of(self, name: str) -> tree.Node | None:
        """`all (OR all)*` in a field; None where nothing could be read."""
        found = []
        while True:
            node = self.all_of(name)
            if node is not None:
                found.append(node)
            if self.peek() != "OR":
                break
            self.place += 1
            if node is None or self.peek() in ("end", "close", "OR", "AND"):
                self.notes.append("“OR” stands between two words; here it was ignored.")
        return tree.Or(tuple(found)) if len(found) > 1 else (found[0] if found else None)

    def all_of(self, name: str) -> tree.Node | None:
        found: list[tree.Node] = []
        while (kind := self.peek()) not in ("end", "close", "OR"):
            if kind == "AND":
                self.place += 1
                if not found or self.peek() in ("end", "close", "OR", "AND"):
                    self.notes.append("“AND” stands between two words; here it was ignored.")
                continue
            node = self.one(name)
            if node is not None:
                found.append(node)
        return _all(found)

    def one(self, name: str) -> tree.Node | None:
        token = self.tokens[self.place]
        self.place += 1
        if token.kind in ("NOT", "minus"):
            if self.peek() in ("end", "close", "OR", "AND"):
                self.notes.append(f"“{token.text}” stands before a word; here it was ignored.")
                return None
            node = self.one(name)
            return tree.Not(node) if node is not None else None
        if token.kind == "plus":
            return None
        if token.kind == "field":
            return self.in_field(token)
        return self.boosted(self.primary(token, name))

    def in_field(self, token: Token) -> tree.Node | None:
        """`name:` directly before a group, a phrase or a range."""
        name = token.text[:-1].lower()
        following = self.peek()
        if following == "end" or self.tokens[self.place].start != token.end:
            self.notes.append(f"“{token.text}” has nothing after it; it was ignored.")
            return None
        if name not in FIELDS:
            self.notes.append(_unknown_field(token.text[:-1]))
            name = ""
        return self.one(name)

    def primary(self, token: Token, name: str) -> tree.Node | None:
        if token.kind == "open":
            return self.group(name)
        if token.kind == "suffix":
            self.notes.append(f"“{token.text}” belongs to no word; it was ignored.")
            return None
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            self.notes.append(f"A query has at most {MAX_CLAUSES} parts; what comes after them was ignored.")
            return None
        if token.kind == "quoted":
            return self.quoted(token, name)
        if token.kind == "range":
            return self.range(token, name)
        return self.word(token, name)

    def group(self, name: str) -> tree.Node | None:
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.notes.append(f"Brackets nest at most {MAX_DEPTH} deep; the ones below were ignored.")
            node = None
            while self.peek() not in ("end", "close"):
                self.place += 1
        else:
            node = self.any_of(name)
        self.depth -= 1
        if self.peek() == "close":
            self.place += 1
        else:
            self.notes.append("An opening bracket was not closed; it was closed at the end.")
        return node

    def suffix(self) -> str:
        """`~2^3` directly after a quote or a bracket, "" where there is none."""
        if self.peek() != "suffix":
            return ""
        self.place += 1
        return self.tokens[self.place - 1].text

    def boosted(self, node: tree.Node | None) -> tree.Node | None:
        suffix = self.suffix()
        return self.boost(node, suffix[1:], suffix) if suffix else node

    def boost(self, node: tree.Node | None, number: str, shown: str) -> tree.Node | None:
        try:
            factor = float(number)
        except ValueError:
            factor = math.nan
        if not 0 < factor <= MAX_BOOST:
            self.notes.append(f"“{shown}” is no weight between 0 and {MAX_BOOST:g}; it was ignored.")
            return node
        return tree.Boosted(node, factor) if node is not None and factor != 1 else node

    def quoted(self, token: Token, name: str) -> tree.Node | None:
        inside = token.text.strip('"')
        if not token.text.endswith('"') or len(token.text) == 1:
            self.notes.append("A quotation mark was not closed; the phrase was read to the end.")
        slop, boost = 0, ""
        if suffix := self.suffix():
            found = _SUFFIX.fullmatch(suffix)
            assert found is not None
            slop = self.number(found["fuzzy"], MAX_SLOP, default=0)
            boost = found["boost"] or ""
        node = self.special(name, inside, token) if name not in ("", *TEXT_FIELDS) else None
        if node is None and name in ("", *TEXT_FIELDS):
            node = self.words(inside, name, token, exact=True, slop=slop)
        return self.boost(node, boost[1:], boost) if boost else node

    def number(self, suffix: str | None, most: int, *, default: int) -> int:
        """The number of `~2`, bounded."""
        if not suffix or suffix == "~":
            return default
        try:
            count = int(suffix[1:]) if suffix[1:].isascii() else -1
        except ValueError:
            count = -1
        if count < 0:
            self.notes.append(f"“{suffix}” is no distance; it was ignored.")
            return default
        if count > most:
            self.notes.append(f"The distance “{suffix}” was read as ~{most}, the largest there is.")
        return min(count, most)

    def range(self, token: Token, name: str) -> tree.Node | None:
        low, found, high = token.text.strip("[]{}").partition(" TO ")
        if token.text[-1] not in "]}" or not found:
            self.notes.append(f"“{token.text}” is no range of the form [low TO high]; it was ignored.")
            return None
        if name in RANGED:
            return self.special(name, f"{low.strip()}..{high.strip()}", token)
        if name not in TEXT_FIELDS:
            self.notes.append(f"“{name}:” has no ranges; “{token.text}” was ignored.")
            return None
        bounds = tuple(fold(part.strip(" *\"'")) for part in (low, high))
        return tree.Between(bounds[0], bounds[1], token.text, name)

    def word(self, token: Token, name: str) -> tree.Node | None:
        if not name and (found := _FIELD.fullmatch(token.text)):
            if found["value"].startswith("//"):
                return tree.Address(token.text)
            if found["name"].lower() in FIELDS:
                name = found["name"].lower()
                inner = Token("word", found["value"], token.start + found.start("value"), token.end)
                return self.word(inner, name)
            self.notes.append(_unknown_field(found["name"]))
        if name not in ("", *TEXT_FIELDS):
            return self.special(name, token.text, token)
        if name == "url" and "://" in token.text:
            return tree.Address(token.text)
        found = _SUFFIX.fullmatch(token.text)
        assert found is not None
        node = self.plain(found["body"], found["fuzzy"], name, token)
        return self.boost(node, found["boost"][1:], found["boost"]) if found["boost"] else node

    def plain(self, body: str, fuzzy: str | None, name: str, token: Token) -> tree.Node | None:
        """A word, a word with * or ?, or a word with ~."""
        if "*" in body or ("?" in body.rstrip("?") and "://" not in body):
            return self.pattern(body, name, token)
        node = self.words(body, name, token)
        if fuzzy and isinstance(node, tree.Words) and len(node.words) == 1:
            distance = self.number(fuzzy, MAX_FUZZY, default=1)
            if distance:
                return tree.Fuzzy(node.words[0], distance, node.shown, name, node.span)
        return node

    def pattern(self, body: str, name: str, token: Token) -> tree.Node | None:
        parts = re.split(r"([*?])", body.rstrip("?") if "*" not in body else body)
        pattern = "".join(part if part in ("*", "?") else "".join(folded_words(part)) for part in parts)
        start = re.split(r"[*?]", pattern)[0]
        if len(start) >= MIN_PREFIX:
            return tree.Pattern(re.sub(r"\*+", "*", pattern), body, name, (token.start, token.end))
        self.notes.append(
            f"“{body}” was read without its * and ?: at least {MIN_PREFIX} letters come before the first of them."
        )
        return self.words(re.sub(r"[*?]", " ", body), name, token)

    def words(
        self, text: str, name: str, token: Token, *, exact: bool = False, slop: int = 0
    ) -> tree.Node | None:
        folded = folded_words(text)
        if not folded:
            self.notes.append(f"“{text.strip()}” has no letter or digit to look for; it was ignored.")
            return None
        exact = exact or len(folded) > 1
        return tree.Words(folded, text.strip(), name, exact, slop, (token.start, token.end))

    def special(self, name: str, value: str, token: Token) -> tree.Node | None:
        """A field that is not made of words: see `index.conditions`."""
        try:
            return condition(name, value, self.today)
        except ValueError as reason:
            shown = value if len(value) <= 40 else value[:39] + "…"
            self.notes.append(f"“{name}:{shown}” was ignored: {reason}.")
            return None


def _all(nodes: list[tree.Node]) -> tree.Node | None:
    return tree.And(tuple(nodes)) if len(nodes) > 1 else (nodes[0] if nodes else None)


def _unknown_field(name: str) -> str:
    return f"There is no field “{name}:”; it was read as words. The fields are {', '.join(FIELDS)}."
