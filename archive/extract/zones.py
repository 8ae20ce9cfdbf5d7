"""Which offset from UTC is meant: by a name, by a number, or by where a page is from.

A time without a zone is the time on the wall where the newspaper is made. Countries with one zone, and those whose
press keeps the time of one city, are told by the host's top-level domain, else by the region of the language tag,
else by a language that one country speaks. The United States, Canada and Australia have several, and English,
Spanish, Portuguese, Arabic and Bengali are spoken in many places: there a time without a zone is read as UTC.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from functools import cache
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

# Minutes east of UTC. Where one abbreviation has several meanings, that of most news pages.
_FIXED = {
    "utc": 0, "gmt": 0, "z": 0, "wet": 0, "bst": 60, "west": 60, "wat": 60, "cet": 60, "mez": 60, "met": 60,
    "cest": 120, "mesz": 120, "cat": 120, "sast": 120, "eet": 120, "eest": 180, "msk": 180, "eat": 180, "trt": 180,
    "irst": 210, "gst": 240, "pkt": 300, "ist": 330, "slst": 330, "npt": 345, "mmt": 390, "wib": 420, "ict": 420,
    "wita": 480, "sgt": 480, "hkt": 480, "myt": 480, "pht": 480, "awst": 480, "wit": 540, "jst": 540, "kst": 540,
    "acst": 570, "aest": 600, "acdt": 630, "aedt": 660, "nzst": 720, "nzdt": 780, "brt": -180, "art": -180,
    "ndt": -150, "nst": -210, "adt": -180, "ast": -240, "edt": -240, "hae": -240, "est": -300, "hne": -300,
    "cdt": -300, "cst": -360, "mdt": -360, "mst": -420, "pdt": -420, "pst": -480, "akdt": -480, "akst": -540,
    "hst": -600,
}  # fmt: skip
_ELSEWHERE = {  # what an abbreviation means in some countries
    ("ist", "ie"): 60, ("ist", "il"): 120, ("cst", "cn"): 480, ("cst", "tw"): 480, ("bst", "bd"): 360,
    ("pst", "ph"): 480, ("ast", "sa"): 180,
}  # fmt: skip
_SEASONAL = {
    "ET": "America/New_York", "CT": "America/Chicago", "MT": "America/Denver", "PT": "America/Los_Angeles",
    "AT": "America/Halifax", "EASTERN": "America/New_York", "CENTRAL": "America/Chicago",
    "PACIFIC": "America/Los_Angeles",
}  # fmt: skip
_OFFSET = re.compile(r"(?:utc|gmt)?\s?([+-])(\d\d?):?(\d\d)?$", re.IGNORECASE)

_CITIES = """
    ad:Europe/Andorra ae:Asia/Dubai af:Asia/Kabul al:Europe/Tirane am:Asia/Yerevan ao:Africa/Luanda
    ar:America/Argentina/Buenos_Aires at:Europe/Vienna az:Asia/Baku ba:Europe/Sarajevo bb:America/Barbados
    bd:Asia/Dhaka be:Europe/Brussels bf:Africa/Ouagadougou bg:Europe/Sofia bh:Asia/Bahrain bj:Africa/Porto-Novo
    bn:Asia/Brunei bo:America/La_Paz br:America/Sao_Paulo bs:America/Nassau bt:Asia/Thimphu bw:Africa/Gaborone
    by:Europe/Minsk bz:America/Belize cg:Africa/Brazzaville ch:Europe/Zurich ci:Africa/Abidjan cl:America/Santiago
    cm:Africa/Douala cn:Asia/Shanghai cr:America/Costa_Rica cu:America/Havana cy:Asia/Nicosia cz:Europe/Prague
    de:Europe/Berlin dk:Europe/Copenhagen do:America/Santo_Domingo dz:Africa/Algiers ec:America/Guayaquil
    ee:Europe/Tallinn eg:Africa/Cairo es:Europe/Madrid et:Africa/Addis_Ababa fi:Europe/Helsinki fj:Pacific/Fiji
    fr:Europe/Paris ga:Africa/Libreville gb:Europe/London ge:Asia/Tbilisi gh:Africa/Accra gm:Africa/Banjul
    gn:Africa/Conakry gr:Europe/Athens gt:America/Guatemala gy:America/Guyana hk:Asia/Hong_Kong
    hn:America/Tegucigalpa hr:Europe/Zagreb ht:America/Port-au-Prince hu:Europe/Budapest id:Asia/Jakarta
    ie:Europe/Dublin il:Asia/Jerusalem in:Asia/Kolkata iq:Asia/Baghdad ir:Asia/Tehran is:Atlantic/Reykjavik
    it:Europe/Rome jm:America/Jamaica jo:Asia/Amman jp:Asia/Tokyo ke:Africa/Nairobi kg:Asia/Bishkek
    kh:Asia/Phnom_Penh kr:Asia/Seoul kw:Asia/Kuwait lb:Asia/Beirut li:Europe/Vaduz lk:Asia/Colombo
    lr:Africa/Monrovia ls:Africa/Maseru lt:Europe/Vilnius lu:Europe/Luxembourg lv:Europe/Riga ma:Africa/Casablanca
    mc:Europe/Monaco md:Europe/Chisinau mg:Indian/Antananarivo mk:Europe/Skopje ml:Africa/Bamako mm:Asia/Yangon
    mo:Asia/Macau mt:Europe/Malta mu:Indian/Mauritius mv:Indian/Maldives mw:Africa/Blantyre mx:America/Mexico_City
    my:Asia/Kuala_Lumpur mz:Africa/Maputo na:Africa/Windhoek ne:Africa/Niamey ng:Africa/Lagos ni:America/Managua
    nl:Europe/Amsterdam no:Europe/Oslo np:Asia/Kathmandu nz:Pacific/Auckland om:Asia/Muscat pa:America/Panama
    pe:America/Lima ph:Asia/Manila pk:Asia/Karachi pl:Europe/Warsaw pr:America/Puerto_Rico ps:Asia/Gaza
    pt:Europe/Lisbon py:America/Asuncion qa:Asia/Qatar ro:Europe/Bucharest rs:Europe/Belgrade ru:Europe/Moscow
    rw:Africa/Kigali sa:Asia/Riyadh sd:Africa/Khartoum se:Europe/Stockholm sg:Asia/Singapore si:Europe/Ljubljana
    sk:Europe/Bratislava sl:Africa/Freetown sm:Europe/San_Marino sn:Africa/Dakar so:Africa/Mogadishu ss:Africa/Juba
    sv:America/El_Salvador sy:Asia/Damascus sz:Africa/Mbabane td:Africa/Ndjamena tg:Africa/Lome th:Asia/Bangkok
    tj:Asia/Dushanbe tm:Asia/Ashgabat tn:Africa/Tunis tr:Europe/Istanbul tt:America/Port_of_Spain tw:Asia/Taipei
    tz:Africa/Dar_es_Salaam ua:Europe/Kyiv ug:Africa/Kampala uk:Europe/London uy:America/Montevideo uz:Asia/Tashkent
    va:Europe/Vatican ve:America/Caracas vn:Asia/Ho_Chi_Minh ye:Asia/Aden za:Africa/Johannesburg zm:Africa/Lusaka
    zw:Africa/Harare
