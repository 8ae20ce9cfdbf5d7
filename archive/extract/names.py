"""The words of a byline -> the names in it, each with what it is named for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby, takewhile

from archive.extract import roles
from archive.extract.datetext import is_month, rest
from archive.extract.organisations import is_named_organisation, is_personal
from archive.extract.text import clean, one_of
from archive.model import CreditRole

_SPLIT = re.compile(
    r"\s*[;|•·、，､\n]\s*|\s*(?<!\w)[/／]\s*|\s*[/／](?!\w)\s*|(?<=\w{2})[/／](?=\w{2})|\s+[&+]\s+"
    r"|\s*,?\s+(?:and|AND|und|UND|et|ET|og|OG|och|OCH|ja|mit|MIT|with|WITH|и|та|και|και|ve|és|oraz|dan|và|și|și|ir|un|และ|और|व"
    r"|و|及|和|与|與|및)\s+|(?<=[\u0600-\u06ff])\s+و(?=[\u0600-\u06ff]{2})|(?<=[\u3400-\u9fff])[及和与與](?=[\u3400-\u9fff]{2})"
)
_SHORT_AND = re.compile(
    r"\s+(?:y|Y|e|E|i|en|EN|a|u)\s+"
)  # also initials, particles and parts of Spanish surnames
_DEGREE = (
    r"(?:m\.?d|ph\.?\s?d|d\.?phil|m\.?s|m\.?sc|b\.?sc|b\.?s|b\.?a|m\.?a|m\.?ed|m\.?ph|m\.?b\.?a|m\.?f\.?a|r\.?n|r\.?d\.?n?"
    r"|l\.?d\.?n?|cde?s|c\.?p\.?a|c\.?f\.?[apt]|c\.?p\.?t|cscs|j\.?d|ll\.?[bm]|d\.?d\.?s|d\.?o|dvm|d\.?pt|pharm\.?d"
    r"|psy\.?d|ed\.?d|dr\.?ph|facp|faap|facs|fache|frcp|lcsw|lmft|lmhc|lpc|np|pa-c|p\.?e|esq|aprn|msn|bsn|mbbs|cissp)"
)
_DEGREES = re.compile(rf"(?:\s*,\s*|\s+){_DEGREE}\.?(?=\s*(?:$|[,;|&]|\band\b|{_DEGREE}\b))", re.IGNORECASE)
_DEGREE_ONLY = re.compile(rf"{_DEGREE}\.?", re.IGNORECASE)
_KEPT_AFTER_COMMA = re.compile(r"\s*,\s*(?!(?:jr|sr|ii|iii)\b)", re.IGNORECASE)
_JOB = one_of("""
    reporters?|writers?|editors?|publishers?|managers?|officers?|reviewers?|moderators?|presidents?|chair(?:man|woman)?
    president|presenters?|hosts?|experts?|specialists?|consultants?|engineers?|researchers?|scientists?|lecturers?
    attorneys?|lawyers?|rechtsanw[aä]lt(?:in)?|coach|players?|member|mitglied|expert(?:in|e)|geschäftsführer(?:in)?|leiter(?:in)?|profesor(?:a|ius)?
    correspondents?|columnists?|journalists?|producers?|photographers?|contributors?
    authors?|analysts?|critics?|anchors?|bloggers?|interns?|fellows?|professors?|directors?|founders?|ceo|historians?
    redakteur(?:in|e)?|korrespondent(?:in)?|reporterin|autor(?:in)?|volontär(?:in)?|chefredakteur(?:in)?|redaktion
    journaliste|rédact(?:eur|rice)|correspondante?|periodista|redactora?|corresponsal|editora|giornalista
    redattore|correspondente|repórter|jornalista|redacteur|verslaggever|redaktör|journalista|nachrichtenagentur
    muhabiri?|dziennikarz|reporterka|корреспондент|журналист(?:ка)?|обозреватель|редактор
