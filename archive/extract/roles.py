"""What a word before names says of them: who wrote, took the pictures, edited, translated, helped.

"By" and its like in some thirty languages, and nouns and participles that stand before names ("Photos:",
"übersetzt von", "责编："). Which words belong to which role is all that is known here.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.extract.text import one_of
from archive.model import CreditRole

_BY = one_of("by|von|vom|par|por|di|da|de|door|av|af|oleh|durch|przez|dari|od|от|від")
_OPENING = one_of("""
    by|von|par|por|di|door|av|af|oleh|durch|od|yazan|yazar|írta|eftir|piše|пише|от|від|автор|текст|بقلم|كتب|كتبت|מאת
    โดย|escribe|scrive|skriver|reporter|redacción|autor(?:in|en|innen)?|authors?|author\\(s\\)|text|a cura di
""")  # what needs no colon at the beginning of a line

# A noun has a colon after it or one of the words for "by", a participle "by".
_NOUNS: dict[CreditRole, str] = {
    "author": one_of("""
        words|texts?|story|stories|authors?|author\\(s\\)|byline|reporting|reporters?|article|opinion|analysis|writer
        report|post|review|autor(?:in|en|innen|a|es|as|e|i|ka|zy)?|verfasser(?:in)?|(?:gast|blog)?\\W?beitrag|artikel
        (?:gast)?kommentar|bericht|interview|auteure?s?|textes?|textos?|testo|testi|teksti?|szöveg|szerző|redacción
        redacteur|haber|penulis|kirjoittaja|avtor|autorius|autors|höfundur|συντάκτης|κείμενο|автор(?:ы|ка|и)?|текст
        журналист|корреспондент|الكاتب|المؤلف|كتابة|إعداد|نویسنده|نوشته|כתב|लेखक|रिपोर्ट|รายงาน|เรื่อง|ผู้เขียน|tác giả
    """),
    "photo": one_of("""
        photo(?:s|graph(?:s|y|ers?|ies?|es?)?)?|photo credits?|pictures?|images?|illustrations?|illustrator|artwork
        foto(?:s|graf(?:ie|ia|ía|in|o|a|i)?s?)?|(?:titel|archiv|symbol)?(?:bild(?:er)?|foto)|gra(?:f|ph)i[ck]s?|imagen
        fotoğraf(?:lar)?|kuvat?|zdjęci[ae]|fénykép|fotó|φωτογραφί(?:α|ες)|фото(?:граф)?|تصوير|عکس|צילום|ภาพ|ảnh
    """),
    "video": one_of("videos?|vídeos?|camera|kamera|видео|فيديو|วิดีโอ"),
    "editor": one_of("""
        editing|editors?|redigering|lektorat|bearbeitung|redaktor|redaktion|edición|edição|édition|redazione
        редактор|редакция|تحرير|עריכה|editör|szerkesztő
    """),
    "translator": one_of("""
        translations?|translators?|übersetzung|übersetzer(?:in)?|traduction|traduct(?:eur|rice)|traducción|traductora?
        traduzione|tradução|vertaling|översättning|oversættelse|oversettelse|tłumaczenie|překlad|fordítás|çeviri
        çeviren|перевод|переводчик|переклад|ترجمة|ترجمه|תרגום
    """),
    "agency": one_of("""
        sources?|quellen?|fuente|fonte|bron|kaynak|źródło|zdroj|källa|kilde|lähde|источник|المصدر|nguồn
    """),
    "contributor": one_of("""
        (?:additional|further) (?:reporting|research|contributions?)|contributions?|research|fact.?check(?:er|ing)?
        (?:medical |expert )?reviewers?|mitarbeit|recherche|producer|production|narrator
    """),
}
_PARTICIPLES: dict[CreditRole, str] = {
    "author": one_of("""
        written|posted|published|reported|created|compiled|submitted|geschrieben|verfasst|veröffentlicht|eingetragen
        erstellt|gespeichert|gepostet|aufgezeichnet|écrit|rédigé|publié|posté|recueillis|escrito|publicado|redactado
        scritto|pubblicato|geschreven|geplaatst|skriven|skrevet|publicerad|publisert|napisane|napsal|scris|publicat
        ditulis
    """),
    "photo": one_of("photographed|illustrated|fotografiert|photographié|fotografiado|fotografato"),
    "video": one_of("filmed|gefilmt"),
    "editor": one_of("edited|redigiert|bearbeitet|redigerad|redigeret|editado"),
    "translator": one_of("""
        translated|übersetzt|übertragen|traduit|traducido|traduzido|tradotto|vertaald|översatt|oversat|oversatt
    """),
    "agency": one_of("provided|supplied"),
    "contributor": one_of("""
        (?:(?:medically|clinically|expert|legally|fact|peer).?)?(?:reviewed|checked|verified|approved)
        produced|curated|interviewed
    """),
}
# Chinese, Japanese and Korean put no blank after the word; a single sign needs a mark after it.
_SIGNS: dict[CreditRole, str] = {
    "author": one_of("""
        (?:作者|撰文|撰稿|著者|執筆者?|文責|筆者|取材・文|文・写真|本报记者|本報記者|记者|記者|采写|글|취재)\\s*[:：／/丨|●・]?
        文\\s*[:：／/丨|●]
    """),
    "photo": one_of("""
        (?:写真|撮影|摄影|攝影|사진|イラスト)\\s*[:：／/丨|●・]?
        [图圖]片?\\s*[:：／/丨|●]
    """),
    "editor": "(?:责任?编辑?|責任?編輯?|编辑|編輯|編集|校对|编审|편집)\\s*[:：／/丨|●・]",
    "translator": "(?:翻译|翻譯|翻訳者?|译者|譯者|编译|編譯|번역)\\s*[:：／/丨|●・]?",
    "agency": "(?:来源|來源|出典|提供|出处)\\s*[:：／/丨|●・]",
}
_JOINED = r"\s?(?:,|&|\+|/|\band\b|\bund\b|\bet\b|\by\b|\be\b|\boch\b|\bog\b)\s?"
_NOUN = one_of("\n".join(_NOUNS.values()))
_PARTICIPLE = one_of("\n".join(_PARTICIPLES.values()))
_LEAD = re.compile(
    rf"(?<![^\s;,.|/·•(\[–—-])(?:{_NOUN}(?:{_JOINED}{_NOUN}){{0,2}}(?:\s+{_BY}\s*[:：]?\s+|\s*[:：]\s*)"
    rf"|{_PARTICIPLE}(?:\s\S{{1,12}}){{0,2}}?\s+{_BY}\s*[:：]?\s+)"
    rf"|(?<![\w])(?:{'|'.join(_SIGNS.values())})\s*",
    re.IGNORECASE,
)
_OPENS = re.compile(rf"{_OPENING}\b(?:\s*[:：.\-–|]+\s*|\s+)", re.IGNORECASE)
_LABEL = re.compile(
    rf"(?:{_NOUN}(?:\s(?:of|de|des|del)\s\S+\s?\S*)?|(?:{_PARTICIPLE}\s)?{_BY}|{'|'.join(_SIGNS.values())})\s*[:：]?",
    re.IGNORECASE,
)
_ROLES: tuple[tuple[CreditRole, re.Pattern[str]], ...] = tuple(
    (
        role,
        re.compile(
            rf"\b(?:{_NOUNS[role]}|{_PARTICIPLES[role]})\b" + (f"|{_SIGNS[role]}" if role in _SIGNS else ""),
            re.IGNORECASE,
        ),
    )
    for role in ("contributor", "author", "photo", "video", "editor", "translator", "agency")
)


def parts(text: str) -> Iterator[tuple[CreditRole | None, str]]:
    """The text cut where a role begins: "By A, photos by B" is (author, "A,") and (photo, "B"); None for what no
    word stands before."""
    role: CreditRole | None = None
    start = 0
    if opening := _OPENS.match(text):
        role, start = "author", opening.end()
    for lead in _LEAD.finditer(text):
        if lead.start() >= start or not text[start : lead.end()].strip():
            if text[start : lead.start()].strip():
                yield role, text[start : lead.start()]
            role, start = _role(lead[0]), lead.end()
        elif lead.end() > start:
            role, start = _role(lead[0]), lead.end()
    if text[start:].strip():
        yield role, text[start:]


def opens(text: str) -> bool:
    """Does the text begin as a byline does, with "By" or its like?"""
    found = _OPENS.match(text) or _LEAD.match(text)
    return found is not None


def without_opening(text: str) -> str:
    """The text without "By" or its like at its beginning."""
    found = _OPENS.match(text)
    return text[found.end() :] if found else text


def label(text: str) -> CreditRole | None:
    """The role that a line names that says nothing else: "Author:", "Von"."""
    if not _LABEL.fullmatch(text.strip()):
        return None
    return _role(text)


def _role(lead: str) -> CreditRole:
    return next((role for role, words in _ROLES if words.search(lead)), "author")
