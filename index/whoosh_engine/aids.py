"""What helps to search on, from one snapshot: see `index.aids`."""

from __future__ import annotations

import time
from dataclasses import replace
from datetime import date

import numpy as np

from index import querytree as tree
from index.aids import (
    MAX_ARTICLES_WITH_MENTIONS,
    MAX_MENTIONS,
    MAX_RELATED,
    MAX_SIGNIFICANT,
    MAX_VALUES,
    Completion,
    InContext,
    Mentions,
    Related,
    Significance,
)
from index.analysis import tokens
from index.context import in_context
from index.highlight import highlight
from index.model import Facet, SearchRequest
from index.schema import read_text
from index.whoosh_engine.arrays import Ints
from index.whoosh_engine.asking import TIME_LIMIT, Asked
from index.whoosh_engine.completing import completions
from index.whoosh_engine.facets import chosen_of, facet_of
from index.whoosh_engine.hits import LookedFor, instant, line_of, looked_for_by, window
from index.whoosh_engine.snapshot import Snapshot
from index.whoosh_engine.telling import LOOKED_AT, Words, significant, stems_of, telling
from index.whoosh_engine.terms import OutOfTime, Terms
from index.whoosh_engine.turns import ALWAYS, Turn
from index.wording import understood

_TELLING = 25
"""By so many of its words an article is compared with others."""

_LIKE = 0.25
"""What is less like an article than that is not about the same."""

_SHARED = 2
_TRIED = 4  # times as many as wanted: copies of one story are left out, and what shares one word alone


def facet_values(
    snapshot: Snapshot,
    request: SearchRequest,
    field: str,
    containing: str,
    *,
    size: int,
    today: date,
    turn: Turn = ALWAYS,
) -> Facet:
    """The values of a facet of which a word begins so, counted as in the answer to the request."""
    asked = Asked(snapshot, request, today, TIME_LIMIT, turn)
    within = tuple(mask for name, mask in asked.filters.items() if name != field)
    found = asked.evaluation().matches(asked.tree(asked.query), within=within)
    wanted = replace(request, facet_size=min(max(size, 1), MAX_VALUES))
    return facet_of(
        snapshot.columns, field, chosen_of(snapshot.columns, found), wanted, containing=containing
    )


def complete(snapshot: Snapshot, text: str, *, size: int) -> tuple[Completion, ...]:
    """How a text in the query box could go on."""

    def held(field: str) -> tuple[list[str], Ints]:
        columns = snapshot.columns
        values, counts = columns.facet(field).values, columns.everything.counts(field)
        return [values[number] for number in counts.numbers.tolist()], counts.counts

    return completions(text, Terms(snapshot.shelves, time.monotonic() + TIME_LIMIT), held, size)


def related(snapshot: Snapshot, article_id: int, *, size: int, turn: Turn = ALWAYS) -> tuple[Related, ...]:
    """Articles that share the telling words of one, without copies of it or of each other."""
    asked = Asked(snapshot, SearchRequest(), date.min, TIME_LIMIT, turn)
    doc = _document(asked.terms, snapshot, article_id)
    if doc is None:
        return ()
    line = line_of(snapshot.shelves, doc)
    try:
        told = telling(
            _text_of(snapshot, doc), line.language, asked.terms,
            documents=snapshot.shelves.documents, size=_TELLING,
        )  # fmt: skip
    except OutOfTime:
        return ()
    if len(told) < _SHARED:
        return ()
    most = told[0][1]
    node = tree.Or(tuple(tree.Boosted(tree.Words((word,), word), worth / most) for word, worth in told))
    found = asked.evaluation().matches(node)
    itself = found.worth(doc)
    story = snapshot.columns.story
    others = found.within(np.not_equal(story, story[doc]))
    size = min(max(size, 0), MAX_RELATED)
    docs, scores = others.first(size * _TRIED, "relevance")
    likest: dict[int, Related] = {}
    for other, score in zip(docs.tolist(), scores.tolist(), strict=True):
        likeness = min(score / itself, 1.0) if itself else 0.0
        if len(likest) == size or likeness < _LIKE or asked.terms.is_over():
            break
        one = _related(snapshot, other, likeness, [word for word, _ in told])
        if len(one.words) >= _SHARED:
            likest.setdefault(int(story[other]), one)
    return tuple(likest.values())