""")
_JOB_WORD = re.compile(rf"\b{_JOB}\b", re.IGNORECASE)
_RANK = (
    "(?:staff|senior|chief|contributing|special|guest|assistant|associate|deputy|managing|executive|lead|political"
    "|politics|business|sports?|health|science|features?|crime|news|freelance|digital|showbiz|national|content)"
)
_JOB_AFTER = re.compile(
    rf"((?!{_RANK}\b)\S+(?:\s+(?!{_RANK}\b)\S+){{1,3}}?)\s+(?:{_RANK}\b.*\b)?{_JOB}\b.*", re.IGNORECASE
)
_JOB_BEFORE = re.compile(rf"(?:{_JOB}\s+)+(?=[^\W\d_])", re.IGNORECASE)
_TAIL = re.compile(
    r"(?<=\S)(?:"
    + one_of(r"""
        \s*[,–—-]?\s+(?:for|of|at|from|on|in(?!\s['’]?t\s)|to|using|via|über|für|bei|im|aus|am|pour|para|à|su|auf)\s.*
        \s*[,–—-]?\s+(?:FOR|OF|AT|FROM|IN)\s.*
        \s*\(.*|\s+\d.*|\s*@.*|\s*<.*|\s*\[.*
        \s*(?:기자|특파원|기고가|記者|记者|特派員|氏)$
        (?:即時|综合|綜合)?\s*(?:報導|报道|報道|整理|特稿|專訪)$
        \s*:
    """)
    + ")$",
    0,
)
_PLACE = re.compile(
    r"(?:for|of|at|from|in(?!\s['’]?t\s)|on|to|using|via|für|bei|im|aus|am|pour|para|à|auf|at)\s"
)
_BESIDE_NAME = re.compile(
    r"(?:follow|contact|email|last updated|updated|posted|published|share|subscribe|see all|view all|more by|bio)"
    r"\b.*$",
    re.IGNORECASE,
)
_NO_NAME = re.compile(
    r"@|admin|\b"
    + one_of("""
        ago|comments?|minutes?|min read|updated?|published|posted|follow|view all
        subscribe|login|log in|sign in|sign up|uhr|kommentare?|getty|istockphoto|shutterstock|instagram|sponsored
        monday|tuesday|wednesday|thursday|friday|saturday|sunday|veröffentlicht|eingetragen|rechte|vorbehalten
        güncelleme|aktualisiert|actualizado|mis à jour|aggiornato|atualizado|bijgewerkt|uppdaterad|opdateret|oppdatert
        päivitetty|zaktualizowano|aktualizováno|обновлено|تحديث|temps de lecture|lesezeit|reading time
        unknown|none|null|undefined|facebook|twitter|e-?mail|click|copyright|the author|author|images?|credit
        read more|share|articles?|posts?|user|anonymous|exclusive|guidelines|policy|process
    """)
    + r"\b",
    re.IGNORECASE,
)
_NO_NAME_ALONE = re.compile(
    one_of(r"""
        off|more|home|contact|sign|photos?|guest|head|by|from|read|about|menu|search|news|latest|video|share|print
        politi[ck]s?|politik[ae]?|política|politique|wirtschaft|economy|economía|économie|business|sports?|deportes?
        kultur|culture|cultura|meinung|opinion|opinión|opinioni|world|welt|mundo|monde|panorama|wissenschaft|science
        technology|technik|technologie|tech|health|gesundheit|travel|reise|lifestyle|entertainment|society|gesellschaft
        par|por|von|di|door|av|af|oleh|durch|od|公表|登録|\S*(?:報導|报道|報道)|local|lokales|regional|national|international|inland|ausland|finance|finanzen|更新|小字号|大字号|编辑|一覧|記事
        advertisement|anzeige|werbung|tags?|topics?|staff
    """),
    re.IGNORECASE,
)
_PARENTHESIS = re.compile(r"[(（][^()（）]*[)）]")
_WRAPPED = re.compile(r"\s*[(（\[【]([^()（）]*)[)）\]】]\s*\+*\s*")
_MAIL = re.compile(r"[<\[]?[\w.+%-]{1,64}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,5}[>\]]?")
_ADDRESS = re.compile(
    r"https?:|www\.|\S@\S|^\S+\.(?!(?:com|net|org|at|de|is|fr|it)\b)\S+$|\.(?:html?|php)\b|^\S+/\S+/"
)
_FAMILY_NAME_FIRST = re.compile(r"(\w[\w'’-]+), (\w[\w'’-]+)")
_INITIAL_LAST = re.compile(r"\b(?:\w|Jr|Sr)\.$")
_MAX_BYLINE, _MAX_NAME, _MAX_WORDS = 2000, 60, 6


@dataclass(frozen=True, slots=True)
class Named:
    """A name in a byline and the role that a word before it gives; None where there is no such word."""

    name: str
    role: CreditRole | None


def split(text: str) -> list[str]:
    """The authors in a byline: "By A. Author and B. Writer" is two, those who took the pictures are none."""
    return [found.name for found in read(text) if found.role in {None, "author"}]


@lru_cache(maxsize=512)  # one byline stands in several places of a page
def read(text: str) -> tuple[Named, ...]:
    """All names in a byline, those after "Photos:" and the like with their role."""
    text = text[:_MAX_BYLINE]
    if wrapped := _WRAPPED.fullmatch(text):
        text = wrapped[1]
    text = _without_dates(clean(_MAIL.sub(" ", _PARENTHESIS.sub(" ", text))))
    if _ADDRESS.search(text):
        return ()
    found = [Named(name, role) for role, part in roles.parts(text) for name in _names(part)]
    return tuple(next(same) for _, same in groupby(found))


def is_led(text: str) -> bool:
    """Does the text begin as a byline does, with "By" or its like in another language?"""
    return roles.opens(text)


def is_job(text: str) -> bool:
    """Does the text say what somebody works as?"""
    return bool(_JOB_WORD.search(text))


def _without_dates(text: str) -> str:
    for _ in range(2):
        if len(text) > 300 or (beside := rest(text)) is None:
            break
        text = re.sub(r"(?:\s+(?:on|am|le|el|il|op|den|dated?|at))+\s*$", "", beside.strip(" ,;|•·–—-"))
    return text


def _names(text: str) -> list[str]:
    text = text.strip(" ,;:|·•–—-/")
    turned = _FAMILY_NAME_FIRST.fullmatch(text)
    if turned and not (_DEGREE_ONLY.fullmatch(turned[2]) or is_job(turned[2]) or turned[2].isupper()):
        return [f"{turned[2]} {turned[1]}"]
    text = _DEGREES.sub("", f"{text} ").strip() if "," in text or " " in text else text
    pieces = [
        piece for part in _SPLIT.split(text) for half in _at_short_and(part) for piece in _at_commas(half)
    ]
    cleaned = [_cut(piece) for piece in takewhile(lambda piece: not _PLACE.match(piece), pieces)]
    found = [name for name in cleaned if name and _is_name(name)]
    whole = clean(text)
    if (
        len(found) > 1
        and not any(map(is_personal, found))
        and is_named_organisation(whole)
        and _is_name(whole)
    ):
        return [whole]
    persons = [name for name in found if not _JOB_WORD.search(name)]
    return persons or found[:1]


def _at_short_and(text: str) -> list[str]:
    """Cut at "y" and the like where whole names stand on both sides: not "Ortega y Gasset", not "John E Smith"."""
    halves = _SHORT_AND.split(text)
    are_whole = {len(half.split()) > 1 for half in halves}
    return halves if are_whole == {True} or (are_whole == {False} and not text.isupper()) else [text]


def _at_commas(text: str) -> list[str]:
    return _KEPT_AFTER_COMMA.split(text)


def _cut(piece: str) -> str:
    """A name without what follows it: place, paper, job, day."""
    piece = piece.strip(' ,;:-–—|●"“”„*')
    piece = roles.without_opening(piece)
    if (job := _JOB_BEFORE.match(piece)) and len(piece[job.end() :].split()) > 1:
        piece = piece[job.end() :]
    first, dash, _ = piece.partition(" - ") if " - " in piece else piece.partition(" – ")
    if dash and len(first.split()) > 1 and not _JOB_WORD.search(first):
        piece = first
    while (shorter := _TAIL.sub("", piece)) != piece:
        piece = shorter
    if (beside := _BESIDE_NAME.search(piece)) and beside.start():
        piece = piece[: beside.start()]
    if (job := _JOB_AFTER.fullmatch(piece)) and not _JOB_WORD.search(job[1]):
        piece = job[1] if _is_capitalised(job[1]) else piece
    piece = piece.strip(' ,;:-–—|●"“”„*')
    return piece if _INITIAL_LAST.search(piece) else piece.rstrip(".")


def _is_capitalised(text: str) -> bool:
    return all(word[:1].isupper() for word in text.split())


def _is_name(text: str) -> bool:
    if not 2 <= len(text) <= _MAX_NAME or len(text.split()) > _MAX_WORDS or _NO_NAME.search(text):
        return False
    if text.isascii() and len(text) < 3 and not text.isalpha():
        return False
    if any(c.isdigit() for c in text) and (len(text.split()) > 1 or not text[0].isalpha()):
        return False
    return any(c.isalpha() for c in text) and not is_month(text) and not _NO_NAME_ALONE.fullmatch(text)
