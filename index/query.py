"""Text of the query box -> query tree, with a sentence for everything that was ignored. Never raises.

    query   := any
    any     := all (OR all)*
    all     := close (AND? close)*
    close   := one (near/N one)*
    one     := (NOT | - | +)? FIELD:* part (^BOOST)?
    part    := "(" any ")" | CALL any ")" | "phrase"~N | [low TO high] | address | word
    CALL    := para( | atleastN( | firstN(

Words mean AND. What cannot be read that way is read as plain words where that makes sense, else ignored; both with a
note. The bounds keep every query cheap whoever wrote it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from functools import lru_cache
from typing import NamedTuple

from index import querytree as tree
from index.fields import EXACT, FIELDS
from index.leaves import ANYWHERE, Leaves, Where, unknown_field
from index.lexer import OPERATORS, Token, clean, tokens
from index.positional import MAX_COUNT, MAX_DISTANCE, all_of, any_of, at_least, first, near, paragraph

__all__ = ["FIELDS", "MAX_CLAUSES", "Query", "parse"]

MAX_CLAUSES = 64
MAX_DEPTH = 20
_CACHED = 1024


class Query(NamedTuple):
    """What was read: the tree, the notes about what was ignored, and the cleaned text that spans refer to."""

    text: str
    tree: tree.Node
    notes: tuple[str, ...] = ()


@lru_cache(maxsize=_CACHED)
def parse(text: str, *, today: date) -> Query:
    """Read the text of a query box; `today` gives relative dates their meaning."""
    cleaned, notes = clean(text)
    leaves = Leaves(today, notes)
    node = _plain(cleaned, leaves) or _Parser(list(tokens(cleaned)), leaves, notes).query()
    return Query(cleaned, node, tuple(dict.fromkeys(notes)) if notes else ())


def _plain(text: str, leaves: Leaves) -> tree.Node | None:
    """What most queries are, a few words of letters and digits, maybe with AND between them, is read without the
    grammar; None for any other."""
    chunks = text.split()
    if len(chunks) > MAX_CLAUSES or (chunks and chunks[-1] in OPERATORS):
        return None
    words: list[tree.Node] = []
    before = ""
    end = 0
    for chunk in chunks:
        start = text.index(chunk, end)
        end = start + len(chunk)
        if chunk not in OPERATORS:
            if not chunk.isalnum():
                return None
            word = leaves.words(chunk, ANYWHERE, (start, end))
            if word is not None:
                words.append(word)
        elif chunk != "AND" or not words or before == "AND":
            return None
        before = chunk
    if len(words) > 1:
        return tree.And(tuple(words))
    return words[0] if words else None


@dataclass(slots=True)
class _Parser:
    """Reads tokens by recursive descent; `place` is the next one."""

    tokens: list[Token]
    leaves: Leaves
    notes: list[str]
    place: int = 0
    clauses: int = 0
    depth: int = 0

    def query(self) -> tree.Node:
        found = []
        while self.place < len(self.tokens):
            node = self.any(ANYWHERE)
            if node is not None:
                found.append(node)
            if self.peek() == "close":
                self.notes.append("A closing bracket without an opening one was ignored.")
                self.place += 1
        return all_of(found) if found else tree.Everything()

    def peek(self) -> str:
        return self.tokens[self.place].kind if self.place < len(self.tokens) else "end"

    def any(self, where: Where) -> tree.Node | None:
        """`all (OR all)*`; None where nothing could be read."""
        found = []
        while True:
            node = self.all(where)
            if node is not None:
                found.append(node)
            if self.peek() != "OR":
                return any_of(found) if found else None
            self.operator(alone=node is None)

    def all(self, where: Where) -> tree.Node | None:
        """`close (AND? close)*`."""
        found: list[tree.Node] = []
        while (kind := self.peek()) not in ("end", "close", "OR"):
            if kind in ("AND", "near"):
                self.operator(alone=not found or kind == "near")
                continue
            node = self.close(where)
            if node is not None:
                found.append(node)
        return all_of(found) if found else None

    def close(self, where: Where) -> tree.Node | None:
        """`one (near/N one)*`."""
        node = self.one(where)
        if node is None or self.peek() != "near":
            return node
        nodes, distances, shown = [node], [], self.tokens[self.place].text
        while self.peek() == "near":
            number = self.tokens[self.place].text.partition("/")[2]
            if not self.operator(alone=False):
                continue
            node = self.one(where)
            if node is not None:
                nodes.append(node)
                distances.append(self.leaves.bounded(number, MAX_DISTANCE, "near/{}"))
        if len(nodes) == 1:
            return nodes[0]
        result, whole = near(nodes, distances)
        if not whole:
            self.notes.append(
                f"“{shown}” stands between words, phrases and groups of them in one field; here it was read as AND."
            )
        return result

    def operator(self, *, alone: bool) -> bool:
        """Step over AND, OR or near/N; whether it stands between two parts."""
        shown = self.tokens[self.place].text
        self.place += 1
        if alone or self.peek() in ("end", "close", "OR", "AND", "near"):
            self.notes.append(f"“{shown}” stands between two words; here it was ignored.")
            return False
        return True

    def one(self, where: Where) -> tree.Node | None:
        token = self.tokens[self.place]
        self.place += 1
        match token.kind:
            case "NOT" | "minus":
                return self.negated(token, where)
            case "plus":
                return self.one(where)
            case "field":
                return self.in_field(token, where)
            case "unknown":
                self.notes.append(unknown_field(token.text[:-1]))
                return self.one(where)
            case "open" | "call":
                node = self.group(where)
                node = self.called(token.text[:-1].lower(), node) if token.kind == "call" else node
                suffix = self.suffix()
                return self.leaves.boost(node, suffix) if suffix else node
            case "suffix":
                self.leaves.lost(token)
                return None
            case _:
                return self.leaf(token, where)

    def negated(self, token: Token, where: Where) -> tree.Node | None:
        if self.peek() in ("end", "close", "OR", "AND", "near"):
            self.notes.append(f"“{token.text}” stands before a word; here it was ignored.")
            return None
        node = self.one(where)
        return tree.Not(node) if node is not None else None

    def in_field(self, token: Token, where: Where) -> tree.Node | None:
        """`name:` directly before what is looked for in it."""
        if self.peek() in ("end", "close", "OR") or self.tokens[self.place].span[0] != token.span[1]:
            self.notes.append(f"“{token.text}” has nothing after it; it was ignored.")
            return None
        name = token.text[:-1].lower()
        if name == EXACT:
            return self.one(Where(where.field, exact=True))
        return self.one(Where(name, where.exact))

    def leaf(self, token: Token, where: Where) -> tree.Node | None:
        self.clauses += 1
        if self.clauses > MAX_CLAUSES:
            self.notes.append(f"A query has at most {MAX_CLAUSES} parts; what comes after them was ignored.")
            return None
        match token.kind:
            case "quoted":
                return self.leaves.quoted(token, self.suffix(), where)
            case "range":
                return self.leaves.range(token, where)
            case "address":
                return self.leaves.address(token, where)
            case _:
                return self.leaves.word(token, where)

    def group(self, where: Where) -> tree.Node | None:
        """What stands in brackets; the opening one is read."""
        self.depth += 1
        if self.depth > MAX_DEPTH:
            self.notes.append(f"Brackets nest at most {MAX_DEPTH} deep; the ones below were ignored.")
            node = None
            while self.peek() not in ("end", "close"):
                self.place += 1
        else:
            node = self.any(where)
        self.depth -= 1
        if self.peek() == "close":
            self.place += 1
        else:
            self.notes.append("An opening bracket was not closed; it was closed at the end.")
        return node

    def called(self, name: str, node: tree.Node | None) -> tree.Node | None:
        """What `para`, `atleast3` or `first100` makes of what stands in its brackets."""
        if node is None:
            self.notes.append(f"“{name}(…)” has nothing in its brackets; it was ignored.")
            return None
        if name == "para":
            result, whole = paragraph(node)
        else:
            word = name.rstrip("0123456789")
            count = self.leaves.bounded(name.removeprefix(word), MAX_COUNT, word + "{}(…)", least=1)
            result, whole = at_least(node, count) if word == "atleast" else first(node, count)
        if not whole:
            what = "words, phrases and OR" if name != "para" else "words, phrases and OR, without a field"
            self.notes.append(f"“{name}(…)” is about {what}; the rest was read as if it stood outside.")
        return result

    def suffix(self) -> str:
        """`~2^3` directly after a quote or a bracket, "" where there is none."""
        if self.peek() != "suffix":
            return ""
        self.place += 1
        return self.tokens[self.place - 1].text
