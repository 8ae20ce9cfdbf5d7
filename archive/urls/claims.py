"""Whether an address that is claimed, or that answers, can be that of the article that was asked for."""

from __future__ import annotations

from collections.abc import Iterable

from ada_url import URL

from archive.urls import paths
from archive.urls.canonical import identity
from archive.urls.forms import fetch_form
from archive.urls.parameters import article_named, version_named
from archive.urls.sites import same_site


def plausible_canonical(claimed: str, url: str) -> bool:
    """Whether the canonical URL that a page claims may be believed.

    Templates and content systems often claim the home page, the section, an error page, the original of a
    translation or one fixed article for every article; believing them would make one article of many.
    """
    try:
        claim, own = URL(identity(fetch_form(claimed, url))), URL(identity(url))
    except ValueError:
        return False
    if claim.href == own.href:
        return True
    claim_path, own_path = paths.segments(claim), paths.segments(own)
    if not same_site(claim.href, own.href) or paths.is_no_page(claim_path):
        return False
    if _is_ancestor(claim_path, own_path):
        # That is the section, unless what is below it is only another view of the article.
        is_view = paths.are_views(own_path[len(claim_path) :])
        named = version_named(claim.search[1:])
        return bool(claim_path or named) and is_view and version_named(own.search[1:]) <= named
    return _may_be_the_same(claim, own)


def lands_elsewhere(asked: str, answered: str) -> bool:
    """Whether redirects led from the address of an article to a page that cannot be it: the home page, a section
    above it, an error page or a log-in. ValueError as `fetch_form`."""
    old, new = URL(identity(asked)), URL(identity(answered))
    old_path, new_path = paths.segments(old), paths.segments(new)
    asked_for, found = article_named(old.search[1:]), article_named(new.search[1:])
    if old.href == new.href or not (old_path or asked_for):
        return False
    if paths.is_no_page(new_path):
        return not paths.is_no_page(old_path)
    if found - asked_for:
        return False
    if _is_ancestor(new_path, old_path):
        is_view = bool(new_path) and paths.are_views(old_path[len(new_path) :])
        return not (is_view and asked_for <= found)
    named, answer = paths.name(old_path), paths.name(new_path)
    compared = paths.is_telling(named) and same_site(old.href, new.href)
    return compared and _is_section(new_path) and answer not in named


def answers_everything(addresses: Iterable[str], *, least: int = 3) -> bool:
    """Whether one text that was found at these addresses is what the site says of anything that it does not have.

    That is so where they name at least so many different articles; one article under several sections, or with a
    headline that changed its address but not its number, is named once.
    """
    return len({_named(URL(identity(address))) for address in addresses}) >= least


def _is_ancestor(above: list[str], below: list[str]) -> bool:
    return below[: len(above)] == above


def _may_be_the_same(claim: URL, own: URL) -> bool:
    """For addresses of which none lies above the other."""
    claim_path, own_path = paths.segments(claim), paths.segments(own)
    claim_language, own_language = paths.language(claim_path), paths.language(own_path)
    if claim_language and own_language and claim_language != own_language:
        return False
    claim_numbers, own_numbers = (paths.numbers(url.pathname + url.search) for url in (claim, own))
    if claim_numbers and own_numbers and claim_numbers.isdisjoint(own_numbers):
        return False
    named = paths.name(claim_path)
    return paths.is_telling(named) or named == paths.name(own_path) or bool(article_named(claim.search[1:]))


def _is_section(path: list[str]) -> bool:
    """A path of one plain word, or none at all, apart from a language."""
    rest = path[1:] if paths.language(path) else path
    return not rest or (len(rest) == 1 and not paths.is_telling(paths.name(rest)))


def _named(url: URL) -> str:
    """What an address calls its article: a long number, else a parameter, else the name at its end."""
    if numbers := paths.numbers(url.pathname + url.search):
        return max(numbers, key=len)
    path = paths.segments(url)
    while path and paths.are_views(path[-1:]):
        path.pop()
    parameters = sorted(article_named(url.search[1:]))
    return repr(parameters) if parameters else paths.name(path)
