"""Did you mean: for words that no article has, the words of the index that are spelt most alike."""

from __future__ import annotations

from whoosh.reading import IndexReader

from index import querytree as tree
from index.analysis import stem_terms
from index.highlight import distance
from index.query import Query
from index.whoosh_engine.evaluate import index_fields
from index.whoosh_engine.postings import OutOfTime, Postings

MAX_WORDS = 3
_SHORTEST = 3


def respelt(query: Query, postings: Postings) -> str | None:
    """The query with its unknown words replaced by known ones; None where there is nothing to replace, or no
    time left for it."""
    try:
        return _respelt(query, postings)
    except OutOfTime:
        return None


def _respelt(query: Query, postings: Postings) -> str | None:
    text = query.text
    unknown = [leaf for leaf in tree.wanted(query.tree) if isinstance(leaf, tree.Words)]
    replaced = 0
    for leaf in reversed(unknown):  # from the end, so that the places before stay right
        start, end = leaf.span
        piece = text[start:end]
        for word in dict.fromkeys(leaf.words):
            if replaced == MAX_WORDS or _is_known(word, leaf, postings):
                continue
            better = _nearest(word, leaf.field, postings)
            at = piece.lower().find(word)
            if better and at >= 0:
                piece = piece[:at] + better + piece[at + len(word) :]
                replaced += 1
        text = text[:start] + piece + text[end:]
    return text if replaced else None


def _is_known(word: str, leaf: tree.Words, postings: Postings) -> bool:
    """Whether some article has the word, in any of its forms where the query takes any."""
    reader: IndexReader = postings.reading.searcher.reader()
    languages = (*postings.reading.snapshot.columns.facets["language"].values, "")
    forms = [(name, word) for name, _ in index_fields(leaf.field, exact=True)]
    if not leaf.exact:
        stems = stem_terms(word, languages)
        forms += [(name, stem) for name, _ in index_fields(leaf.field, exact=False) for stem in stems]
    return any((name, form.encode()) in reader for name, form in forms)


def _nearest(word: str, field: str, postings: Postings) -> str | None:
    """The known word with the fewest letters to change, of these the one in the most articles."""
    if len(word) < _SHORTEST or not word.isalpha():
        return None
    reader = postings.reading.searcher.reader()
    best: tuple[int, int, str] | None = None
    for name, _ in index_fields(field, exact=True):
        for term in postings.words(name, word[:1]):
            away = distance(term.decode(), word)
            if away <= 2 and (best is None or away <= best[0]):
                found = away, -reader.doc_frequency(name, term), term.decode()
                best = min(best, found) if best else found
    return best[2] if best else None
