"""Lines of a page that come and go without anybody having written anything: time stamps, counters, ornaments. Pure.

Labels and prompts of the site are none of a text already, by `archive.extract.boilerplate`; to be as strict here
would make trivial what somebody wrote.
"""

from __future__ import annotations

import re

from archive.edits.notices import notices
from archive.extract.datetext import is_month, rest

_LONGEST = 120
_STAMP_WORDS = """
    updated update last published posted modified edited first on at the by of in from and to since as ago just now
    today yesterday am pm a p m hour hours hr hrs minute minutes min mins second seconds sec day days week weeks month
    months utc gmt bst cet cest est edt et pst pdt pt ct ist uhr h st nd rd th
    monday tuesday wednesday thursday friday saturday sunday mon tue tues wed thu thur thurs fri sat sun
    views view shares share likes like comments comment reads read time reactions retweets
    aktualisiert zuletzt stand veröffentlicht am um vom vor der den stunden stunde minuten minute tag tagen tage
    montag dienstag mittwoch donnerstag freitag samstag sonnabend sonntag lesezeit kommentare kommentar
    publié mis à jour le modifié il y heures heure lundi mardi mercredi jeudi vendredi samedi dimanche lecture
    actualizado publicado el las hace horas hora lunes martes miércoles jueves viernes sábado domingo lectura de del
    atualizado em às há minutos segunda terça quarta quinta sexta feira
    aggiornato pubblicato il alle ore fa lunedì martedì mercoledì giovedì venerdì sabato domenica
    bijgewerkt gepubliceerd om uur geleden maandag dinsdag woensdag donderdag vrijdag zaterdag zondag
    uppdaterad publicerad opdateret oppdatert publisert kl klo päivitetty julkaistu
    обновлено опубликовано в aktualizacja opublikowano aktualizováno dnes godz
    更新 発表 公開 年 月 日 時 分 发布 更新于 발행 입력 수정
"""
_STAMP = frozenset(_STAMP_WORDS.split())
_SURE_WORDS = """
    updated published posted modified edited ago views shares likes comments reads reactions retweets
    aktualisiert veröffentlicht stand lesezeit kommentare publié actualizado publicado atualizado aggiornato
    pubblicato bijgewerkt gepubliceerd uppdaterad publicerad opdateret oppdatert publisert päivitetty julkaistu
    обновлено опубликовано aktualizacja opublikowano aktualizováno 更新 更新于 発表 公開 发布 발행 입력 수정
"""
_SURE = frozenset(_SURE_WORDS.split())
_TIME = re.compile(r"(?<!\d)\d{1,2}[:h時시]\d{2}(?!\d)")
_WORD = re.compile(r"[^\W\d_]+")
_DIGIT = re.compile(r"\d")


def is_furniture(paragraph: str) -> bool:
    """Whether a paragraph is none of the article's: a time stamp, a counter, an ornament."""
    line = " ".join(paragraph.split())
    return not any(char.isalnum() for char in line) or (is_stamp(line) and not any(notices(paragraph)))


def is_stamp(line: str) -> bool:
    """Whether a line says when it was written or how often it was read, and nothing else. A mere figure is none: it
    may be a result, or a cell of a table."""
    if len(line) > _LONGEST or not _DIGIT.search(line):
        return False
    words = _WORD.findall(line.casefold())
    if not all(_says_when(word) for word in words):
        return False
    return bool(_SURE.intersection(words)) or bool(_TIME.search(line)) or rest(line) is not None


def _says_when(word: str) -> bool:
    return word in _STAMP or is_month(word) or set(word) <= set("年月日時时分秒更新発布发")
