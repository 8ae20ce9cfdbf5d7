"""The language: what is declared, where the words do not say otherwise."""

from __future__ import annotations

import pytest

from archive.extract import extract

TEXTS = {
    "en": "The weir above the mill held through the night, and the water that was on the road is gone for now.",
    "de": "Das Wehr über der Mühle hat die ganze Nacht gehalten, und das Wasser auf der Straße ist nicht mehr da.",
    "fr": "Le barrage au-dessus du moulin a tenu toute la nuit, et les eaux qui étaient sur la route sont parties.",
    "es": "La presa que está sobre el molino aguantó toda la noche, y el agua que había en la calle ya se fue.",
    "it": "La diga sopra il mulino ha retto per tutta la notte e l'acqua che era sulla strada non è più lì.",
    "pt": "A represa que fica acima do moinho aguentou a noite toda, e as águas que estavam na rua já não estão lá.",
    "nl": "De stuw boven de molen heeft het de hele nacht gehouden en het water op de weg is er niet meer.",
    "sv": "Dammen ovanför kvarnen höll hela natten och vattnet som var på vägen är inte kvar, det har runnit av.",
    "da": "Dæmningen over møllen holdt hele natten, og det vand, der var på vejen, er ikke længere til at se.",
    "pl": "Jaz nad młynem wytrzymał całą noc, a woda, która była na drodze, już się cofnęła i nie ma jej tam.",
    "cs": "Jez nad mlýnem vydržel celou noc a voda, která byla na silnici, už tam není, protože se vrátila do řeky.",
    "hu": "A malom fölötti gát egész éjszaka kitartott, és a víz, amely az úton volt, már nem látható ott.",
    "ro": "Barajul de deasupra morii a rezistat toată noaptea, iar apa care era pe drum nu mai este acolo.",
    "fi": "Myllyn yläpuolella oleva pato kesti koko yön, eikä tiellä ollut vesi ole enää siellä, sanoi mylläri.",
    "tr": "Değirmenin üstündeki bent bütün gece dayandı ve yoldaki su artık orada değil, çünkü nehre geri döndü.",
    "id": "Bendungan di atas kincir itu bertahan sepanjang malam dan air yang ada di jalan sudah tidak ada lagi.",
    "vi": "Con đập phía trên cối xay đã trụ vững suốt đêm và nước ở trên đường không còn nữa, người thợ xay nói.",
    "sw": "Bwawa lililo juu ya kinu lilihimili usiku kucha na maji yaliyokuwa barabarani hayapo tena, alisema.",
    "ru": "Плотина над мельницей выдержала всю ночь, и воды, которая была на дороге, там больше нет, сказал мельник.",
    "uk": "Гребля над млином витримала всю ніч, і води, яка була на дорозі, там уже немає, сказав мірошник.",
    "el": "Το φράγμα πάνω από τον μύλο άντεξε όλη τη νύχτα και το νερό που ήταν στον δρόμο δεν είναι πια εκεί.",
    "he": "הסכר שמעל הטחנה החזיק כל הלילה, והמים שהיו על הכביש כבר אינם שם, אמר הטוחן.",
    "ar": "صمد السد فوق الطاحونة طوال الليل، ولم تعد المياه التي كانت على الطريق موجودة هناك، كما قال الطحان.",
    "fa": "سد بالای آسیاب تمام شب دوام آورد و آبی که روی جاده بود دیگر آنجا نیست، آسیابان گفت.",
    "hi": "चक्की के ऊपर का बाँध पूरी रात टिका रहा और सड़क पर जो पानी था वह अब वहाँ नहीं है, चक्की वाले ने कहा।",
    "th": "ฝายเหนือโรงสีทนอยู่ได้ตลอดทั้งคืน และน้ำที่อยู่บนถนนก็ไม่มีแล้ว เจ้าของโรงสีกล่าว",
    "ja": "水車小屋の上の堰は一晩中持ちこたえ、道路の水はもう引いたと粉屋は話した。",
    "ko": "방앗간 위의 보는 밤새 버텼고 도로 위의 물은 이제 없다고 방앗간 주인이 말했다.",
    "zh": "水磨坊上方的堰坝整夜坚守，道路上的积水已经退去，磨坊主说。",
}


def language(text: str, declared: str = "") -> str:
    lang = f' lang="{declared}"' if declared else ""
    return extract(
        f"<html{lang}><title>x</title><article><p>{text}</p></article>".encode(), url="https://a.example/b"
    ).language


@pytest.mark.parametrize("wanted", TEXTS)
def test_undeclared_the_words_say_it(wanted: str) -> None:
    assert language(TEXTS[wanted] * 2) == wanted


@pytest.mark.parametrize("spoken", TEXTS)
def test_what_is_declared_is_believed_where_the_words_speak_for_it(spoken: str) -> None:
    assert language(TEXTS[spoken] * 3, spoken) == spoken


@pytest.mark.parametrize("spoken", ["de", "fr", "cs", "ro", "id", "sw", "ru", "ar", "ja", "th"])
def test_a_template_that_declares_english_is_not_believed(spoken: str) -> None:
    assert language(TEXTS[spoken] * 4, "en-US") == spoken


def test_a_short_text_contradicts_nothing() -> None:
    assert language("Ja.", "en") == "en"
    assert language("12.30 – 14.00", "cy") == "cy"


@pytest.mark.parametrize(
    ("declared", "spoken", "wanted"), [("nb-NO", "da", "no"), ("hr", "sr", "hr"), ("iw", "he", "he")]
)
def test_neighbours_and_old_tags(declared: str, spoken: str, wanted: str) -> None:
    close = {"da": "Det er ikke noe som vi har sett før, sier mølleren, og vannet på veien er borte nå.",
             "sr": "Brana iznad mlina je izdržala cijelu noć i voda koja je bila na cesti više nije tamo.", "he": TEXTS["he"]}  # fmt: skip
    assert language(close[spoken] * 3, declared) == wanted
