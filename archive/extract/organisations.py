"""Is a name that of a person, or of an agency, a newsroom, the site itself?"""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache

from archive.extract.page import Page
from archive.extract.text import key, one_of

_AGENCY = one_of("""
    associated press|reuters|afp|agence france.?presse|dpa|deutsche presse.?agentur|ap|upi|ani|pti|ians|sid|sda|epa
    keystone.?sda|efe|europa press|ansa|xinhua|apa|ntb|tt|ritzau|lusa|belga|anp|cna|kyodo|jiji|yonhap|tass|interfax
    anadolu|aa|iha|dha|agerpres|mti|ctk|čtk|pap|bloomberg|canadian press|press association|pa media|aap|bernama
    тасс|риа новости|интерфакс|укринформ|新华社|新華社|共同通信|時事通信|연합뉴스|وكالات
""")
_ORGANISATION = re.compile(
    r"\b"
    + one_of("""
        press|presse|prensa|stampa|imprensa|agency|agencies|agentur|nachrichtenagentur|agencias?|agência|agence|agenzia
        ajansı?|agencja|news|nachrichten|noticias|notícias|notizie|nieuws|nyheter|haber(?:ler)?|вести|новости|агентство
        newsroom|\\w*redaktion(?:en)?|redazione|redacción|redaccion|redação|redaction|rédaction|redactie|redakcja
        redakce|redakcia|redakcija|toimitus|редакция|staff|desk|team|crew|editorial|editors?|correspondents?|reporters?
        contributors?|collaborators?|times|post|media|tribune|telegraph|telegram|gazette|journal|zeitung|magazin|magazine
        network|tv|radio|daily|web|online|blog|wire|bureau|report|reports|brand|brandroom|brandvoice|sponsored|advertorial
        institute?|institut[eo]?|university|universität|université|universidad|universidade|school|college|academy|stiftung
        inc|ltd|llc|plc|corp|gmbh|e\\.?\\s?v|ag|kg|foundation|association|society|verein|verband|ministry|ministerium
        \\w*(?:ministerium|verband|verein|stiftung|institut|zeitung|agentur|gesellschaft|fraktion|partei|presse|amt)
        redaktor[iy]|редактори|خبرگزاری|وكالة|وکالة|قناة|صحيفة|جريدة|روزنامه|شبکه|تحریریه|التحرير|أخبار|اخبار|الأخبار
        department|government|council|committee|company|group|agenc\\w+|board|com|net|org|church|club|party|partei
    """)
    + r"\b|(?:社|报|報|新聞|新闻|网|通信|通讯|編集部|编辑部|編輯部|部|局|台|뉴스|일보|신문|통신|방송)$",
    re.IGNORECASE,
)
_AGENCIES = re.compile(rf"(?:the\s)?(?:{_AGENCY})(?:[/\s-](?:{_AGENCY}))*", re.IGNORECASE)
_HOST = re.compile(r"(?:[\w-]{2,}\.)+[a-z]{2,6}", re.IGNORECASE)
_ABBREVIATION = re.compile(r"[A-Z][A-Z&\-.]{1,5}")
_PARTICLES = frozenset({
    "de", "del", "della", "delle", "dello", "der", "den", "des", "di", "da", "das", "do", "dos", "du", "d'", "al",
    "el", "la", "le", "las", "los", "van", "von", "vom", "zu", "zum", "zur", "ten", "ter", "te", "bin", "bint", "ibn",
    "ben", "abu", "bar", "af", "av", "och", "y", "e", "i", "'t", "in",
})  # fmt: skip
_WORDS = re.compile(r"[^\W\d_](?:[\w'’.\-‐]*)")
_CJK_NAME = re.compile(r"[\u3400-\u9fff\uac00-\ud7af々]{2,5}(?:[\s　・][\u3400-\u9fff\uac00-\ud7af々]{1,4})?")
_SEPARATOR = re.compile(r"\s+(?:[-–—|·•»:]|::)\s+|\s*[|｜]\s*")
_SHORTEST_SITE = 4


@lru_cache(maxsize=1024)
def is_agency(name: str) -> bool:
    """Is it one of the agencies that papers take texts from?"""
    return bool(_AGENCIES.fullmatch(name.strip()))


@lru_cache(maxsize=1024)
def is_named_organisation(name: str) -> bool:
    """Does a word in it say that it is one?"""
    return bool(_ORGANISATION.search(name))


@dataclass(frozen=True, slots=True)
class Site:
    """What the site of a page is called: its names by their words, and its host in one word."""

    names: frozenset[str]
    host: str

    def is_called(self, name: str) -> bool:
        """Is it the name of the site or of its host?"""
        words = key(name)
        if words in self.names or _HOST.fullmatch(name):
            return True
        return words.replace(" ", "") == self.host and not is_personal(name)

    def is_organisation(self, name: str) -> bool:
        """An agency, a newsroom or the site itself instead of a person."""
        if is_agency(name) or is_named_organisation(name) or self.is_called(name):
            return True
        begins = f"{key(name)} "
        is_part = any(len(one) >= _SHORTEST_SITE and begins.startswith(f"{one} ") for one in self.names)
        return is_part or _says(name)


def site(page: Page) -> Site:
    """What a page says its site is called, the end of its title included."""
    called = (*page.site_names, *_SEPARATOR.split(page.document_title)[1:][-1:])
    return Site(frozenset(map(key, called)) - {""}, page.host_words)


def is_abbreviation(name: str) -> bool:
    """Capitals alone, as agencies and papers are called for short."""
    return bool(_ABBREVIATION.fullmatch(name))


def is_alias(name: str) -> bool:
    """Small letters alone, a few, as newsrooms sign short texts ("mh")."""
    return len(name) <= 4 and name.isalpha() and name.islower()


@lru_cache(maxsize=1024)
def is_personal(name: str) -> bool:
    """Does it look like first and family name, and nothing else?"""
    if _CJK_NAME.fullmatch(name):
        return True
    words = name.split()
    if is_named_organisation(name):
        return False
    if not 2 <= len(words) <= 5 or not all(_WORDS.fullmatch(word) for word in words):
        return False
    if not name.isupper() and any(len(word) > 2 and word.isalpha() and word.isupper() for word in words[:-1]):
        return False  # an abbreviation among words
    capitals = [word for word in words if word[0].isupper()]
    if not capitals:  # a script without capitals, or small letters alone
        return not any(word[0].islower() for word in words)
    return len(capitals) >= 2 and all(word in capitals or word.lower() in _PARTICLES for word in words)


def _says(name: str) -> bool:
    """Small words between capitals that no name of a person has: "Das Magazin für Lesben"."""
    words = name.split()
    if len(words) < 3 or not words[0][0].isupper():
        return False
    return any(word.islower() and word not in _PARTICLES and word.isalpha() for word in words)