"""
_CITY_OF = dict(pair.split(":") for pair in _CITIES.split())
_LANGUAGES = """
    az:az be:by bg:bg bs:ba ca:es cs:cz da:dk de:de el:gr et:ee eu:es fa:ir fi:fi fr:fr ga:ie gl:es gu:in he:il
    hi:in hr:hr hu:hu hy:am id:id is:is it:it ja:jp ka:ge kn:in ko:kr lt:lt lv:lv mk:mk ml:in mr:in ms:my mt:mt
    nb:no ne:np nl:nl nn:no no:no pa:in pl:pl ro:ro ru:ru si:lk sk:sk sl:si sq:al sr:rs sv:se ta:in te:in th:th
    tr:tr uk:ua vi:vn zh:cn
"""
_COUNTRY_OF_LANGUAGE = dict(pair.split(":") for pair in _LANGUAGES.split())
_FIRST_YEAR = 1970  # before it many places kept a time of their own
_LONGEST_OFFSET = timedelta(hours=14)


def country(url: str, tag: str) -> str:
    """The country that a page is from, as a lower-case code such as "gb"; "" where nothing tells."""
    domain = (urlsplit(url).hostname or "").rpartition(".")[2]
    if domain in _CITY_OF:
        return "gb" if domain == "uk" else domain
    primary, *others = tag.lower().replace("_", "-").split("-")
    region = next((part for part in others if len(part) == 2), "")
    return region or _COUNTRY_OF_LANGUAGE.get(primary, "")


def zone_of(place: str) -> tzinfo | None:
    """The zone of a country, None where it has several, or none that is known."""
    return _zone(_CITY_OF[place]) if place in _CITY_OF else None


def named(text: str, wall: datetime, place: str = "") -> timezone | None:
    """The offset that a zone's name or number means at a time on the wall; None where it means none."""
    text = text.strip()
    if offset := _OFFSET.match(text):
        east = timedelta(hours=int(offset[2]), minutes=int(offset[3] or 0))
        return None if east > _LONGEST_OFFSET else timezone(-east if offset[1] == "-" else east)
    if text.isupper() and text in _SEASONAL and (zone := _zone(_SEASONAL[text])):
        return offset_at(zone, wall)
    name = text.lower()
    minutes = _ELSEWHERE.get((name, place), _FIXED.get(name))
    return None if minutes is None else timezone(timedelta(minutes=minutes))


def offset_at(zone: tzinfo, wall: datetime) -> timezone | None:
    """The offset of a zone at a time on its wall; None for times before zones were what they are now."""
    east = zone.utcoffset(wall)
    return timezone(east) if east is not None and wall.year >= _FIRST_YEAR else None


def moved(instant: datetime, zone: tzinfo) -> datetime:
    """The same instant as the wall of a zone shows it, with a plain offset."""
    there = instant.astimezone(zone)
    east = there.utcoffset()
    return instant if east is None or there.year < _FIRST_YEAR else instant.astimezone(timezone(east))


def is_utc(at: datetime) -> bool:
    """Is the offset of this instant zero?"""
    return at.utcoffset() == UTC.utcoffset(None)


@cache
def _zone(name: str) -> tzinfo | None:
    try:
        return ZoneInfo(name)
    except ZoneInfoNotFoundError:
        return None
