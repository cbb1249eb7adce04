"""Telephone numbers: what a switchboard, a form or a person wrote becomes one spelling to compare by, and one to read."""

import re
from functools import lru_cache
from urllib.parse import unquote

import phonenumbers

_DIGITS = re.compile(r"\+?[0-9]+")
_SHORT = re.compile(r"[0-9]{2,5}|11[68][0-9]{3}")  # an extension of the house, 15, 112, 3919; 116 000 and 118 712 of six digits
_ADDRESS = re.compile(r"<([^<>]*)>\s*$")  # "Léa" <0558001122>, <sip:+33558001122@opérateur>
_SCHEME = re.compile(r"^(?:sips?|tel|callto)\s*:\s*", re.IGNORECASE)
_EXTENSION = re.compile(r"(?:;?\s*ext\.?\s*=?|\s+x|\s+poste|#)\s*\d{1,6}$", re.IGNORECASE)  # who is asked for behind the number
_BETWEEN = re.compile(r"[\s.()/‐‑–—\-]+")


@lru_cache(maxsize=10_000)  # a log of a year names the same numbers again and again; one takes 30 µs to read
def number(raw: str, region: str = "FR") -> str:
    """E.164 (`+33558001122`); short numbers and extensions of the house (two to five digits) as they are; "" when there is none to read.

    Takes what is written on paper (05.58.00.11.22, +33 (0)5 58…), what trunks send (33558001122, 0033…) and SIP or tel addresses.
    Anonymous calls ("anonymous", "Private", "s", "-") and vanity letters give "". A number is judged by its length only: blocks are
    opened faster than any table of them is brought up to date. Stable: the number of a number is itself.
    """
    bare = _EXTENSION.sub("", _bare(raw)).replace("＋", "+").replace("(0)", "")
    digits = _BETWEEN.sub("", bare)
    if not _DIGITS.fullmatch(digits):
        return ""
    if _SHORT.fullmatch(digits):
        return digits
    try:
        read = phonenumbers.parse(digits, region)
    except phonenumbers.NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(read):
        return ""
    return phonenumbers.format_number(read, phonenumbers.PhoneNumberFormat.E164)


def spoken(e164: str) -> str:
    """As one says it in France: « 05 58 00 11 22 », « +34 915 55 12 34 » from abroad; what is no E.164 number stays as it is.

    The spaces are plain: the no-break space is outside the alphabet of text messages and would double what one costs.
    """
    if not e164.startswith("+"):
        return e164
    try:
        read = phonenumbers.parse(e164)
    except phonenumbers.NumberParseException:
        return e164
    home = read.country_code == 33
    form = phonenumbers.PhoneNumberFormat.NATIONAL if home else phonenumbers.PhoneNumberFormat.INTERNATIONAL
    return phonenumbers.format_number(read, form)


def line(text: str) -> str:
    """One spelling of who is at a desk: an extension or a number where it is one, else the name or address in lower case."""
    return number(text) or " ".join(text.lower().split())


def _bare(raw: str) -> str:
    """Without the name, the scheme, the host and the parameters that SIP writes around a number."""
    text = unquote(raw.strip())
    if inside := _ADDRESS.search(text):
        text = inside.group(1).strip()
    if scheme := _SCHEME.match(text):
        text = text[scheme.end() :].partition(";")[0]
    return text.partition("@")[0].strip()