def _related(snapshot: Snapshot, doc: int, likeness: float, words: list[str]) -> Related:
    line = line_of(snapshot.shelves, doc)
    language = [line.language]
    here = stems_of(set(tokens(_text_of(snapshot, doc))), language)
    shared = tuple(word for word in words if not here.isdisjoint(stems_of([word], language)))
    return Related(
        id=line.id,
        url=line.url,
        title=line.title,
        source=line.source,
        language=line.language,
        published=instant(line.published),
        published_day_only=line.published_day_only,
        likeness=likeness,
        words=shared[:5],
    )


def significance(
    snapshot: Snapshot, request: SearchRequest, *, size: int, today: date, turn: Turn = ALWAYS
) -> Significance:
    """What sets the articles apart that match, by the first of them."""
    asked = Asked(snapshot, request, today, TIME_LIMIT, turn)
    within = tuple(asked.filters.values())
    found = asked.evaluation().matches(asked.tree(asked.query), within=within)
    docs, _ = found.first(LOOKED_AT, request.sort)
    words = Words()
    leaves = (leaf for leaf in tree.wanted(asked.query.tree) if isinstance(leaf, tree.Words))
    looked_for = [word for leaf in leaves for word in leaf.words if leaf.field in ("", "title")]
    try:
        for doc in docs.tolist():
            asked.terms.check()
            words.add(_text_of(snapshot, doc), line_of(snapshot.shelves, doc).language)
        telling_words = significant(
            words, asked.terms, documents=snapshot.shelves.documents,
            known=stems_of(looked_for, snapshot.shelves.languages), size=min(max(size, 0), MAX_SIGNIFICANT),
        )  # fmt: skip
    except OutOfTime:
        telling_words = ()
    return Significance(request, telling_words, words.articles, found.total)


def mentions(snapshot: Snapshot, request: SearchRequest, *, today: date, turn: Turn = ALWAYS) -> Mentions:
    """The mentions in the articles of a page."""
    began = time.perf_counter()
    request = replace(request, page_size=min(request.page_size, MAX_ARTICLES_WITH_MENTIONS))
    asked = Asked(snapshot, request, today, TIME_LIMIT, turn)
    evaluation = asked.evaluation()
    found = evaluation.matches(asked.tree(asked.query), within=tuple(asked.filters.values()))
    page = window(request)
    articles: list[InContext] = []
    if not page.is_too_deep:
        docs, _ = found.first(page.end, request.sort)
        looked_for = looked_for_by(asked.query)
        for doc in docs[page.first :].tolist():
            if asked.terms.is_over():
                evaluation.stop()
                break
            articles.append(_in_context(snapshot, doc, looked_for))
    return Mentions(
        request=request,
        understood=understood(asked.query.tree, request),
        notes=asked.notes(evaluation),
        total=found.total,
        articles=tuple(articles),
        took=time.perf_counter() - began,
    )


def _in_context(snapshot: Snapshot, doc: int, looked_for: LookedFor) -> InContext:
    line = line_of(snapshot.shelves, doc)
    shelf = snapshot.shelves.holding(doc)
    marked = highlight(read_text(shelf.segment.text(doc - shelf.base)), looked_for.in_texts, line.language)
    shown = marked._replace(spans=marked.spans[:MAX_MENTIONS])
    return InContext(
        id=line.id,
        url=line.url,
        title=highlight(line.title, looked_for.in_titles, line.language),
        source=line.source,
        language=line.language,
        published=instant(line.published),
        published_day_only=line.published_day_only,
        lines=tuple(in_context(shown)),
        more=len(marked.spans) - len(shown.spans),
    )


def _document(terms: Terms, snapshot: Snapshot, article_id: int) -> int | None:
    """The live document of an article."""
    for shelf, number in zip(snapshot.shelves, terms.numbers("id", str(article_id)), strict=True):
        field = shelf.segment.field("id")
        if number >= 0 and field is not None:
            for doc in field.docs(number).tolist():
                if shelf.live is None or shelf.live[doc]:
                    return int(shelf.base + doc)
    return None


def _text_of(snapshot: Snapshot, doc: int) -> str:
    """Title and text."""
    shelf = snapshot.shelves.holding(doc)
    text = read_text(shelf.segment.text(doc - shelf.base))
    return f"{line_of(snapshot.shelves, doc).title}\n\n{text}"
