"""Who wrote it, and who took the pictures, edited, translated?

Statements are heard in this order: a rule by hand, JSON-LD, meta tags, what was learnt of the source, the byline at
the headline, lines after the text. The first that names a person wins; where the byline names all of those and
others beside them, all are taken, and a whole name counts more than initials. Only if nobody is named so, the rest
is asked: what is marked anywhere else, the account that entered the article, data for scripts, the feed, a name
beside the day; that is weak, and a newsroom that was named before counts more. Organisations (agencies, the
newsroom, the site) count only where no person is named. Dates, counts, sections and labels that stand in bylines
are no names."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from archive.extract import marks, shown, stated
from archive.extract.byline import Front
from archive.extract.ending import ending
from archive.extract.evidence import CONFIDENCE, Found, claim, settle
from archive.extract.names import Named
from archive.extract.organisations import (
    Site,
    is_abbreviation,
    is_agency,
    is_alias,
    is_personal,
    site,
)
from archive.extract.page import Page
from archive.extract.stated import Statement
from archive.extract.text import key
from archive.model import Credit, CreditKind

_MAX_AUTHORS = 20


def authors(
    page: Page, front: Front, hint: Iterable[str] = (), ruled: Iterable[str] = ()
) -> Found[tuple[Credit, ...]]:
    """The authors in the order of the page, each once; `hint` are those of the feed, `ruled` the texts that a person
    said are the byline."""
    by_rule = Statement("rule", "the rule for the byline", CONFIDENCE["rule"], stated.read(ruled))
    feed = Statement("feed", "the feed", CONFIDENCE["feed"], stated.read(hint))
    marked = (
        Statement("learned", name, CONFIDENCE["learned"], stated.read_shown(marks.shown(front, name)))
        for name in front.learnt.bylines
    )
    learnt = [statement for statement in marked if statement.found][:1]
    judge = _Judge(site(page))
    seen = [by_rule, *stated.stated(page), *learnt, *shown.near(front), *shown.after(ending(front))]
    if not judge.persons(seen):
        seen += [*shown.elsewhere(front), *stated.accounts(page), feed, shown.beside_date(front)]
    seen = [statement for statement in seen if statement.found]
    taken = judge.taken([by_rule] if by_rule.found else seen)
    evidence = [
        claim("authors", one.name, statement.source, _where(statement, one), statement.confidence)
        for statement in seen
        for one in statement.found
    ]
    return Found(taken, settle(evidence, *(credit.name for credit in taken)))


def names_of(credited: Iterable[Credit]) -> tuple[str, ...]:
    """The authors by name: the persons, where there are none the organisations."""
    written = [credit for credit in credited if credit.role == "author"]
    persons = [credit.name for credit in written if credit.kind == "person"]
    return tuple(persons or [credit.name for credit in written])


def _where(statement: Statement, one: Named) -> str:
    return statement.where if one.role in {None, "author"} else f"{statement.where}, as {one.role}"


@dataclass(frozen=True, slots=True)
class _Judge:
    """Weighs the statements about one page."""

    site: Site

    def taken(self, seen: list[Statement]) -> tuple[Credit, ...]:
        """Who is credited: the authors that count, and those with other roles beside them."""
        persons = self.persons(seen)
        organisations = self._organisations(seen)
        if not persons:
            return tuple(Credit(name, "organisation") for name in organisations)
        credited = [Credit(name) for name in persons]
        credited += [Credit(name, "organisation", "agency") for name in organisations if is_agency(name)]
        known = {key(credit.name) for credit in credited}
        for statement in seen:
            for one in statement.found:
                if one.role and one.role != "author" and not statement.weak and key(one.name) not in known:
                    known.add(key(one.name))
                    credited.append(Credit(one.name, self._kind(one.name, statement), one.role))
        return tuple(credited[: 2 * _MAX_AUTHORS])

    def persons(self, seen: list[Statement]) -> list[str]:
        """Those of the first statement that names any; what is weak does not count beside a named newsroom."""
        winner: list[str] = []
        has_rival = False
        for statement in seen:
            found = _distinct(one.name for one in self._written(statement, "person"))
            is_doubtful = has_rival and (statement.weak or all(map(is_alias, found)))
            if (found and not winner and not is_doubtful) or self._adds(statement, found, winner):
                winner = found
            has_rival = has_rival or any(
                not self.site.is_called(one.name) for one in self._written(statement, "organisation")
            )
        return winner[:_MAX_AUTHORS]

    def _adds(self, statement: Statement, found: list[str], winner: list[str]) -> bool:
        """Does the statement name all who were found and others, or whole names where an alias was found?"""
        if not winner or statement.weak or not all(map(is_personal, found)):
            return False
        return _keys(winner) < _keys(found) or (bool(found) and all(name.islower() for name in winner))

    def _organisations(self, seen: list[Statement]) -> list[str]:
        """Those of the first statement that names any, an agency in the byline before the site itself."""
        groups = [
            _distinct(one.name for one in self._written(statement, "organisation")) for statement in seen
        ]
        named = [group for group in groups if group]
        agencies = [group for group in named if any(map(is_agency, group))]
        return (agencies or named or [[]])[0][:_MAX_AUTHORS]

    def _written(self, statement: Statement, kind: CreditKind) -> list[Named]:
        return [
            one
            for one in statement.found
            if one.role in {None, "author"} and self._kind(one.name, statement) == kind
        ]

    def _kind(self, name: str, statement: Statement) -> CreditKind:
        if statement.organisation or self.site.is_organisation(name):
            return "organisation"
        others = [one.name for one in statement.found if one.name != name]
        is_short = is_abbreviation(name) or name.isupper()
        return "organisation" if is_short and any(not one.isupper() for one in others) else "person"


def _keys(found: Iterable[str]) -> set[str]:
    return {key(name) for name in found}


def _distinct(found: Iterable[str]) -> list[str]:
    by_key: dict[str, str] = {}
    for name in found:
        by_key.setdefault(key(name), name)
    return list(by_key.values())
