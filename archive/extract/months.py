"""The names of the months in some fifty languages, of three calendars.

As the Unicode CLDR has them for the Gregorian calendar (nominative, genitive and abbreviations), with older and
regional spellings that newspapers use. Names are compared without case, accents, dots and apostrophes.
"""

from __future__ import annotations

import re
import unicodedata
from types import MappingProxyType

_IGNORED = re.compile("[\u0300-\u036f\u0653-\u0655\u200c\u200d\u05f3\u0970.'\u2019]")
_ONE_LETTER = str.maketrans(
    {"ي": "ی", "ك": "ک"}
)  # Arabic and Persian keyboards write the same letters differently

_GREGORIAN = (
    """january jan januar janvier janv enero ene gennaio gen janeiro januari tammikuuta tammikuu tammi jaanuar jaan
    janvaris sausio sausis saus stycznia styczen sty ledna leden led januara sijecnja sijecanj sij ianuarie ian
    ocak oca yanvar yan janar gener xaneiro xan eanair ean ionawr ion januarie jaen janner jaenner јануар јан
    јануари януари яну ιανουαριου ιανουαριοσ ιαν января январь янв січня січень січ студзеня студзень сту қаңтар
    қаң जनवरी जन जानेवारी जाने জানুয়ারী জানু જાન્યુઆરી જાન્યુ ਜਨਵਰੀ ਜਨ ஜனவரி ஜன జనవరి జన ಜನವರಿ ಜನ ജനുവരി ജനു
    ජනවාරි ජන ینایر ינואר ינו ژانویه جنوری มกราคม มค იანვარი იან հունվարի հունվար հնվ جانفي كانونالثاني""",
    """february feb februar fevrier fevr febrero febbraio fevereiro fev februari helmikuuta helmikuu helmi veebruar
    veebr februaris febr vasario vasaris vas lutego luty lut unora unor uno februara veljace veljaca velj
    februarie subat sub fevral shkurt shk febrer febreiro feabhra feabh chwefror chwef chw фебруар феб февруари
    фев φεβρουαριου φεβρουαριοσ φεβ февраля февраль февр лютого лютии лют лютага люты ақпан ақп फ़रवरी फ़र
    फेब्रुवारी फेब्रु फेब्रुअरी ফেব্রুয়ারী ফেব ફેબ્રુઆરી ફેબ્રુ ਫ਼ਰਵਰੀ ਫ਼ਰ பிப்ரவரி பிப் ఫిబ్రవరి ఫిబ్ర ಫೆಬ್ರವರಿ
    ಫೆಬ್ರ ഫെബ്രുവരി ഫെബ്രു පෙබරවාරි පෙබ فبرایر פברואר פבר فوریه فروری กุมภาพันธ์ กพ თებერვალი თებ փետրվարի փետրվար
    փտվ فيفري شباط""",
    """march mar marz mars marzo marco maart mrt marts maaliskuuta maaliskuu maalis kovo kovas kov marca marzec
    brezna brezen bre marec ozujka ozujak ozu mart martie marcius marc marta mawrth maw maret mac machi maerz март
    мар μαρτιου μαρτιοσ μαρ марта березня березень бер сакавіка сакавік сак наурыз нау मार्च মার্চ માર્ચ ਮਾਰਚ
    மார்ச் மார் మార్చి ಮಾರ್ಚ್ മാർച്ച് മാർ මාර්තු මාර් مارس מרץ مارچ มีนาคม มีค მარტი მარ մարտի մարտ մրտ آذار""",
    """april apr avril avr abril abr aprile huhtikuuta huhtikuu huhti aprill aprilis balandzio balandis bal kwietnia
    kwiecien kwi dubna duben dub aprila travnja travanj tra aprilie nisan nis aprel prill pri dabril dabr aibrean
    aib ebrill ebr aprili април апр απριλιου απριλιοσ απρ апреля апрель квітня квітень квіт красавіка красавік кра
    сәуір сәу अप्रैल एप्रिल एप्रि अप्रिल এপ্রিল এপ্রি એપ્રિલ ਅਪ੍ਰੈਲ ਅਪ੍ਰੈ ஏப்ரல் ஏப் ఏప్రిల్ ఏప్రి ಏಪ್ರಿಲ್ ಏಪ್ರಿ
    ഏപ്രിൽ ഏപ്രി අප්රේල් ابریل אפריל אפר اوریل اپریل เมษายน เมย აპრილი აპრ ապրիլի ապրիլ ապր نيسان أفريل آوریل""",
    """may mai mayo maggio mag maio mei maj toukokuuta toukokuu touko maijs geguzes geguze geg maja kvetna kveten kve
    svibnja svibanj svi majus maig bealtaine beal mayis мај маи μαιου μαιοσ μαι mayıs мая травня травень трав
    мамыр мам मई मे মে મે ਮਈ மே మే ಮೇ മേയ് මැයි مایو מאי مه میی พฤษภาคม พค მაისი მაი մայիսի մայիս մյս أيار ماي می""",
    """june jun juni juin junio giugno giu junho kesakuuta kesakuu kesa juuni junijs birzelio birzelis birz czerwca
    czerwiec cze cervna cerven cvn juna junij lipnja lipanj iunie iun junius haziran haz iyun iyn qershor qer juny
    xuno meitheamh meith mehefin meh junie јун јуни юни ιουνιου ιουνιοσ ιουν июня июнь июн червня червень черв
    чэрвеня чэрвень чэр маусым мау जून जुन জুন જૂન ਜੂਨ ஜூன் జూన్ ಜೂನ್ ജൂൺ ජූනි یونیو יוני ژوین جون มิถุนายน มิย
    ივნისი ივნ հունիսի հունիս հնս حزيران جوان ژوئن""",
    """july jul juli juillet juil julio luglio lug julho heinakuuta heinakuu heina juuli julijs liepos liepa liep
    lipca lipiec lip cervence cervenec cvc jula julij srpnja srpanj iulie iul julius temmuz tem iyul iyl korrik
    korr juliol xullo xul iuil gorffennaf gorff gor julai julie јул јули юли ιουλιου ιουλιοσ ιουλ июля июль июл
    липня липень лип ліпеня ліпень ліп шілде шіл जुलाई जुल जुलै জুলাই জুল જુલાઈ ਜੁਲਾਈ ਜੁਲਾ ஜூலை జులై ಜುಲೈ ജൂലൈ
    ජූලි یولیو יולי ژوییه جولایی กรกฎาคม กค ივლისი ივლ հուլիսի հուլիս հլս تموز جويلية ژوئیه جولای""",
    """august aug aout agosto ago augustus augusti elokuuta elokuu elo agust agu augusts rugpjucio rugpjutis rugp
    sierpnia sierpien sie srpna srpen srp augusta avgust avg kolovoza kolovoz kol augusztus agustos avqust avq
    gusht gush dagost agost dag lunasa lun awst agustus ogos ogo agosti август авг αυγουστου αυγουστοσ αυγ августа
    серпня серпень серп жніуня жнівень жні тамыз там अगस्त अग ऑगस्ट ऑग अगस्ट আগস্ট আগ ઑગસ્ટ ਅਗਸਤ ਅਗ ஆகஸ்ட் ஆக
    ఆగస్టు ఆగ ಆಗಸ್ಟ್ ಆಗ ഓഗസ്റ്റ് ഓഗ අගෝස්තු අගෝ اغسطس אוגוסט אוג اوت اگست สิงหาคม สค აგვისტო აგვ օգոստոսի
    օգոստոս օգս آب أوت""",
    """september sep sept septembre septiembre settembre set setembro syyskuuta syyskuu syys septembris rugsejo
    rugsejis rugs wrzesnia wrzesien wrz zari zar septembra rujna rujan ruj septembar septembrie szeptember szept
    eylul eyl sentyabr sen shtator sht setembre mfomh medi septemba септембар сеп септември σεπτεμβριου
    σεπτεμβριοσ σεπ сентября сентябрь сент вересня вересень вер верасня верасень қыркүиек қыр सितंबर सित सप्टेंबर
    सप्टें सेप्टेम्बर সেপ্টেম্বর সেপ સપ્ટેમ્બર સપ્ટે ਸਤੰਬਰ ਸਤੰ செப்டம்பர் செப் సెప్టెంబర్ సెప్టెం ಸೆಪ್ಟೆಂಬರ್
    ಸೆಪ್ಟೆಂ സെപ്റ്റംബർ സെപ്റ്റം සැප්තැම්බර් සැප් سبتمبر ספטמבר ספט سپتامبر ستمبر กันยายน กย სექტემბერი სექ
    սեպտեմբերի սեպտեմբեր սեպ أيلول""",
    """october oct oktober okt octobre octubre ottobre ott outubro out lokakuuta lokakuu loka oktoober oktobris
    spalio spalis spal pazdziernika pazdziernik paz rijna rijen rij oktobra oktobar octombrie ekim eki oktyabr
    tetor tet doctubre doct dfomh hydref hyd oktoba октобар окт октомври οκτωβριου οκτωβριοσ οκτ октября октябрь
    жовтня жовтень жовт кастрычніка кастрычнік кас қазан қаз अक्टूबर अक्टू ऑक्टोबर ऑक्टो अक्टोबर অক্টোবর অক্টো
    ઑક્ટોબર ઑક્ટો ਅਕਤੂਬਰ ਅਕਤੂ அக்டோபர் அக் అక్టోబర్ అక్టో ಅಕ್ಟೋಬರ್ ಅಕ್ಟೋ ഒക്ടോബർ ഒക്ടോ ඔක්තෝබර් ඔක්
    اکتوبر אוקטובר אוק اکتبر ตุลาคม ตค ოქტომბერი ოქტ հոկտեմբերի հոկտեմբեր հոկ تشرينالأول""",
    """november nov novembre noviembre novembro marraskuuta marraskuu marras novembris lapkricio lapkritis lapkr
    listopada listopad lis listopadu novembra studenoga studeni stu novembar noiembrie kas noyabr noy nentor nen
    samhain samh tachwedd tach novemba kasim новембар нов ноември ное νοεμβριου νοεμβριοσ νοε kasım ноября ноябрь
    нояб листопада листопад лист лістапада лістапад ліс қараша қар नवंबर नव नोव्हेंबर नोव्हें नोभेम्बर নভেম্বর নভে
    નવેમ્બર નવે ਨਵੰਬਰ ਨਵੰ நவம்பர் நவ నవంబర్ నవం ನವೆಂಬರ್ ನವೆಂ നവംബർ നവം නොවැම්බර් නොවැ نوفمبر נובמבר נוב نوامبر
    نومبر พฤศจิกายน พย ნოემბერი ნოე նոյեմբերի նոյեմբեր նոյ تشرينالثاني""",
    """december dec dezember dez decembre diciembre dic dicembre dezembro desember des joulukuuta joulukuu joulu
    detsember dets decembris gruodzio gruodis gruod grudnia grudzien gru prosince prosinec pro decembra prosinca
    prosinac decembar decembrie ara dekabr dek dhjetor dhj desembre decembro nollaig noll rhagfyr rhag disember
    dis desemba aralik децембар дец декември дек δεκεμβριου δεκεμβριοσ δεκ aralık декабря декабрь грудня грудень
    груд снежня снежань сне желтоқсан жел दिसंबर दिस डिसेंबर डिसें डिसेम्बर ডিসেম্বর ডিসে ડિસેમ્બર ડિસે ਦਸੰਬਰ ਦਸੰ
    டிசம்பர் டிச డిసెంబర్ డిసెం ಡಿಸೆಂಬರ್ ಡಿಸೆಂ ഡിസംബർ ഡിസം දෙසැම්බර් දෙසැ دیسمبر דצמבר דצמ دسامبر دسمبر ธันวาคม ธค
    დეკემბერი დეკ դեկտեմբերի դեկտեմբեր դեկ كانونالأول""",
)

