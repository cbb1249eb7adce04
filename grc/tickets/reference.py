"""The reference of a ticket: short, dictated on the telephone, wrong by one character never another ticket's."""

from __future__ import annotations

from stdnum import luhn

# Crockford's base 32: no I, L, O, U, so that nothing is misheard or misread.
ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
_MISREAD = str.maketrans({"O": "0", "I": "1", "L": "1", "-": None, " ": None, "\u00a0": None, "\u202f": None})

# Scrambles the number so that neighbours do not look alike; a bijection, since the multiplier is odd.
_MULTIPLIER = 0x2545F491
_SHORT_BITS, _LONG_BITS = 30, 40


def encode(number: int) -> str:
    """The reference of ticket `number` (from 1): `K7M4-QF9`, the last character being the check."""
    bits = _SHORT_BITS if number < 1 << _SHORT_BITS else _LONG_BITS
    scrambled = (number * _MULTIPLIER ^ 0x1B2E3C5) & ((1 << bits) - 1)
    body = "".join(ALPHABET[scrambled >> shift & 31] for shift in range(bits - 5, -5, -5))
    whole = body + luhn.calc_check_digit(body, ALPHABET)
    return f"{whole[:4]}-{whole[4:]}"


def read(text: str) -> str | None:
    """The reference somebody typed or dictated, in its written form, or None where its check character does not hold."""
    plain = text.strip().upper().translate(_MISREAD)
    if len(plain) not in (7, 9) or any(character not in ALPHABET for character in plain):
        return None
    return f"{plain[:4]}-{plain[4:]}" if luhn.checksum(plain, ALPHABET) == 0 else None
