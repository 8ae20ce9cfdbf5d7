"""What was read, beside what is right -> figures."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from statistics import fmean

from benchmarks.extraction.bodies import Overlap, counted_in, harmonic, overlap
from benchmarks.extraction.bylines import Names, names, persons
from benchmarks.extraction.labelled import Labelled
from benchmarks.extraction.moments import Agreement, agreement
from benchmarks.extraction.titles import any_title, same_title

Figures = dict[str, float]
"""Name of a figure -> its value; what nothing is known of is left out."""


@dataclass(frozen=True, slots=True)
class Prediction:
    """What a tool read from a page; `published` is ISO 8601."""

    title: str = ""
    authors: tuple[str, ...] = ()
    published: str | None = None
    body: str = ""


@dataclass(frozen=True, slots=True)
class Score:
    """One page, judged; None where its label says nothing. `wanted` are snippets found and not found, `unwanted`
    those of the text that must not have them."""

    id: str
    body: Overlap | None
    wanted: tuple[int, int]
    unwanted: tuple[int, int]
    title: bool | None
    other_title: bool | None
    authors: Names | None
    persons: Names | None
    published: Agreement | None

    def as_dict(self) -> dict[str, object]:
        """What was right, under the names that scripts read."""
        return {
            "id": self.id,
            "body_f1": None if self.body is None else self.body.f1,
            "title": self.other_title,
            "persons": None if self.persons is None else not (self.persons.extra or self.persons.lost),
            "day": None if self.published is None else self.published.day,
            "minute": None if self.published is None else self.published.minute,
        }


def judged(page: Labelled, read: Prediction) -> Score:
    """The score of one page."""
    return Score(
        page.id,
        None if page.body is None else overlap(page.body, read.body),
        counted_in(page.wanted, read.body),
        counted_in(page.unwanted, read.body),
        None if page.title is None else same_title(page.title, read.title),
        None if page.title is None else any_title(page.title, page.other_titles, read.title),
        None if page.authors is None else names(page.authors, read.authors),
        None if page.authors is None else persons(page.authors, read.authors, page.publisher),
        None if page.published is None else agreement(page.published, read.published),
    )


def figures(scores: Sequence[Score]) -> Figures:
    """The figures over pages."""
    found: dict[str, float | None] = {"pages": len(scores)}
    found |= _of_bodies([score.body for score in scores if score.body is not None])
    found |= _of_snippets(scores)
    found["title"] = _share(score.title for score in scores if score.title is not None)
    found["title_any"] = _share(score.other_title for score in scores if score.other_title is not None)
    found |= _of_names("author", [score.authors for score in scores if score.authors is not None])
    found |= _of_names("person", [score.persons for score in scores if score.persons is not None])
    dates = [score.published for score in scores if score.published is not None]
    found["day"] = _share(one.day for one in dates)
    found["minute"] = _share(one.minute for one in dates if one.minute is not None)
    return {name: value for name, value in found.items() if value is not None}


def by_part(pages: Sequence[Labelled], scores: Sequence[Score]) -> Mapping[str, list[Score]]:
    """The scores by the part that a page belongs to, the largest first."""
    parts: dict[str, list[Score]] = {}
    for page, score in zip(pages, scores, strict=True):
        parts.setdefault(page.part, []).append(score)
    return dict(sorted(parts.items(), key=lambda item: (-len(item[1]), item[0])))


def _of_bodies(bodies: Sequence[Overlap]) -> dict[str, float | None]:
    if not bodies:
        return {}
    precision = _mean(body.precision for body in bodies)
    recall = _mean(body.recall for body in bodies)
    return {"body_f1": harmonic(precision, recall), "body_precision": precision, "body_recall": recall}


def _mean(values: Iterable[float | None]) -> float:
    known = [value for value in values if value is not None]
    return fmean(known) if known else 0.0


def _of_snippets(scores: Sequence[Score]) -> dict[str, float | None]:
    found, lost = (sum(score.wanted[side] for score in scores) for side in (0, 1))
    kept = sum(score.unwanted[0] for score in scores)
    if not found + lost + sum(sum(score.unwanted) for score in scores):
        return {}
    return _f1("snippets", found, kept, lost)


def _of_names(which: str, pages: Sequence[Names]) -> dict[str, float | None]:
    if not pages:
        return {}
    return _f1(which, *(sum(getattr(page, side) for page in pages) for side in ("common", "extra", "lost")))


def _f1(which: str, common: int, extra: int, lost: int) -> dict[str, float | None]:
    precision = common / (common + extra) if common + extra else 0.0
    recall = common / (common + lost) if common + lost else 0.0
    return {
        f"{which}_f1": harmonic(precision, recall),
        f"{which}_precision": precision,
        f"{which}_recall": recall,
    }


def _share(values: Iterable[bool]) -> float | None:
    known = list(values)
    return sum(known) / len(known) if known else None
