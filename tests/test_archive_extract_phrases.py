"""Lines that a site puts around its articles, told from sentences about the same things."""

from __future__ import annotations

import pytest

from archive.extract.boilerplate import is_boilerplate


@pytest.mark.parametrize(
    "line",
    [
        "Partager sur Facebook", "Compartir", "Поделиться: ВКонтакте, Одноклассники", "シェアする", "Share this update",
        "Imprimer", "Copier le lien", "Скопировать ссылку", "Enviar por e-mail", "Signaler une erreur",
        "Fehler gefunden? Jetzt melden.", "0 commentaire", "3 Kommentare", "Комментарии (12)", "评论", "Aucun commentaire",
        "Lire la suite", "Читать далее", "続きを読む", "Leer más", "devamını oku",
        "Читайте также: Лыжню в лесу проложат к выходным", "Lees ook: De brug is weer open", "ये भी पढ़ें: नदीपुर का पुल",
        "اقرأ أيضاً: حديقة جديدة", "Baca juga: Kapal tua dijual", "関連記事", "Te puede interesar",
        "Publicité", "Реклама", "广告", "Temps de lecture : 3 min.", "Par Lucie Ferrand · 4 min de lecture", "1:12", "16:20",
        "Wil je niets missen? Abonneer je op onze nieuwsbrief.", "Inscrivez-vous à notre newsletter", "Подпишитесь на рассылку",
        "Subscribe to get the Friday newsletter", "Подписывайтесь на наш канал в Telegram", "Suivez-nous sur Facebook",
        "Síguenos en X", "Folgen Sie uns auf Instagram", "無断転載を禁じます", "저작권자 © 강변일보 무단전재 및 재배포 금지",
        "Wszelkie prawa zastrzeżone", "Все права защищены",
        "Opinions expressed by contributors are their own and do not reflect the views of this newspaper.",
        "We may earn a commission when you buy through links on this page.",
        "By using this site you agree to our Terms of Use and Privacy Policy.",
        "Publicado em 12/04/2024", "Updated:", "Published", "Mis à jour le 08 mai 2019 à 09h03",
        "Photographs by Sam Adeyemi", "（责任编辑：陈明）", "Additional reporting by Col Brennan", "Fact checked by Lou Park",
        "김지은 기자 jieun@gangbyeon.example", "tips@lamp.example",
    ],
)  # fmt: skip
def test_what_a_site_says_around_its_articles_is_no_part_of_them(line: str) -> None:
    assert is_boilerplate(line)


@pytest.mark.parametrize(
    "line",
    [
        "The minister shared the letter on Facebook before the council had read it.",
        "Elle a imprimé la lettre et l’a accrochée à la porte de la mairie.",
        "Les commentaires du maire n’ont pas plu à tout le monde.",
        "Читатели также спрашивали, когда откроют мост.",
        "Das Interesse an der Anzeige war größer, als der Verein gedacht hatte.",
        "The parish newsletter has been printed in the vestry since 1931, and nobody has ever asked to subscribe to anything else.",
        "At 16:20 the last boat turned back.",
        "The photographs by Sam Adeyemi hang in the town hall until March.",
        "He was published twice, and updated nothing.",
        "Write to the clerk at clerk@parish.example before Friday if you want to speak at the meeting.",
        "She follows the river on foot, and the river follows her on Instagram.",
        "A commission will look into the links between the two firms.",
        "Обновлённый мост откроют в мае.",
        "本紙の記者が現場を訪れた。",
    ],
)
def test_sentences_about_such_things_are(line: str) -> None:
    assert not is_boilerplate(line)


def test_a_very_long_line_is_looked_at_quickly() -> None:
    for text in (
        "share " * 5_000,
        "newsletter subscribe " * 5_000,
        "(" * 20_000,
        "12:30 " * 5_000,
        "a@b.c " * 5_000,
    ):
        assert not is_boilerplate("She said: " + text)
