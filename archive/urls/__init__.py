"""URLs: the form that is fetched, the form that decides whether two spellings are one page, and sites.

Parsing is that of the WHATWG URL standard, the one that browsers follow, so that `http://127.1/`, `①` in a host
or a backslash mean here what they mean there.

    spelling -> fetch_form -> what is asked for
             -> identity   -> the key of a page: equal where, and only where, two spellings are surely one page
             -> twins      -> keys of other views of it, believed only where the texts agree
             -> surt       -> what indexes of web archives sort it by
    claim    -> plausible_canonical, lands_elsewhere, answers_everything: whether an answer is about what was asked
"""

from __future__ import annotations

from archive.urls.canonical import identity
from archive.urls.claims import answers_everything, lands_elsewhere, plausible_canonical
from archive.urls.forms import MAX_LENGTH, fetch_form, host_key
from archive.urls.keys import surt
from archive.urls.sites import same_site
from archive.urls.twins import twins

__all__ = [
    "MAX_LENGTH",
    "answers_everything",
    "fetch_form",
    "host_key",
    "identity",
    "lands_elsewhere",
    "plausible_canonical",
    "same_site",
    "surt",
    "twins",
]
