"""Where a text says of itself that it was corrected or clarified. Pure.

A notice is a paragraph that begins with the label which newsrooms give it ("Correction:", "Berichtigung", "訂正"), or
a sentence that speaks of an earlier version of the very article. A report about a correction somewhere is none.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from archive.edits.words import joined, words

_LABELS = r"""
    corrections?|clarifications?|corrections? (?:and|&) clarifications?|correction notice|corrected|corrects
    corrigend(?:um|a)
    errat(?:um|a)|for the record|amendments?|retraction
    korrektur(?:hinweis)?|berichtigung|richtigstellung|klarstellung|gegendarstellung
    rectificati(?:f|on)|précisions?|mise au point
    corrección|correcciones|fe de err(?:or|at)es|fe de erratas|rectificación|aclaración
    correção|errata|retificação|esclarecimento|erramos
    correzione|rettifica|errata corrige|precisazione
    correctie|rectificatie|verduidelijking
    rättelse|förtydligande|rettelse|berigtigelse|præcisering|presisering|korrigering|leiðrétting
    oikaisu|korjaus|tarkennus|parandus
    sprostowanie|korekta|oprava|upřesnění|omluva a oprava|spresnenie|helyesbítés|helyreigazítás|korrekció
    erată|rectificare|precizare|ispravak|ispravka|popravek|fe d['’]errates|rectificació
    düzeltme|tekzip|koreksi|ralat|klarifikasi|pembetulan|đính chính
    διόρθωση|διευκρίνιση|исправление|уточнение|поправка|опровержение|виправлення|спростування|уточнення|корекция
    תיקון|הבהרה|تصحيح|توضيح|تصويب|اصلاحیه|भूल सुधार|स्पष्टीकरण
"""
_CJK_LABELS = (
    "お?詫びと訂正|おわびと訂正|訂正(?:記事)?|更正(?:启事|啟事)?|勘[误誤]|澄清|정정(?:보도)?|바로잡습니다"
)

_ONE = r"(?:article|story|report|piece|post|page|column|review|headline|graphic|photo caption|caption)"
_CHANGED = (
    r"(?:corrected|amended|clarified|updated to (?:correct|clarify)|edited to (?:correct|clarify)|revised to)"
)
_PHRASES = rf"""
    (?:an?|the) (?:earlier|previous|prior|original|initial|first) versions? of (?:this|the|our) {_ONE}
    this {_ONE} (?:was|has been|have been) (?:\w+ )?{_CHANGED}
    this {_ONE} (?:originally|previously|initially|incorrectly|wrongly|mistakenly) (?:said|gave|\w+ed)
    ^\W*(?:this (?:story|version) )?corrects\b
    (?:in )?einer (?:früheren|ersten|vorherigen|älteren|ursprünglichen) (?:version|fassung) (?:dieses|des|unseres)
    in (?:der|einer) (?:früheren|ersten|vorherigen|ursprünglichen) (?:version|fassung)
    (?:artikel|text|beitrag|bericht|meldung) (?:wurde|haben wir) (?:\w+ )?(?:korrigiert|berichtigt|präzisiert)
    wir haben (?:die|das|den|diese[ns]?) .{{1,60}} (?:korrigiert|berichtigt)
    une (?:première |précédente )?version (?:précédente |antérieure |initiale )?de (?:cet|notre|l['’]) ?article
    cet article a été (?:corrigé|modifié|rectifié)
    una versión (?:anterior|previa|inicial) de est[ea]
    est[ea] (?:artículo|noticia|información|texto) ha sido (?:corregid|modificad|rectificad)[oa]
    uma versão anterior dest[ea]|est[ea] (?:texto|reportagem|matéria|notícia) foi (?:corrigid|alterad)[oa]
    (?:precedente versione|versione precedente) di quest|questo articolo è stato (?:corretto|modificato|rettificato)
    in een eerdere versie van (?:dit|deze)|dit (?:artikel|bericht) is (?:aangepast|gecorrigeerd|verbeterd)
    i en tidigare version av|i en tidligere ver(?:s?j?on|sion) (?:af|av)|i en tidligere utgave
    (?:jutun|artikkelin|uutisen) (?:aiemmassa|alkuperäisessä) versiossa
    w(?:e)? (?:wcześniejszej|poprzedniej|pierwotnej) wersji|v (?:předchozí|původní|dřívější) verzi
    (?:cikk(?:ünk)?|írás) (?:egy )?korábbi (?:változat|verzió)|o versiune anterioară a
    (?:haberin|yazının) önceki (?:sürüm|versiyon)
    в (?:первоначальной|предыдущей|более ранней|ранней) версии|у (?:попередній|первісній) версії
    في نسخة سابقة من|בגרסה (?:קודמת|מוקדמת) של
    以前のバージョン|当初の記事|本文早前版本|此前版本|기사의 이전 버전
"""
_EDITORS_NOTE = re.compile(
    r"^[\W_]*(?:editor['’]?s['’]? note|note (?:from|by) the editor|anmerkung der redaktion|anm\. ?d\. ?red|"
    r"note de la rédaction|ndlr|nota (?:de la redacción|del editor|da redação|della redazione)|"
    r"noot van de redactie|redaktionens? (?:anmärkning|bemærkning))\b",
    re.IGNORECASE,
)
_AMENDS = re.compile(
    r"correct|amend|clarif|earlier|previous|original(?:ly)? (?:version|said|stated)|mistake|error|incorrect|wrong|"
    r"korrig|korrekt|berichtig|früher|falsch|fehler|irrtüm|corrig|erreur|précéden|corregi|anterior|equivoc|"
    r"modific|rettific|aangepast|eerdere|fout|tidigare|tidligere|felaktig|feil|fejl",
    re.IGNORECASE,
)


def _one_of(lines: str) -> str:
    return "(?:" + "|".join(line.strip() for line in lines.splitlines() if line.strip()) + ")"


_LABEL = re.compile(
    rf"^[\W_]*{_one_of(_LABELS)}(?:\s*[,(]\s?[^:]{{0,60}})?\s*(?:[:：—–]|\s-\s|-|\W*$)", re.IGNORECASE
)
_CJK_LABEL = re.compile(rf"^[\W_]*(?:{_CJK_LABELS})\s*(?:[:：】\]〉》）)]|\s|$)")
_PHRASE = re.compile(_one_of(_PHRASES), re.IGNORECASE)
_SENTENCE = re.compile(r"(?<=[.!?…。！？])\s+")


def notices(text: str) -> Iterator[str]:
    """What is compared of each notice in a text, in order."""
    for paragraph in text.split("\n\n"):
        if is_labelled(paragraph):
            yield _key(paragraph)
            continue
        for sentence in _SENTENCE.split(paragraph):
            if _PHRASE.search(sentence):
                yield _key(sentence)


def is_labelled(paragraph: str) -> bool:
    """Whether a paragraph (or a headline) begins as a notice does."""
    if _LABEL.match(paragraph) or _CJK_LABEL.match(paragraph):
        return True
    return bool(_EDITORS_NOTE.match(paragraph) and _AMENDS.search(paragraph))


def _key(text: str) -> str:
    return joined(word.key for word in words(text))
