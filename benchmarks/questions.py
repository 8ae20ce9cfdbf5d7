"""What the engines are asked: for each class of queries some of the same questions in the language of each."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from itertools import islice, pairwise

from archive.model import Article
from benchmarks.corpus import FIRST_DAY, YEARS
from benchmarks.tantivy import Asked
from index.analysis import folded_words
from index.model import Filter, SearchRequest

PER_CLASS = 20
_TITLES = SearchRequest(facets=False, highlights=False, suggestions=False)
"""Ten titles and nothing besides, which is what the others answer; ours still counts and joins copies of a story."""

SAMPLE = 2_000
"""Articles that are looked at to find rare and common words."""

# Each in the form that was the fastest of those tried: a subquery helps for authors and hurts for dates.
_FROM = "FROM words JOIN article ON article.id = words.rowid WHERE words MATCH ?"
TOP = f"SELECT id, article.title, author, published {_FROM} ORDER BY rank LIMIT 10"
_BY_AUTHOR = (
    f"SELECT id, article.title, author, published {_FROM} "
    "AND words.rowid IN (SELECT id FROM article WHERE author = ?) ORDER BY rank LIMIT 10"
)
_IN_RANGE = (
    f"SELECT id, article.title, author, published {_FROM} AND published >= ? AND published < ? "
    "ORDER BY rank LIMIT 10"
)
_NEWEST = f"SELECT id, article.title, author, published {_FROM} ORDER BY published DESC LIMIT 10"
_ALL_NEWEST = "SELECT id, title, author, published FROM article ORDER BY published DESC LIMIT 10"
_FACETS = f"""WITH found AS MATERIALIZED (SELECT author, source, year {_FROM})
SELECT * FROM (SELECT 'author', author, count(*) AS n FROM found GROUP BY author ORDER BY n DESC LIMIT 10)
UNION ALL
SELECT * FROM (SELECT 'source', source, count(*) AS n FROM found GROUP BY source ORDER BY n DESC LIMIT 10)
UNION ALL
SELECT * FROM (SELECT 'year', year, count(*) AS n FROM found GROUP BY year ORDER BY n DESC LIMIT 10)"""
_SNIPPETS = (
    "SELECT id, article.title, author, published, snippet(words, 1, '<', '>', '…', 40) "
    f"{_FROM} ORDER BY rank LIMIT 10"
)


@dataclass(frozen=True, slots=True)
class Question:
    """One question. `statements` are (SQL, values) that FTS5 needs to answer as `request` does, none where it cannot;
    `match` is set where it can count what it finds."""

    request: SearchRequest
    asked: Asked
    statements: tuple[tuple[str, tuple[object, ...]], ...] = ()
    match: str = ""


@dataclass(frozen=True, slots=True)
class Vocabulary:
    """Words of a corpus to ask for. Rare ones stand in few articles, common ones in a tenth to a third."""

    rare: list[str]
    common: list[str]
    phrases: list[str]
    authors: list[str]


def vocabulary(articles: Iterable[Article]) -> Vocabulary:
    """What the first articles of a corpus are made of."""
    holding: Counter[str] = Counter()
    pairs: Counter[str] = Counter()
    authors: Counter[str] = Counter()
    size = 0
    for article in islice(articles, SAMPLE):
        size += 1
        found = [word if _askable(word) else "" for word in folded_words(article.latest.text)]
        holding.update(set(found) - {""})
        pairs.update({f"{a} {b}" for a, b in pairwise(found) if a and b})
        authors.update(article.latest.authors)
    ranked = [word for word in _most_first(holding) if holding[word] <= size / 3]
    common = [word for word in ranked if holding[word] >= size / 10]
    return Vocabulary(
        rare=[word for word in ranked if holding[word] <= max(1, size // 1000)],
        common=common if len(common) >= 2 * PER_CLASS else ranked[: 2 * PER_CLASS],
        phrases=_most_first(pairs)[: 10 * PER_CLASS],
        authors=_most_first(authors)[: 5 * PER_CLASS],
    )


def questions(known: Vocabulary, seed: int) -> dict[str, list[Question]]:
    """Class of queries -> its questions, no word twice in a class."""
    rng = random.Random(seed)

    def some(words: Sequence[str], per_question: int = 1) -> list[tuple[str, ...]]:
        count = min(PER_CLASS, len(words) // per_question)
        drawn = iter(rng.sample(words, count * per_question))
        return [tuple(islice(drawn, per_question)) for _ in range(count)]

    def common() -> list[str]:
        return [word for (word,) in some(known.common)]

    starts = sorted({word[:4] for word in known.common})
    return {
        "rare term": [_ranked(word) for (word,) in some(known.rare)],
        "common term": [_ranked(word) for word in common()],
        "AND of two": [_ranked(" AND ".join(words)) for words in some(known.common, 2)],
        "OR of three": [_ranked(" OR ".join(words)) for words in some(known.common, 3)],
        "phrase": [_ranked(f'"{phrase}"') for (phrase,) in some(known.phrases)],
        "prefix": [_prefix(start) for (start,) in some(starts)],
        "fuzzy": [_fuzzy(word) for word in common()],
        "author filter with a term": [_by_author(word, rng.choice(known.authors)) for word in common()],
        "date range with a term": [
            _in_year(word, FIRST_DAY.year + rng.randrange(YEARS)) for word in common()
        ],
        "term, newest first": [_newest(word) for word in common()],
        "everything, newest first": [_all_newest()] * PER_CLASS,
        "three facets": [_facets(word) for word in common()],
        "ten highlights": [_highlights(word) for word in common()],
    }


def _most_first(counts: Counter[str]) -> list[str]:
    """By count, then by the alphabet: sets have another order in every process."""
    return sorted(counts, key=lambda word: (-counts[word], word))


def _askable(word: str) -> bool:
    return len(word) >= 4 and word.isascii() and word.isalpha()


def _ranked(text: str) -> Question:
    return Question(replace(_TITLES, text=text), Asked(text), ((TOP, (text,)),), match=text)


def _prefix(start: str) -> Question:
    text = f"{start}*"
    return Question(replace(_TITLES, text=text), Asked(start, prefix=True), ((TOP, (text,)),), match=text)


def _fuzzy(word: str) -> Question:
    """A word with a letter left out of its middle. FTS5 has no such search."""
    misspelt = word[: len(word) // 2] + word[len(word) // 2 + 1 :]
    return Question(replace(_TITLES, text=f"{misspelt}~1"), Asked(misspelt, fuzzy=True))


def _by_author(word: str, author: str) -> Question:
    request = replace(_TITLES, text=word, filters=(Filter("author", author),))
    return Question(request, Asked(word, author=author), ((_BY_AUTHOR, (word, author)),))


def _in_year(word: str, year: int) -> Question:
    request = replace(_TITLES, text=word, since=date(year, 1, 1), until=date(year, 12, 31))
    statement = _IN_RANGE, (word, str(year), str(year + 1))
    return Question(request, Asked(word, year=year), (statement,))


def _newest(word: str) -> Question:
    request = replace(_TITLES, text=word, sort="newest")
    return Question(request, Asked(word, newest=True), ((_NEWEST, (word,)),), match=word)


def _all_newest() -> Question:
    return Question(replace(_TITLES, sort="newest"), Asked(newest=True), ((_ALL_NEWEST, ()),))


def _facets(word: str) -> Question:
    request = replace(_TITLES, text=word, facets=True, facet_fields=("author", "source", "year"))
    return Question(request, Asked(word, facets=True), ((TOP, (word,)), (_FACETS, (word,))), match=word)


def _highlights(word: str) -> Question:
    request = replace(_TITLES, text=word, highlights=True)
    return Question(request, Asked(word, snippets=True), ((_SNIPPETS, (word,)),), match=word)
