"""Words that are numbers. Pure."""

from __future__ import annotations

import re

_IN_WORDS = """
    zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen sixteen seventeen
    eighteen nineteen twenty thirty forty fifty sixty seventy eighty ninety hundred hundreds thousand thousands dozen
    million millions billion billions trillion trillions half twice first second third
    null zwei drei vier fünf sechs sieben acht neun zehn elf zwölf dreizehn zwanzig dreissig vierzig fünfzig hundert
    tausend millionen milliarde milliarden billionen
    deux trois quatre cinq sept huit neuf dix onze douze quinze vingt trente quarante cinquante cent mille
    milliard milliards
    dos tres cuatro cinco seis siete ocho nueve diez once doce veinte treinta cien mil millón millones
    due tre quattro cinque sei sette otto nove dieci undici dodici venti trenta cento mila milione milioni miliardo
    miliardi
    dois duas três quatro sete oito nove dez onze doze vinte trinta cem milhão milhões bilhão bilhões
    twee drie vier vijf zes zeven acht negen tien elf twaalf twintig honderd duizend miljoen miljard biljoen
    två fyra fem sex sju åtta nio tio hundra tusen miljon miljoner miljarder
    два три четыре пять шесть семь восемь девять десять сто тысяч тысячи миллион миллиона миллионов миллиард
    миллиардов
"""
_NUMERALS = frozenset(_IN_WORDS.split())
_DIGIT = re.compile(r"\d")


def is_number(key: str) -> bool:
    """Whether a word is a number: in digits, in words of ten languages, or nothing but the sign of a currency."""
    return bool(_DIGIT.search(key)) or key in _NUMERALS or not any(char.isalpha() for char in key)
