"""Bytes become text whatever the label says: what mail programs really send, not what they declare."""

from __future__ import annotations

import codecs
import re

# What mail really means by these labels. Supersets decode what the declared set cannot, and never differ where it can:
# "GB2312" is GBK or GB18030, "Latin-1" is windows-1252, "Shift_JIS" is code page 932 (the WHATWG made the same choice).
_ALIASES = {
    "": "utf-8", "default": "utf-8", "unknown": "utf-8", "unknown-8bit": "utf-8", "x-unknown": "utf-8", "binary": "utf-8",
    "8bit": "utf-8", "7bit": "utf-8", "utf8mb4": "utf-8", "utf": "utf-8", "unicode": "utf-8", "utf-8-sig": "utf-8",
    "x-utf-8": "utf-8", "utf-8n": "utf-8", "utf8n": "utf-8", "unicode-1-1-utf-8": "utf-8", "utf-8859-1": "cp1252",
    "unicode-1-1-utf-7": "utf-7", "x-unicode-2-0-utf-7": "utf-7", "csutf7": "utf-7",
    "us-ascii": "utf-8", "ascii": "utf-8", "ansi_x3.4-1968": "utf-8", "ansi_x3.4-1986": "utf-8", "iso646-us": "utf-8", "us": "utf-8",
    "iso-8859-1": "cp1252", "iso8859-1": "cp1252", "iso_8859-1": "cp1252", "latin1": "cp1252", "latin-1": "cp1252", "l1": "cp1252",
    "ansi": "cp1252", "windows-1252": "cp1252", "x-ansi": "cp1252", "iso-8859": "cp1252", "western": "cp1252", "x-user-defined": "cp1252",
    "iso-8859-9": "cp1254", "iso-8859-11": "cp874", "tis-620": "cp874", "windows-874": "cp874",
    "iso-8859-8-i": "iso8859-8", "iso-8859-8-e": "iso8859-8", "iso-8859-6-i": "iso8859-6", "iso-8859-6-e": "iso8859-6",
    "gb2312": "gb18030", "gbk": "gb18030", "cp936": "gb18030", "x-gbk": "gb18030", "gb_2312-80": "gb18030", "euc-cn": "gb18030",
    "chinesebig5": "big5hkscs", "big5": "big5hkscs", "x-x-big5": "big5hkscs", "cn-big5": "big5hkscs", "cp950": "big5hkscs",
    "shift_jis": "cp932", "shift-jis": "cp932", "sjis": "cp932", "x-sjis": "cp932", "ms_kanji": "cp932", "windows-31j": "cp932",
    "iso-2022-jp": "iso2022_jp_ext", "csiso2022jp": "iso2022_jp_ext", "iso-2022-jp-ms": "iso2022_jp_ext", "x-euc-jp": "euc_jp",
    "ks_c_5601-1987": "cp949", "ks_c_5601": "cp949", "euc-kr": "cp949", "ksc5601": "cp949", "windows-949": "cp949", "korean": "cp949",
    "windows-1250": "cp1250", "windows-1251": "cp1251", "win-1251": "cp1251", "win1251": "cp1251", "x-cp1251": "cp1251",
    "macintosh": "mac_roman", "x-mac-roman": "mac_roman", "mac": "mac_roman", "x-mac-cyrillic": "mac_cyrillic",
    "koi8": "koi8-r", "cskoi8r": "koi8-r", "iso-ir-111": "koi8-r",
}  # fmt: skip
# Python also calls these codecs, but they are not sets of characters (and some explode: a bomb in a label).
_NOT_CHARSETS = {
    "base64", "bz2", "hex", "quopri", "rot13", "rot_13", "uu", "zip", "zlib", "unicode_escape", "raw_unicode_escape", "undefined", "idna",
    "punycode", "mbcs", "oem",
}  # fmt: skip
# Relatives that are taken for each other, tried in this order when the declared one fails.
_KIN = (
    ("iso2022_jp_ext", "cp932", "euc_jp"),
    ("gb18030", "big5hkscs"),
    ("cp949", "iso2022_kr"),
)
_NOT_ASCII_SUPERSETS = {"utf-7", "utf-16", "utf-16le", "utf-16be", "utf-16-le", "utf-16-be", "utf-32", "hz", "hz-gb-2312", "iso2022_kr"}
_KNOWN: dict[str, str | None] = {}
KNOWN_MAX = 1_000  # labels remembered: a label is the sender's to choose

