"""Well-formed XML of untrusted text. Pure."""

from __future__ import annotations

import re
from xml.etree import ElementTree as ET

_NOT_XML = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def add(parent: ET.Element, name: str, text: str = "", **attributes: str) -> ET.Element:
    """Append an element. Characters that XML 1.0 cannot carry become U+FFFD, in text and attributes."""
    element = ET.SubElement(parent, name, {key: clean(value) for key, value in attributes.items()})
    if text:
        element.text = clean(text)
    return element


def clean(text: str) -> str:
    """The text with what is not a Char of XML 1.0 (section 2.2) replaced."""
    return _NOT_XML.sub("\N{REPLACEMENT CHARACTER}", text)


def document(root: ET.Element) -> bytes:
    """The document in UTF-8 with its declaration."""
    return b'<?xml version="1.0" encoding="UTF-8"?>\n' + ET.tostring(root, encoding="unicode").encode()
