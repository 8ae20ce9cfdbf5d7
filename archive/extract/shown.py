"""What a reader sees of who made an article: the byline, lines after the text, author boxes."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import islice

from archive.extract import datetext, names, roles
from archive.extract.byline import BLOCKS, Front, Line, is_sentence, names_author, says_when
from archive.extract.evidence import CONFIDENCE
from archive.extract.names import Named
from archive.extract.organisations import is_agency, is_alias, is_personal
from archive.extract.page import Element, attribute, visible_text
from archive.extract.stated import Statement, read, read_shown
from archive.extract.text import clean
from archive.model import EvidenceSource

_GROUPS: tuple[tuple[EvidenceSource, str], ...] = (
    ("markup", "rel=author"), ("microdata", "itemprop author"), ("rdfa", "property author"),
    ("byline", "an element named for authors"), ("markup", "a link to an author"), ("markup", "a link to a person"),
)  # fmt: skip
_BY_LATER = re.compile(
    r"(?:posted|published|written|submitted|veröffentlicht|eingetragen|gespeichert|publié|publicado|beitrag|artikel)"
    r"\b.{0,60}\s(?:by|von|par|por)\s(.{2,80})$",
    re.IGNORECASE,
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6", "figcaption"})
_ARTICLE = re.compile(
    r"(?:the|a|an|in|on|at|how|why|what|who|der|die|das|ein|eine|im|am|warum|wie|le|la|les|un|une|el|los|las|il|lo|gli|o|os|as)\b",
    re.IGNORECASE,
)
_SHORT = ("p", "strong", "em", "b", "i", "small", "span", "h4", "h5", "address")
_LONGEST_NAME = 60
_LONGEST_LINE = 120
_MOST_LINKS = 40
_WEAK = 0.4


def near(front: Front) -> Iterator[Statement]:
    """The byline at the headline: marked elements, then lines that begin as one."""
    for (source, where), group in zip(_GROUPS, front.authored, strict=True):
        found = _named(front.first_cluster(group))
        if group is front.authored[-1]:
            alone = tuple(one for one in found if is_personal(one.name))
            yield Statement(source, f"{where} at the headline", _WEAK, alone, weak=True)
        else:
            yield Statement(source, f"{where} at the headline", CONFIDENCE[source], found)
    yield from _led(front.lines, "byline", "the byline", CONFIDENCE["byline"])


def after(lines: list[Line]) -> Iterator[Statement]:
    """What stands after the text: "Text: A, photos: B", "(A)", "Reporting by A; editing by B"."""
    yield from _led(lines, "text", "a line after the text", CONFIDENCE["text"])
    for line in lines:
        if line.text[0] in "(（" and names.split(line.text):
            yield Statement("text", "in parentheses after the text", 0.45, _signed(line.text))


def _signed(text: str) -> tuple[Named, ...]:
    """Names as texts are signed: of a person, an agency, in small letters."""
    return tuple(
        one
        for one in read_shown([text])
        if is_personal(one.name) or is_agency(one.name) or is_alias(one.name)
    )


def elsewhere(front: Front) -> Iterator[Statement]:
    """The first marked element anywhere, as in the box about the author, and short lines that begin as a byline."""
    for (source, where), group in list(zip(_GROUPS, front.authored, strict=True))[:-1]:
        yield Statement(source, where, _WEAK, _named(front.alone(group)), weak=True)
    for tag in front.page.named(*_SHORT):
        if (
            tag.text
            and len(tag.text) < _LONGEST_LINE
            and names.is_led(clean(tag.text) + " ")
            and not front.elsewhere(tag)
        ):
            found = read_shown([visible_text(tag, _LONGEST_LINE)])
            if found and all(is_personal(one.name) for one in found):
                weak = roles.label(clean(tag.text)) is None
                yield Statement("text", "a line that begins as a byline", _WEAK, found, weak=weak)
                break


def beside_date(front: Front) -> Statement:
    """A name that no word and no markup tells for one, beside the day of the article."""
    return Statement("byline", "a name beside the date", _WEAK, _beside_date(front.lines), weak=True)


def _led(lines: list[Line], source: EvidenceSource, where: str, confidence: float) -> Iterator[Statement]:
    label = None
    for line in lines:
        text = line.text.lstrip("([（【–—- ")
        if label and text:
            yield Statement(source, f"{where} after a label", confidence, read([text], label))
            label = None
        elif label := roles.label(text):
            continue
        elif is_agency(text.split(",")[0]):
            yield Statement(source, where, confidence, (Named(text.split(",")[0], "author"),))
        elif names.is_led(text) and not is_sentence(text):
            yield Statement(source, where, confidence, read_shown([_before_place(line.tag, text) or text]))
        elif says_when(text) and (said := tuple(one for one in read_shown([text]) if one.role)):
            yield Statement(source, where, confidence, said)
        elif (later := _BY_LATER.search(text)) and not is_sentence(text):
            yield Statement(source, where, confidence, read_shown([later[1]]))
        label = None


def _beside_date(lines: list[Line]) -> tuple[Named, ...]:
    """A name that stands alone with the day, in one line or in the line before or after it."""
    for position, line in enumerate(lines):
        if not says_when(line.text):
            continue
        for candidate in (line, *lines[max(0, position - 2) : position + 2]):
            found = names.read(candidate.text)
            if len(found) == 1 and is_personal(found[0].name) and _is_all(candidate, found[0].name):
                return found
    return ()


def _is_all(line: Line, name: str) -> bool:
    """Does the line say nothing but the name and the day, and link to nothing but the bearer of the name?"""
    if name.upper() == name.lower():
        return False  # a script without capitals, in which names look like all other words
    beside = (datetext.rest(line.text) or line.text).replace(name, "").strip(" |·•,-–—/.")
    links = [tag for tag in line.tag.iter("a") if visible_text(tag, 60) == name]
    plain = line.tag.tag not in _HEADINGS and not _ARTICLE.match(name) and all(map(names_author, links))
    return plain and (not beside or names.is_job(beside))


def _named(tags: list[Element]) -> tuple[Named, ...]:
    """The names in elements, without repeating what an inner one of them says: those that are marked once more, by a
    link or as a name, where there are any; each with the role that the words around it give."""
    outer: set[Element] = set()
    for tag in tags:
        for holder in tag.iterancestors():
            if holder in outer:
                break
            outer.add(holder)
    linked: list[Named] = []
    plain: list[str] = []
    for tag in (tag for tag in tags if tag not in outer):
        named = tag.find(".//*[@itemprop='name']")
        links = [named] if named is not None else _links(tag)
        text = attribute(tag, "content") or visible_text(tag)
        if links:
            linked += _of_links(tag, [attribute(link, "content") or visible_text(link) for link in links])
        elif is_sentence(text):
            plain += _first_name(tag)
        elif emphasised := _before_place(tag, text):
            plain.append(emphasised)
        else:
            plain.append(text)
    return tuple(linked) or read_shown(plain)


def _links(tag: Element) -> list[Element]:
    return list(islice((link for link in tag.iter("a") if names_author(link)), _MOST_LINKS))


def _of_links(tag: Element, within: list[str]) -> tuple[Named, ...]:
    """The names that links have, and those that stand beside them in the same line without a link."""
    holder = tag if tag.tag in BLOCKS else next(tag.iterancestors(*BLOCKS), tag)
    whole = names.read(visible_text(holder, _LONGEST_LINE))
    roles_of = {one.name: one.role for one in whole}
    if set(roles_of) > {one.name for one in read(within)} and all(map(is_personal, roles_of)):
        return whole
    return tuple(Named(one.name, one.role or roles_of.get(one.name)) for one in read(within))


def _before_place(tag: Element, text: str) -> str:
    """The byline up to the name that is set off in it, where a comma follows: the place or the paper comes next."""
    set_off = list(islice(tag.iter("strong", "b", "em"), 2))
    name = visible_text(set_off[0], _LONGEST_NAME) if len(set_off) == 1 else ""
    before, _, behind = text.partition(name) if name else ("", "", "")
    return before + name if is_personal(name) and behind.lstrip().startswith(",") else ""


def _first_name(box: Element) -> list[str]:
    """The name at the head of a box about the author."""
    texts = (
        visible_text(tag, _LONGEST_NAME) for tag in box.iter(*_HEADINGS, "strong", "b", "a", "span", "p")
    )
    return [text for text in texts if is_personal(text)][:1]
