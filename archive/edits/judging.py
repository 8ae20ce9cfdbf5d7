"""Two versions of an article -> the kind of edit that leads from one to the other, and its words. Pure.

The kinds, the most telling first; an edit is of the first that it fits:

- `reread`: both were read from one capture, by different versions of the reader. The newspaper changed nothing.
- `correction`: the text says of itself, and did not before, that it was corrected or clarified.
- `headline`: the headline says something else.
- `correction` as well: all that differs in the text is a few numbers or names, each in the place of another.
- `body`: the text says something else. `byline`: only the authors differ.
- `trivial`: case, punctuation, white space, typography, spelling, a time stamp, a counter, an ornament.

To be sure that nothing is called trivial that says something, a word counts as spelt anew only where one letter
differs and the word is long, and never where it is a name or a number. A question mark is no punctuation.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from archive.edits.furniture import is_furniture
from archive.edits.notices import is_labelled, notices
from archive.edits.numerals import is_number
from archive.edits.script import common, script
from archive.edits.words import Word, joined, key_of, words
from archive.model import Revision, RevisionKind

_Weight = Literal["trivial", "fixed", "rewritten"]

_FEW_PLACES = 5
_FEW_WORDS = 4
_MISSING_LETTER = 5
_OTHER_LETTER = 8
_LONGEST_WORD = 60
_NOUNS_ARE_CAPITAL = frozenset({"de", "lb"})


@dataclass(frozen=True, slots=True)
class Judgement:
    """What an edit is: its kind, and how many words of the text it added and removed."""

    kind: RevisionKind
    added: int
    removed: int


@dataclass(frozen=True, slots=True)
class _Place:
    """Words that stand in one version in the place of those in the other; `before` is the word in front of them."""

    gone: Sequence[Word]
    came: Sequence[Word]
    before: str = ""


def judged(known: Revision | None, now: Revision) -> Revision:
    """The revision with its kind and count of words, by the one before it; None where it is the first."""
    if known is None:
        return replace(now, kind="first", words_added=0, words_removed=0)
    edit = judge(known, now)
    return replace(now, kind=edit.kind, words_added=edit.added, words_removed=edit.removed)


def judge(known: Revision, now: Revision) -> Judgement:
    """What led from one version to the next."""
    old, new = _article_words(known.text), _article_words(now.text)
    places = _places(old, new)
    added, removed = sum(len(place.came) for place in places), sum(len(place.gone) for place in places)
    return Judgement(_kind(known, now, places, _names(old, new)), added, removed)


def earlier_titles(history: Sequence[tuple[str, RevisionKind]]) -> tuple[str, ...]:
    """The headlines that an article had before its last one; `history` are the title and kind of each version, the
    first one first. Left out is what says the same as one that stands there, and what was only read wrongly."""
    said = {_bare(title) for title, _ in history[-1:]}
    before = []
    for (title, _), (_, next_kind) in pairwise(history):
        if next_kind != "reread" and title and _bare(title) not in said:
            said.add(_bare(title))
            before.append(title)
    return tuple(before)


def count_words(old: str, new: str) -> tuple[int, int]:
    """How many words came and went between two texts."""
    places = _places(_article_words(old), _article_words(new))
    return sum(len(place.came) for place in places), sum(len(place.gone) for place in places)


def _kind(known: Revision, now: Revision, places: Sequence[_Place], names: frozenset[str]) -> RevisionKind:
    if known.capture_id == now.capture_id:
        return "reread"
    spells_names = not {known.language, now.language} & _NOUNS_ARE_CAPITAL
    weights = [_weigh(place, names, spells_names=spells_names) for place in places]
    if weights and set(weights) != {"trivial"} and set(notices(now.text)) - set(notices(known.text)):
        return "correction"
    if _headline_differs(known.title, now.title, names):
        return "correction" if is_labelled(now.title) and not is_labelled(known.title) else "headline"
    if "rewritten" in weights or weights.count("fixed") > _FEW_PLACES:
        return "body"
    if "fixed" in weights:
        return "correction"
    if {key_of(name) for name in known.authors} != {key_of(name) for name in now.authors}:
        return "byline"
    return "trivial"


def _bare(text: str) -> str:
    return joined(word.key for word in words(text))


def _article_words(text: str) -> list[Word]:
    return words("\n\n".join(p for p in text.split("\n\n") if not is_furniture(p)))


def _headline_differs(old: str, new: str, names: frozenset[str]) -> bool:
    """Whether headlines differ by more than trivia; the name of the site behind a bar is none of it."""
    places = _places(words(old.split(" | ", maxsplit=1)[0]), words(new.split(" | ", maxsplit=1)[0]))
    return any(_weigh(place, names, spells_names=True) != "trivial" for place in places)


def _places(old: Sequence[Word], new: Sequence[Word]) -> list[_Place]:
    """Where two sequences of words differ, the same whichever is called the old one."""
    a, b = [word.key for word in old], [word.key for word in new]
    if a > b:
        return [_Place(place.came, place.gone, place.before) for place in _places(new, old)]
    places: list[_Place] = []
    gone: list[Word] = []
    came: list[Word] = []
    before = ""
    for kind, begin, end in [*script(a, b), ("same", len(a), len(a))]:
        if kind == "del":
            gone += old[begin:end]
        elif kind == "ins":
            came += new[begin:end]
        else:
            if gone or came:
                places.append(_Place(tuple(gone), tuple(came), before))
            gone, came = [], []
            before = a[end - 1] if end else ""
    return places


def _weigh(place: _Place, names: frozenset[str], *, spells_names: bool) -> _Weight:
    """How much a place says."""
    gone, came = place.gone, place.came
    if joined(word.key for word in gone) == joined(word.key for word in came):
        return "trivial"
    if not (gone and came):
        return "trivial" if _is_stammer([*gone, *came], place.before) else "rewritten"
    if len(gone) == len(came):
        pairs = zip(gone, came, strict=True)
        weights = {_weigh_pair(a, b, names, spells_names=spells_names) for a, b in pairs}
        return "rewritten" if "rewritten" in weights else "fixed" if "fixed" in weights else "trivial"
    few = max(len(gone), len(came)) <= _FEW_WORDS
    exact = all(_is_exact(word, names, spells_names=spells_names) for word in (*gone, *came))
    return "fixed" if few and exact else "rewritten"


def _weigh_pair(a: Word, b: Word, names: frozenset[str], *, spells_names: bool) -> _Weight:
    if a.key == b.key:
        return "trivial"
    if all(_is_exact(word, names, spells_names=spells_names) for word in (a, b)):
        return "fixed"
    if is_number(a.key) or is_number(b.key) or not _is_misspelling(a.key, b.key):
        return "rewritten"
    return "trivial"


def _is_exact(word: Word, names: frozenset[str], *, spells_names: bool) -> bool:
    """Whether a word is a number or a name: to put another one in its place is to set something right."""
    return is_number(word.key) or (spells_names and (word.is_capital or word.key in names))


def _is_stammer(extra: Sequence[Word], before: str) -> bool:
    """The same word twice in a row, of which one was too many."""
    return len(extra) == 1 and extra[0].key == before and not is_number(before)


def _names(*texts: Sequence[Word]) -> frozenset[str]:
    """Words that are written with a capital inside of sentences, and never without."""
    capital = {word.key for text in texts for word in text if word.is_capital}
    return frozenset(capital - {word.key for text in texts for word in text if word.form[:1].islower()})


def _is_misspelling(a: str, b: str) -> bool:
    """Whether two words are one, spelt in two ways: two neighbouring letters the other way round, one letter more or
    less inside (not moral and amoral, nor suspect and suspects), or in a long word another one (not adapted and
    adopted)."""
    if max(len(a), len(b)) > _LONGEST_WORD or not (a.isalpha() and b.isalpha()):
        return False
    if len(a) == len(b):
        return _are_swapped(a, b) or (
            len(a) >= _OTHER_LETTER and sum(x != y for x, y in zip(a, b, strict=True)) == 1
        )
    short, long = sorted((a, b), key=len)
    if len(long) - len(short) != 1 or len(short) < _MISSING_LETTER:
        return False
    same = common(short, long)
    return 0 < same < len(short) and short[same:] == long[same + 1 :]


def _are_swapped(a: str, b: str) -> bool:
    differ = [at for at, (x, y) in enumerate(zip(a, b, strict=True)) if x != y]
    if len(a) < 3 or len(differ) != 2:
        return False
    first, second = differ
    return second == first + 1 and (a[first], a[second]) == (b[second], b[first])
