"""Which language is it in?"""

from __future__ import annotations

import re

from archive.extract import jsonld
from archive.extract.page import Page, attribute

_TAG = re.compile(r"^[a-z]{2,3}(?:[-_][a-z0-9]+)*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_STOP_WORDS = {
    "en": "the of and to in that is was for on with as by are from have",
    "de": "der die und das den von ist mit nicht ein eine auf für sich dem auch",
    "fr": "le la les des et est que dans une pour pas qui sur au du avec",
    "es": "el los las que una por con para del como más pero su al es se",
    "it": "il che di della per una non con del sono gli nel alla più anche ha",
    "pt": "o os que uma não com para dos das mais pelo foi são ao em ser",
    "nl": "de het een van en dat niet met voor zijn op te aan ook door wordt",
    "sv": "och att det som en är på av för med inte till den har om ett",
    "da": "og at det som er på af for med ikke til den har en et blev",
    "no": "og det som er på av for med ikke til den har en et ble å",
    "pl": "się nie na jest że do to jak przez po od za oraz dla są był",
    "tr": "ve bir bu için ile olarak da de olan çok daha gibi sonra kadar ise",
}
_SETS = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_SCRIPTS = (
    ("ja", re.compile("[\u3040-\u30ff]")),
    ("ko", re.compile("[\uac00-\ud7a3]")),
    ("zh", re.compile("[\u4e00-\u9fff]")),
    ("th", re.compile("[\u0e00-\u0e7f]")),
    ("el", re.compile("[\u0370-\u03ff]")),
    ("he", re.compile("[\u0590-\u05ff]")),
    ("ar", re.compile("[\u0600-\u06ff]")),
    ("hi", re.compile("[\u0900-\u097f]")),
    ("ru", re.compile("[\u0400-\u04ff]")),
)
_SAMPLE = 4000


def tag(page: Page) -> str:
    """The language tag that the page declares, such as en-GB, or ""."""
    roots = page.named("html")
    declared = [
        *(attribute(root, name) for root in roots for name in ("lang", "xml:lang")),
        *page.meta.get("og:locale", []),
        *page.meta.get("content-language", []),
        jsonld.first(page.article, "inLanguage"),
        *page.meta.get("language", []),
        *page.meta.get("dc.language", []),
    ]
    found = (text.strip().split(",")[0] for text in declared)
    return next((text.replace("_", "-") for text in found if _TAG.match(text)), "")


def language(page: Page, text: str) -> str:
    """The BCP 47 primary subtag: what the page declares, else what its words are, else ""."""
    return tag(page).split("-")[0].lower() or _of_words(text[:_SAMPLE])


def _of_words(text: str) -> str:
    letters = sum(c.isalpha() for c in text)
    for name, script in _SCRIPTS:
        if len(script.findall(text)) > 0.1 * letters:
            return name
    words = [word.lower() for word in _WORD.findall(text)]
    shares = sorted(
        ((sum(word in stop for word in words), name) for name, stop in _SETS.items()), reverse=True
    )
    (best, name), (second, _) = shares[0], shares[1]
    # A tenth of running text is such words in every language; neighbours (da, no) must differ clearly.
    return name if best >= max(5, 0.1 * len(words)) and best > 1.1 * second else ""