# Slavic names that mean another month in Croatian than in Czech and Polish.
_CROATIAN = {"lip": 6, "srp": 7, "lis": 10, "listopad": 10, "listopada": 10}

# Farvardin to Esfand: of Iran, then the signs of the zodiac, which Afghanistan uses.
_JALALI = (
    "فروردین حمل farvardin", "اردیبهشت ثور ordibehesht", "خرداد جوزا khordad", "تیر سرطان tir",
    "مرداد امرداد اسد mordad", "شهریور سنبله shahrivar", "مهر میزان mehr", "آبان عقرب aban", "آذر قوس azar",
    "دی جدی dey", "بهمن دلو bahman", "اسفند حوت esfand",
)  # fmt: skip


def fold(word: str) -> str:
    """What the spellings of one name share."""
    if word.isascii():
        return word.lower().replace(".", "").replace("'", "")
    return _IGNORED.sub("", unicodedata.normalize("NFKD", word).casefold().translate(_ONE_LETTER))


def _table(names: tuple[str, ...]) -> MappingProxyType[str, int]:
    return MappingProxyType(
        {fold(name): number for number, spellings in enumerate(names, 1) for name in spellings.split()}
    )


_GREGORIAN_OF = _table(_GREGORIAN)
_JALALI_OF = _table(_JALALI)


def month(word: str, language: str = "") -> int | None:
    """The number of a Gregorian month by its name, None where it is no such name."""
    name = fold(word)
    croatian = _CROATIAN.get(name) if language[:2].lower() in {"hr", "bs"} else None
    return croatian or _GREGORIAN_OF.get(name)


def jalali_month(word: str) -> int | None:
    """The number of a month of the Iranian calendar by its name, None where it is no such name."""
    return _JALALI_OF.get(fold(word))
