"""Bytes become the text that their author wrote, whatever the headers claim."""

from __future__ import annotations

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from archive.extract.decode import MAX_CHARACTERS, decode

GERMAN = "<p>Grüße aus Köln, für 5 € und ein „Danke“</p>"
RUSSIAN = "<p>Утром в город приехал старый автобус с новыми окнами, и все вышли на площадь.</p>"
JAPANESE = "<p>港の古い灯台は、きのうの夜ふたたび光りました。</p>"


def meta(charset: str) -> str:
    return f'<html><head><meta charset="{charset}"></head><body>'


def test_the_header_names_the_encoding() -> None:
    assert decode(RUSSIAN.encode("windows-1251"), "text/html; charset=windows-1251") == RUSSIAN


def test_without_a_header_the_page_names_it() -> None:
    text = meta("windows-1251") + RUSSIAN
    assert decode(text.encode("windows-1251")) == text


def test_the_header_outranks_the_page() -> None:
    text = meta("koi8-r") + RUSSIAN
    assert decode(text.encode("windows-1251"), "text/html; charset=windows-1251") == text


def test_a_byte_order_mark_outranks_everything() -> None:
    assert (
        decode(codecs.BOM_UTF16_LE + RUSSIAN.encode("utf-16-le"), "text/html; charset=iso-8859-1") == RUSSIAN
    )
    assert decode(codecs.BOM_UTF8 + RUSSIAN.encode(), "text/html; charset=iso-8859-1") == RUSSIAN


@pytest.mark.parametrize("lie", ["iso-8859-1", "windows-1251", "shift_jis", "utf-16", "us-ascii"])
def test_valid_utf8_is_utf8_whatever_is_declared(lie: str) -> None:
    assert decode(GERMAN.encode(), f"text/html; charset={lie}") == GERMAN


def test_latin1_means_windows_1252_as_in_browsers() -> None:
    assert decode(GERMAN.encode("cp1252"), "text/html; charset=ISO-8859-1") == GERMAN


def test_a_declaration_that_does_not_fit_is_not_believed() -> None:
    assert decode(GERMAN.encode("cp1252"), "text/html; charset=utf-8") == GERMAN


def test_a_few_bad_bytes_do_not_discredit_a_declaration() -> None:
    text = RUSSIAN * 50
    damaged = text.encode() + b"\xff" + b"<p>end</p>"
    assert decode(damaged, "text/html; charset=utf-8") == text + "\ufffd<p>end</p>"


@pytest.mark.parametrize("encoding", ["shift_jis", "euc_jp", "iso-2022-jp"])
def test_japanese_encodings(encoding: str) -> None:
    assert decode(JAPANESE.encode(encoding), f"text/html; charset={encoding.replace('_', '-')}") == JAPANESE


def test_utf16_without_a_mark_is_recognised() -> None:
    assert decode(("<html>" + GERMAN).encode("utf-16-be")) == "<html>" + GERMAN


@pytest.mark.parametrize("name", ["utf-7", "hex", "unicode_escape", "no-such-encoding", "idna", ""])
def test_what_is_no_character_set_of_the_web_is_never_used(name: str) -> None:
    assert (
        decode(b"<p>+ADw-script+AD4- \\u0041 41</p>", f"text/html; charset={name}")
        == "<p>+ADw-script+AD4- \\u0041 41</p>"
    )


def test_control_characters_and_the_xml_declaration_are_dropped() -> None:
    assert decode(b'<?xml version="1.0" encoding="utf-8"?>\n<p>a\x00b\x08\tc</p>') == "\n<p>ab\tc</p>"


def test_a_page_is_read_up_to_the_limit() -> None:
    assert len(decode(b"x" * (MAX_CHARACTERS + 10))) == MAX_CHARACTERS


PIECES = [
    b"\xef\xbb\xbf",
    b"\xff\xfe",
    b"\xfe\xff",
    b"<?xml version='1.0'?>",
    b" ",
    b"\x00",
    b"\x1b$B",
    b"\xed\xa0\x80",
    b"\xff",
    b"\xc3\xbc",
    b"<p>",
    b"<?xml",
]


