"""Does a line say when something was published, or when it was changed?

"Published 1 May, updated 3 May" says both. Words of some thirty languages; what stands before them, or has none,
is taken for the day of publication by those who ask.
"""

from __future__ import annotations

import re
from typing import Literal

from archive.extract.text import one_of

Role = Literal["published", "modified"]

_MODIFIED = one_of(r"""
    (?:last |most recently )?(?:updated?|modified|edited|revised|changed|corrected)|last (?:change|revision|update)
    (?:zuletzt |letzte )?(?:aktualisiert|aktualisierung|geändert|bearbeitet|änderung|überarbeitet)|\bstand\b|zuletzt
    mis(?:e)? à jour|modifié|màj\b|maj\b|actualisé|dernière modification|(?:última )?(?:actualizad[oa]|actualización)
    modificad[oa]|última modificación|aggiornat[oa]|ultimo aggiornamento|ultima modifica|modificat[oa]
    atualizad[oa]|atualização|bijgewerkt|laatst(?:e)?|gewijzigd|aangepast
    uppdatera[dt]|ändrad|senast|opdateret|oppdatert|sist endret|sidst|endret
    päivitetty|muokattu|zaktualizowan[oy]|aktualizacja|zmodyfikowan[oy]|aktualizov[aá]n[oé]|upraven[oé]|aktualizácia
    frissítve|módosítva|utoljára|actualizat|güncelle\w*|değiştir\w*|обновлен[оа]|обновлено|изменено|редакция
    оновлен[оа]|актуализира\w*|обновена|ажурирано|ažurirano|izmijenjeno|posodobljeno|uuendatud|muudetud
    atjaunots|atjaunināts|atnaujinta|τελευταία ενημέρωση|ενημερώθηκε|ανανεώθηκε|آخر تحديث|تم التحديث|تحديث
    به.?روز ?رسانی|ویرایش|עודכן|עדכון|अपडेट\w*|अद्यतन|संशोधित|আপডেট|হালনাগাদ|อัปเดต|อัพเดต|แก้ไข
    diperbarui|diupdate|dikemas kini|cập nhật|更新|修改|最后编辑|最終更新|수정|업데이트|최종
""")
_PUBLISHED = one_of(r"""
    (?:first |originally |date )?(?:published|posted|released|issued|filed)|publication date|created
    (?:artikel|beitrag|eintrag) wurde(?: \D{0,30})? am
    veröffentlicht\w*|erschienen|publiziert|erstellt|erstmals|online seit|eingestellt
    publié\w*|parue?|mise? en ligne|posté|publicad[oa]|publicación|pubblicat[oa]|pubblicazione|creat[oa]|publicação
    gepubliceerd|geplaatst|publicera[dt]|publiceringsdatum|publiceret|offentliggjort|udgivet|publisert|julkaistu
    opublikowan[oy]|data publikacji|dodano|publikován[oy]|vydáno|zveřejněn[oy]|publikované|zverejnené|vytvořeno
    megjelent|közzétéve|létrehozva|publicat|postat|yayınla\w*|yayın\w*|giriş|eklenme|oluşturulma
    опубликован\w*|дата публикации|размещено|опубліковано|публикуван\w*|објављено|objavljen[oa]|avaldatud
    publicēts|paskelbta|publikuota|δημοσιεύ\w*|δημοσίευση|ανάρτηση|نُ?شر|تاريخ النشر|انتشار|פורסם
    प्रकाशित|पब्लिश|প্রকাশ\w*|เผยแพร่|โพสต์|diterbitkan|dipublikasikan|dipublish|terbit|xuất bản|đăng
    发布|發布|發佈|发表|發表|刊登|公開|掲載|投稿|配信|発表|입력|등록|승인|게재|작성|발행
""")
_LABEL = re.compile(
    rf"(?P<modified>(?<!\w)(?:{_MODIFIED}))|(?P<published>(?<!\w)(?:{_PUBLISHED}))", re.IGNORECASE
)
_LONGEST = 400


def parts(text: str) -> list[tuple[Role, str, bool]]:
    """A line in parts that each say when: what of, the words, and whether a label says so.

    A label speaks for what follows it, in Chinese and Japanese often for what stands before it and ends the line:
    then the part is the whole line.
    """
    text = text[:_LONGEST]
    labels = list(_LABEL.finditer(text))
    if not labels:
        return [("published", text, False)]
    if len(labels) == 1 and not _says_number(text[labels[0].end() :]):
        return [(_role(labels[0]), text, True)]
    before = text[: labels[0].start()]
    found: list[tuple[Role, str, bool]] = [("published", before, False)] if before else []
    ends = [label.start() for label in labels[1:]] + [len(text)]
    found += [(_role(label), text[label.end() : end], True) for label, end in zip(labels, ends, strict=True)]
    return found


def says_modified(text: str) -> bool:
    """Is this, by its first label, about a change?"""
    label = _LABEL.search(text[:_LONGEST])
    return label is not None and _role(label) == "modified"


def labelled(text: str) -> str | None:
    """What follows a label at the beginning of a line ("Published: 1 May"), None where there is no label."""
    label = _LABEL.match(text[:_LONGEST])
    return None if label is None else text[label.end() :].strip(" :.·|–-")


def _role(label: re.Match[str]) -> Role:
    return "modified" if label["modified"] else "published"


def _says_number(text: str) -> bool:
    return any(c.isdigit() for c in text)