_UNCLEAN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")


def _as_windows_1252(error: UnicodeError) -> tuple[str, int]:
    """One wrong byte costs one character, and that one is most likely windows-1252: the rest stays right."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return error.object[error.start : error.end].decode("cp1252", "replace"), error.end


codecs.register_error("as-windows-1252", _as_windows_1252)


def codec(label: str) -> str | None:
    """The codec for what this label means in mail, or None for a label nobody knows."""
    key = label.strip().strip("\"'").lower()
    if key in _KNOWN:
        return _KNOWN[key]
    name = _ALIASES.get(key) or _ALIASES.get(key.replace("_", "-"))
    if name is None:
        name = _python_codec(key)
    if len(_KNOWN) < KNOWN_MAX:
        _KNOWN[key] = name
    return name


def _python_codec(key: str) -> str | None:
    for name in (key, key.replace(" ", ""), re.sub(r"^(?:x-|cs)", "", key), re.sub(r"^(cp|windows|iso)[-_ ]?", r"\1", key)):
        try:
            found = codecs.lookup(name)
        except (LookupError, ValueError, UnicodeError):
            continue
        plain = found.name.replace("-", "_")
        if plain in _NOT_CHARSETS or plain.removesuffix("_codec") in _NOT_CHARSETS:
            return None
        return _ALIASES.get(found.name, found.name)
    return None


def decode(data: bytes, label: str = "", hint: str = "") -> tuple[str, str]:
    """The text of these bytes, clean; and what was wrong with the label ("" when nothing). `hint` serves where no label does."""
    name = codec(label)
    if data.isascii() and b"\x1b" not in data and name not in _NOT_ASCII_SUPERSETS:
        return clean(data.decode("ascii")), "" if name else f"charset-unknown: {clean(label)[:40]}"
    if data.startswith((b"\xff\xfe", b"\xfe\xff")) and name not in ("utf-16-le", "utf-16-be"):
        name = "utf-16"
    text, wrong = _decode(data, name, hint)
    if name is None:
        wrong = f"charset-unknown: {clean(label)[:40]}"
    return clean(text), wrong


def _decode(data: bytes, name: str | None, hint: str) -> tuple[str, str]:
    if name in ("utf-8", None) or (name not in _MULTIBYTE and name not in _NOT_ASCII_SUPERSETS and not data.isascii()):
        # Bytes above 127 that happen to be valid UTF-8 are UTF-8, whoever calls them Latin-1 or ASCII.
        text = _try(data, "utf-8-sig")
        if text is not None:
            return text, "" if name == "utf-8" else "charset-mislabelled"
    if name not in ("utf-8", "cp1252", None):
        text = _try(data, name)
        if text is not None:
            return text, ""
        for other in _relatives(name):
            text = _try(data, other)
            if text is not None:
                return text, "charset-mislabelled"
        return data.decode(name, "replace" if name in _NOT_ASCII_SUPERSETS else "as-windows-1252"), "charset-damaged"
    guessed = codec(hint) if hint else None
    if guessed and guessed not in ("utf-8", "cp1252"):
        text = _try(data, guessed)
        if text is not None:
            return text, "charset-mislabelled"
    if name == "cp1252":
        return data.decode("cp1252", "replace"), ""
    return data.decode("utf-8-sig", "as-windows-1252"), "charset-damaged"


_MULTIBYTE = {"iso2022_jp_ext", "cp932", "euc_jp", "gb18030", "big5hkscs", "cp949", "iso2022_kr"}


def _relatives(name: str) -> list[str]:
    """What else a text of this family may be: UTF-8 first, it is hardly ever valid by chance."""
    for family in _KIN:
        if name in family:
            return ["utf-8", *(other for other in family if other != name)]
    return []


def _try(data: bytes, name: str) -> str | None:
    try:
        return data.decode(name)
    except (UnicodeError, LookupError, ValueError):
        return None


def clean(text: str) -> str:
    """The same text with Unix line ends, and without NUL, lone surrogates or other characters that no text holds."""
    if "\r" in text:
        text = text.replace("\r\n", "\n").replace("\r", "\n")
    return _UNCLEAN.sub("", text) if _UNCLEAN.search(text) else text
