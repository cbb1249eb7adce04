"""An answer as a text message: all of it where it is short, else its beginning and where the rest is to be read. Pure."""

from __future__ import annotations

from channels.sms.parts import cost, plain

MOST_PARTS = 4  # of an answer whose rest is on a page
MOST_WHOLE = 8  # of one that has no page to go on with; beyond it networks drop parts
ELLIPSIS = "..."


def shortened(said: str, sender: str, link: str, reference: str, *, links: bool = True) -> str:
    """What leaves: who writes, the words, and the page of the request where they are cut.

    `links` is false where the number may carry none: the words then take more parts, and what is cut is told by its reference.
    """
    head = plain(f"{sender} : ") if sender else ""
    words = plain(said).strip()
    has_page = bool(link) and links
    most = MOST_PARTS if has_page else MOST_WHOLE
    if cost(head + words).parts <= most:
        return head + words
    tail = f"\nLa suite : {link}" if has_page else _without_page(reference)
    return head + _cut(words, head, ELLIPSIS + tail, most) + ELLIPSIS + tail


def _without_page(reference: str) -> str:
    return f"\nLa suite nous est à demander (demande {reference})." if reference else ""


def _cut(words: str, head: str, tail: str, most: int) -> str:
    """The longest beginning, up to the end of a word, with which the whole is within `most` parts."""
    low, high = 0, len(words)
    while low < high:
        middle = (low + high + 1) // 2
        if cost(head + words[:middle] + tail).parts <= most:
            low = middle
        else:
            high = middle - 1
    kept = words[:low]
    if low < len(words) and not words[low].isspace() and (space := max(kept.rfind(" "), kept.rfind("\n"))) > low // 2:
        kept = kept[:space]
    return kept.rstrip(" \n,;:.-")
