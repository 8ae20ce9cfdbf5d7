"""What a site says around its articles, in some thirty languages: labels of buttons and lists, prompts, notices.

A *label* is a whole line ("Imprimer", "0 commentaire", "Lire la suite"), or begins one that leads to other articles
("Читайте также: ..."). A *prompt* is a sentence that asks readers for something (to subscribe, to follow, to accept);
a *notice* one that the law or the lawyers want. Prompts and notices are short: a long paragraph that has such words
reports about them.
"""

from __future__ import annotations

import re

from archive.extract.text import one_of

_SHARE = one_of("""
    share|teilen|partager|compartir|compartilhar|partilhar|condividi|delen|dela|del|jaa|udostępnij
    sdílet|zdieľať
    megosztás|distribuie|paylaş|поделиться|поширити|сподели|podijeli|podeli|κοινοποίηση
    شارك(?: المقال| الخبر)?
    مشاركة|اشتراک.?گذاری|שתפו|שיתוף|शेयर करें|साझा करें|শেয়ার করুন|แชร์|bagikan|kongsi|chia sẻ
    シェア(?:する)?
    ツイート(?:する)?|공유(?:하기)?|分享(?:到)?
""")
_WHERE = (
    r"(?:[\s:]*(?:this|on|via|with|sur|auf|bei|en|em|su|op|på|w|на|в|على|trên)?[\s:]*"
    r"(?:facebook|twitter|x|linkedin|whatsapp|telegram|e-?mail|viber|line|вконтакте|vk|одноклассники|微信|微博"
    r"|article|story|post|page|update|entry|artikel|beitrag|artículo|artigo|articolo)?[,\s]*){0,4}"
)
_BUTTON = one_of(r"""
    (?:print|drucken|imprimer|imprimir|stampa|afdrukken)(?: this)?(?: page| article)?
    skriv ut|tulosta|drukuj|tisknout|nyomtatás|yazdır
    распечатать|друк|طباعة|הדפסה|印刷|打印|인쇄|リンクをコピー|复制链接|링크 ?복사
    (?:copy|copier|copiar|copia|kopier(?:en)?|kopieer|kopiuj)(?: the| le| el| il| o)? ?(?:link|lien|enlace|url)
    с?копировать ссылку
    (?:envoyer|enviar|invia|verstuur|skicka|wyślij)(?: par| por| per)? e-?mail
    offrir (?:l['’])?article
    merken|bookmark|sauvegarder|guardar|salva|opslaan|spara|zapisz|сохранить|保存|북마크
    (?:report|signaler|señalar|segnala|reportar|rapporter|zgłoś)(?: an?| une?| um)? (?:error|typo|erreur|errore|erro)
    (?:rapporter|rapportera|zgłoś) (?:fejl|fel|błąd)
    fehler (?:gefunden|melden).{0,100}|нашли (?:ошибку|опечатку).{0,120}|tikfout gezien.{0,100}
""")
_COMMENTS = one_of("""
    commentaires?|kommentare?|comentarios?|comentários?|commenti|commento|reacties?|kommentarer
    kommenttia?|kommentit
    komentarz[ey]|komentarzy|komentáře?|hozzászólás|yorum(?:lar)?|комментари[ийяев]{1,2}
    коментар[іиів]*|σχόλια
    تعليقات?|תגובות|टिप्पणियाँ|ความคิดเห็น|komentar|bình luận|コメント|评论|評論|댓글
""")
_NUMBER = r"(?:(?:\d+|aucun|keine?|sin|nessun|geen|inga|ingen|ei|brak|žádné|nincs|нет)\s?)?"
_LEADING = one_of(r"""
    (?:lees|lire|lea|leia|leggi)(?: \w{1,5})? (?:ook|aussi|également|m[áa]s|mais|también|também|anche)
    (?:läs|les|læs|lue|czytaj|przeczytaj|zobacz) (?:även|också|mer|mere|også|myös|lisää|też|także|również)
    (?:čtěte|čítajte|citește|citeşte|vezi)(?: \w{1,5})? (?:také|tiež|și|şi)
    (?:прочетете|διαβάστε|pročitajte)(?: \w{1,5})? (?:също|още|επίσης|i|još)
    olvassa? (?:el|tovább).{0,20}|(?:читайте|смотрите|читай)(?: \w{1,5})? (?:также|ещё|еще|по теме)
    читайте також
    ayrıca bakınız|ilgili haber(?:ler)?|bunlar da ilginizi çekebilir|اقرأ (?:أيض[اًا]{1,2}|المزيد)
    شاهد أيض[اًا]{1,2}
    بیشتر بخوانید|קראו (?:גם|עוד)|ये भी पढ़ें|यह भी पढ़ें|ये भी देखें|আরও পড়ুন
    อ่าน(?:เพิ่มเติม|ต่อ|ข่าว)|ข่าวที่เกี่ยวข้อง
    baca juga|simak juga|baca selanjutnya|đọc thêm|xem thêm|tin liên quan|関連記事|関連リンク
    あわせて読みたい|関連キーワード
    相关(?:阅读|新闻|报道|文章)|相關(?:閱讀|新聞|報導)|延伸(?:阅读|閱讀)|更多(?:新闻|新聞)
    관련 ?(?:기사|뉴스)
    zum thema|das könnte (?:sie|dich) (?:auch )?interessieren|sur le m[êe]me (?:sujet|thème)
    pour aller plus loin
    (?:te|le) puede interesar|noticias relacionadas|veja também|saiba mais|notícias relacionadas
    potrebbe interessarti
    articoli correlati|gerelateerd|relaterat|relaterte saker|powiązane|kapcsolódó|по теме
    похожие материалы
""")
_CONTINUING = one_of(r"""
    lire la suite.{0,20}|la suite (?:après|sous).{0,40}|weiterlesen.{0,40}|zum artikel
    hier klicken.{0,40}|mehr (?:lesen|dazu)
    seguir leyendo|sigue leyendo|leer (?:más|nota completa)
    continu(?:a|ar|e) (?:a )?(?:leggere|lendo|leyendo|lezen)|lees (?:meer|verder)
    läs mer|les mer|læs mere|lue lisää|czytaj (?:dalej|więcej)|číst dále|tovább(?: olvasom)?
    citește mai mult|devamı(?:nı oku)?
    читать (?:далее|дальше|полностью)|читати далі|اقرأ المزيد|続きを読む|もっと見る|阅读全文
    查看更多|더 ?보기|อ่านต่อ|selengkapnya|xem tiếp
    annonce|reklam[ae]?|anuncio|anúncio|annons|mainos|реклама|广告|廣告|広告|광고|إعلان|विज्ञापन
    โฆษณา|iklan|quảng cáo
    réservé aux abonnés|article réservé.{0,40}|solo para suscriptores|exclusivo para assinantes
    nur für abonnenten
""")
_TIMING = re.compile(
    r"(?:temps de lecture|lesezeit|tiempo de lectura|tempo (?:di lettura|de leitura)|leestijd|lästid|læsetid"
    r"|lesetid|lukuaika|czas czytania|время чтения|okuma süresi|reading time)\s*:?\s*(?:ca\.? )?\d+"
    r"|\b\d+ ?(?:min(?:ute)?n?s?) (?:read|de lecture|lesezeit|de lectura|di lettura|de leitura|leestijd|lästid"
    r"|læsetid|lesetid)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(
    rf"^[\s\W]*(?:{_SHARE}{_WHERE}|{_BUTTON}|{_NUMBER}{_COMMENTS}\s?(?:\(?\d+\)?)?|{_CONTINUING}"
    rf"|{_LEADING}(?:\s*[:：»>-].{{0,200}})?|\d\d?:\d\d(?::\d\d)?)[\s\W]*$",
    re.IGNORECASE,
)
_NEWSLETTER = (
    r"(?:news-?letters?|nieuwsbrief|nieuwsbrieven|nyhetsbrev|nyhedsbrev|uutiskirje|boletín|boletim|infolettre|bülten"
    r"|biuletyn|hírlevél|newslettera|рассылк[уаи]|розсилк[уаи]|メールマガジン|メルマガ)"
)
_ASKING = (
    r"(?:sign up|subscribe|get|receive|join|abonn\w+|inscri\w+|suscr[ií]\w+|assin\w+|registr\w+|iscriv\w+"
    r"|ricev\w+|recib\w+|receb\w+|meld\w*|schrijf|ontvang|anmeld\w*|bestell\w*|erhalten|prenumerer\w*|tilmeld\w*"
    r"|tilaa|zapisz|přihlas\w*|odebír\w*|iratkoz\w*|aboneaz\w*|abone|kayıt|подпи[сш]\w*|登録|구독)"
)
_FOLLOWING = one_of(r"""
    подпи[сш]\w+ на (?:наш|телеграм|канал|нас)|присоединяйтесь к
    підпи[сш]\w+ на (?:наш|канал|телеграм)
    (?:folgen sie|folge) (?:uns|mir|ihm|ihr)\b|suivez[- ](?:nous|moi|la|le)
    s[íi]gu?enos (?:en|a través)|siga[- ]?(?:nos|a gente)
    seguici|segui (?:la |il )?.{0,30} su (?:facebook|twitter|instagram|telegram)|volg ons|följ oss
    følg os|seuraa meitä
    śledź nas|obserwuj nas|sledujte nás|kövess(?:en)? minket|urmărește-ne|bizi takip ed|تابعون[اي]
    עקבו אחרינו|हमें फॉलो
    ติดตาม(?:เรา|ข่าว).{0,20}(?:ที่|ได้)|ikuti (?:kami|berita)|theo dõi .{0,30} trên
    友だち(?:登録|追加)|關注我們|关注我们
    google (?:news|haberler|nieuws|actualités)
""")
_LAWFUL = one_of(r"""
    (?:wszelkie|wszystkie) prawa zastrzeżone|všechna práva vyhrazena|všetky práva vyhradené
    minden jog fenntartva
    toate drepturile rezervate|все права защищены|всі права захищені|всички права запазени
    (?:tüm|bütün) hakları saklıdır
    جميع الحقوق محفوظة|כל הזכויות שמורות|सर्वाधिकार सुरक्षित|สงวนลิขสิทธิ์
    kaikki oikeudet pidätetään|alla rättigheter förbehålln
    todos os direitos reservados|alle rechten voorbehouden|alle rettigheder forbeholdes
    sva prava pridržana|hak cipta dilindungi
    無断転載|无断转载|禁止转载|未经(?:许可|授权|书面)|未經(?:許可|授權)|版权所有|版權所有|著作権
    무단 ?전재|재배포 ?금지|저작권자
    (?:views|opinions) expressed .{0,80}(?:are|do not|those of).{0,60}(?:own|author|reflect|necessarily|represent)
    (?:may|might|can) (?:earn|receive) .{0,30}commissions?|affiliate (?:links?|partners?|commission)
    werbelinks?\b|liens affiliés
    by (?:using|continuing|submitting|signing up).{0,60}you (?:agree|accept|consent)
    (?:terms of (?:use|service)).{0,40}privacy policy
    agb .{0,30}datenschutz|файлы cookie|utiliza(?:mos)? cookies|utilise des cookies
    utilizza(?: i)? cookies?|verwendet cookies
""")
_NEWSLETTERS = re.compile(
    rf"(?<!\w){_ASKING}(?!\w).{{0,80}}{_NEWSLETTER}|^.{{0,15}}{_NEWSLETTER}.{{0,40}}(?<!\w){_ASKING}(?!\w).{{0,30}}$",
    re.IGNORECASE,
)
_PROMPT = re.compile(rf"(?<!\w){_FOLLOWING}|{_LAWFUL}", re.IGNORECASE)
_CONTACT = re.compile(r"[^\s@]{1,64}@[^\s@]{1,64}\.\w{2,}")
_LONGEST_LABEL = 300
_LONGEST_PROMPT = 250
_LONGEST_ASKING = 160
_LONGEST_SHORT = 100
_WORDS_BESIDE = 4


def is_label(line: str) -> bool:
    """Is this line what a button, a counter or a list of other articles is called, or an address to write to?"""
    if len(line) > _LONGEST_LABEL:
        return False
    if _LABEL.match(line) or (len(line) <= _LONGEST_SHORT and _TIMING.search(line)):
        return True
    contact = _CONTACT.search(line) if len(line) <= _LONGEST_SHORT else None
    return (
        contact is not None
        and len((line[: contact.start()] + line[contact.end() :]).split()) <= _WORDS_BESIDE
    )


def is_prompt(line: str) -> bool:
    """Does this line ask the reader for something, or is it there for the law?"""
    if len(line) > _LONGEST_PROMPT:
        return False
    return bool(_PROMPT.search(line)) or (len(line) <= _LONGEST_ASKING and bool(_NEWSLETTERS.search(line)))
