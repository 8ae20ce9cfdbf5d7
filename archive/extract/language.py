"""Which language is it in?

What a page declares is believed where its words or its script speak for it; templates declare English for texts in
any language. Else the words decide, first by those that are frequent in some thirty languages, which costs next to
nothing, then by py3langid, whose model is loaded with the first text that needs it.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import replace

from archive.extract import jsonld
from archive.extract.evidence import Found, chosen, claim
from archive.extract.page import Page, attribute
from archive.model import Evidence

_TAG = re.compile(r"^[a-z]{2,3}(?:[-_][a-z0-9]+)*$", re.IGNORECASE)
_WORD = re.compile(r"[^\W\d_]+")
_STOP_WORDS = {
    "en": "the of and to in that is was for on with as by are from have",
    "de": "der die und das den von ist mit nicht ein eine auf für sich dem auch",
    "fr": "le la les des et est que dans une pour pas qui sur au du avec",
    "es": "y el en la los las que una por con para del como más pero su",
    "it": "il che di della per una non con del sono gli nel alla più anche ha",
    "pt": "o os que uma não com para dos das mais pelo foi são ao em ser",
    "nl": "de het een van en dat niet met voor zijn op te aan ook door wordt",
    "sv": "och att det som en är på av för med inte till den har om ett",
    "da": "og at det som er på af for med ikke til den har en et blev",
    "no": "og det som er på av for med ikke til den har en et ble å",
    "pl": "się nie na jest że do to jak przez po od za oraz dla są był",
    "tr": "ve bir bu için ile olarak da de olan çok daha gibi sonra kadar ise",
    "cs": "se na je že do ve pro které jsou ale jako podle také byl který po",
    "sk": "sa na je že do vo pre ktoré sú ale ako podľa aj bol ktorý po",
    "hu": "a az és hogy nem is egy ez meg volt csak már mint de még szerint",
    "ro": "și în de la cu pe care nu din pentru este să mai au fost sunt",
    "fi": "ja on ei että se oli myös kun mutta joka hän kuin ovat sen mukaan ole",
    "hr": "je i u na se da za su od koji što kako ali iz nije biti",
    "sl": "je in na se da za so ki pri tudi pa kot po bi ni bil",
    "et": "ja on ei et ta oli kui see ka mis oma aga seda või välja pärast",
    "lv": "un ir no ar par ka arī kas uz tika bet pēc lai tas kā nav",
    "lt": "ir kad su yra į iš bei tai kaip už dėl buvo nuo per apie tik",
    "id": "yang dan di untuk dengan ini dari tidak itu pada akan dalam juga ke ada oleh",
    "vi": "và của là các có cho trong được với không người một những đã này khi",
    "sq": "të e në një dhe për me që nga se është ka më si ishte janë",
    "ca": "i els les amb és però més aquest aquesta dels pel als ha seva un per",
    "is": "og að í á er sem til um við með var en því ekki hann eru",
    "sw": "ya wa na kwa ni katika la za cha kuwa hiyo hilo huo ambayo pia yake",
    "af": "die van en het is in dit nie om te wat met vir op sy hy",
    "tl": "ang ng sa na mga ay at para ni kay hindi ito siya si nang pa",
    "eu": "eta da ez du dira bat zuen izan ere dute hau egin baina dela den zen",
    "gl": "unha non das dos máis polo foi ao aos súa seu cando tamén pola pero e",
}
_SETS = {language: frozenset(words.split()) for language, words in _STOP_WORDS.items()}
_SCRIPTS = (
    (re.compile("[\u3040-\u30ff]"), ("ja",)),
    (re.compile("[\uac00-\ud7a3]"), ("ko",)),
    (re.compile("[\u4e00-\u9fff]"), ("zh", "yue", "ja")),
    (re.compile("[\u0e00-\u0e7f]"), ("th",)),
    (re.compile("[\u0370-\u03ff]"), ("el",)),
    (re.compile("[\u0590-\u05ff]"), ("he", "iw", "yi")),
    (re.compile("[\u0600-\u06ff]"), ("ar", "fa", "ur", "ps", "ug", "ckb", "ku", "sd")),
    (re.compile("[\u0900-\u097f]"), ("hi", "mr", "ne", "sa")),
    (re.compile("[\u0980-\u09ff]"), ("bn", "as")),
    (re.compile("[\u0b80-\u0bff]"), ("ta",)),
    (re.compile("[\u0c00-\u0c7f]"), ("te",)),
    (re.compile("[\u10a0-\u10ff]"), ("ka",)),
    (re.compile("[\u0530-\u058f]"), ("hy",)),
    (re.compile("[\u0400-\u04ff]"), ("ru", "uk", "be", "bg", "sr", "mk", "kk", "ky", "mn", "tg", "tt", "ba")),
)
"""Scripts, and the languages that are written in each, the only or most frequent one first."""

_FOREIGN = re.compile("[\u0370-\u1fff\u3040-\ud7a3]")
"""A letter of a script that is not Latin."""

_SAMPLE = 1500  # characters; more of them tell nothing new
_ENOUGH = 200  # characters from which on a text may contradict what is declared
_ENOUGH_FOREIGN = 50  # the same in a script of its own
_FEWEST_WORDS = 5
_MANY = 0.15  # share of frequent words from which on they decide
_SOME = 0.08  # and from which on they speak for what is declared
_CLEARLY = 0.5  # by how much, in nats for each character, a model has to prefer another language
_SPELLINGS = {"iw": "he", "in": "id", "ji": "yi", "nb": "no", "nn": "no", "yue": "zh", "cmn": "zh"}
"""Outdated and narrower tags -> those that facets count."""


def tag(page: Page) -> str:
    """The language tag that the page declares, such as en-GB, or ""."""
    return next((one.value for one in _declared(page)), "")


def language(page: Page, text: str) -> Found[str]:
    """The BCP 47 primary subtag: what the page declares unless its words say otherwise, else what its words are, else
    ""."""
    declared = [replace(one, value=_primary(one.value)) for one in _declared(page)]
    sample = text[:_SAMPLE]
    spoken = next((tag for tag in dict.fromkeys(one.value for one in declared) if _speaks(tag, sample)), "")
    if spoken:
        return _taken([*declared, claim("language", spoken, "text", "the words of the text")], spoken)
    tag = declared[0].value if declared else ""
    found = _detected(sample, tag)
    return _taken([*declared, claim("language", found, "text", "the words of the text", 0.9)], found or tag)


def _taken(stated: list[Evidence], value: str) -> Found[str]:
    first = next((one for one in stated if one.value == value), None)
    evidence = [chosen(one) if one is first else one for one in dict.fromkeys(stated) if one.value]
    return Found(value, tuple(evidence))


def _primary(tag: str) -> str:
    primary = tag.split("-", maxsplit=1)[0].lower()
    return _SPELLINGS.get(primary, primary)


def _declared(page: Page) -> list[Evidence]:
    roots = [attribute(root, name) for root in page.named("html") for name in ("lang", "xml:lang")]
    stated = [
        *(claim("language", text, "markup", "html lang", 0.9) for text in roots),
        *(_meta(page, "og:locale")),
        *(_meta(page, "content-language")),
        claim("language", jsonld.first(page.article, "inLanguage"), "json-ld", "JSON-LD inLanguage"),
        *(_meta(page, "language")),
        *(_meta(page, "dc.language")),
    ]
    found = (replace(one, value=one.value.strip().split(",")[0].replace("_", "-")) for one in stated)
    return [one for one in found if _TAG.match(one.value)]


def _meta(page: Page, name: str) -> list[Evidence]:
    return [claim("language", text, "meta", f"meta {name}") for text in page.meta.get(name, [])]


def _speaks(tag: str, sample: str) -> bool:
    """Do the words or the script of a text speak for a language?"""
    script = _script(sample)
    if script:
        return tag in script
    shares = _shares(sample)
    return shares.get(tag, 0) >= _SOME and shares[tag] >= max(shares.values()) / 1.5


def _detected(sample: str, declared: str) -> str:
    """The language of a text, "" where that cannot be told, and where it may well be the declared one."""
    letters = sum(character.isalpha() for character in sample)
    script = _script(sample)
    if letters < ((_ENOUGH_FOREIGN if script else _ENOUGH) if declared else _FEWEST_WORDS):
        return ""
    if len(script) == 1 or "ja" in script:
        return script[0]
    found = _of_words(sample) if not script else ""
    return found or _by_model(sample, declared)


def _script(sample: str) -> tuple[str, ...]:
    """The languages that are written in the script of a text, none for Latin."""
    if not _FOREIGN.search(sample):
        return ()
    letters = sum(character.isalpha() for character in sample)
    for script, languages in _SCRIPTS:
        if len(script.findall(sample)) > 0.1 * letters:
            return languages
    return ()


def _shares(sample: str) -> dict[str, float]:
    """The share of the words of a text that are frequent in each language."""
    words = Counter(word.lower() for word in _WORD.findall(sample))
    count = sum(words.values())
    if count < _FEWEST_WORDS:
        return {}
    return {name: sum(words[word] for word in often) / count for name, often in _SETS.items()}


def _of_words(sample: str) -> str:
    shares = sorted(((share, name) for name, share in _shares(sample).items()), reverse=True)
    if not shares:
        return ""
    (best, name), (second, _) = shares[:2]
    return name if best >= _MANY and best > 1.3 * second else ""


def _by_model(sample: str, declared: str) -> str:
    from py3langid import langid  # type: ignore[import-untyped]  # noqa: PLC0415  (it loads numpy; it ships no types)

    ranked: list[tuple[str, float]] = langid.rank(sample)
    scores = {_SPELLINGS.get(name, name): score for name, score in reversed(ranked)}
    best = max(scores, key=lambda name: scores[name])
    if declared and (declared not in scores or scores[best] - scores[declared] < _CLEARLY * len(sample)):
        return ""
    return best