@given(
    st.binary(max_size=200) | st.lists(st.sampled_from(PIECES), max_size=12).map(b"".join),
    st.sampled_from(["", "utf-16", "shift_jis"]),
)
def test_text_that_was_decoded_decodes_to_itself(body: bytes, charset: str) -> None:
    text = decode(body, f"text/html; charset={charset}")
    assert decode(text.encode(), "text/html; charset=utf-8") == text


@given(st.binary(max_size=400), st.text(max_size=60))
def test_any_bytes_give_text_that_can_be_stored(body: bytes, header: str) -> None:
    decode(body, header).encode("utf-8")


@pytest.mark.parametrize(
    ("label", "codec"),
    [("x-sjis", "cp932"), ("csShiftJIS", "cp932"), ("x-euc-jp", "euc-jp"), ("ms_kanji", "cp932"), ("korean", "cp949"),
     ("ks_c_5601-1987", "cp949"), ("chinese", "gb18030"), ("x-x-big5", "big5hkscs"), ("cp1251", "cp1251"),
     ("x-mac-cyrillic", "mac-cyrillic"), ("dos-874", "cp874"), ("visual", "iso-8859-8"), ("unicode-1-1-utf-8", "utf-8")],
)  # fmt: skip
def test_labels_are_those_of_the_web(label: str, codec: str) -> None:
    words = {"cp932": JAPANESE, "euc-jp": JAPANESE, "cp949": "<p>방앗간의 보는 밤새 버텼다</p>", "gb18030": "<p>堰坝整夜坚守</p>",
             "big5hkscs": "<p>堰壩整夜堅守</p>", "cp1251": RUSSIAN, "mac-cyrillic": RUSSIAN, "cp874": "<p>ฝายทนอยู่ได้ตลอดคืน</p>",
             "iso-8859-8": "<p>הסכר החזיק כל הלילה</p>", "utf-8": GERMAN}[codec]  # fmt: skip
    assert decode(words.encode(codec), f"text/html; charset={label}") == words


def test_a_declaration_that_comes_late_counts_too() -> None:
    text = f"<html><head><script>{'x' * 3000}</script><meta charset=koi8-r></head><body>{RUSSIAN}"
    assert decode(text.encode("koi8-r")) == text


@pytest.mark.parametrize(
    "no_declaration",
    ["<!-- <meta charset=windows-1251> -->", '<meta name="x" content="charset=windows-1251">',
     '<meta content="text/html; charset=windows-1251">', "<p>charset=windows-1251</p>", "<meta charset=utf-7>"],
)  # fmt: skip
def test_what_only_looks_like_a_declaration_is_none(no_declaration: str) -> None:
    text = (
        f"<html>{no_declaration}<meta http-equiv=Content-Type content='text/html; charset=koi8-r'>{RUSSIAN}"
    )
    assert decode(text.encode("koi8-r")) == text


def test_a_page_that_says_utf16_in_ascii_is_not() -> None:
    text = f"<meta charset=utf-16>{RUSSIAN}"
    assert decode(text.encode()) == text


def test_the_header_may_say_utf16() -> None:
    assert decode(RUSSIAN.encode("utf-16-be"), "text/html; charset=utf-16be") == RUSSIAN


def test_meta_outranks_the_xml_declaration() -> None:
    text = f'<?xml version="1.0" encoding="iso-8859-5"?><html><meta charset="windows-1251">{RUSSIAN}'
    assert decode(text.encode("cp1251")).endswith(RUSSIAN)


@pytest.mark.parametrize("label", ["iso-2022-kr", "hz-gb-2312", "replacement"])
def test_what_browsers_refuse_is_not_decoded_by_its_name(label: str) -> None:
    assert decode(b"<p>~{<:Ky2;~}</p>", f"text/html; charset={label}") == "<p>~{<:Ky2;~}</p>"
