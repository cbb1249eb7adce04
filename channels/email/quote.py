"""What the citizen wrote now, told from what his mail program quoted: each line goes to one of the two, none is lost.

Judged line by line, with words of `separators.py`. When in doubt a line stays visible: hiding what somebody wrote is worse than
showing what everybody has read.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.email import separators as words

MAX_LINES = 5_000  # judged; those below go with the last of them
MAX_LINE_CHARS = 1_000  # of a line looked at
MAX_WINDOW_LINES = 5  # over which « Le … a écrit : » may be wrapped
MAX_WINDOW_CHARS = 700
LONG_LINE_CHARS = 58  # a quoted line at least so long may have been wrapped, its rest left without >

_MARK = re.compile(r"^[ \t\u00a0]{0,8}(?:>|&gt;)")
_MARKS = re.compile(r"^(?:[ \t\u00a0]|>|&gt;)*")
_DECORATION = " \t\u00a0*_>|\u200b\u200e\u200f\ufeff"

_COLON = r"[ \t\u00a0\u202f*_>]*[:：]?"
_ENDS = re.compile(
    rf"(?:(?<!\w)(?:{words.ENDING_VERBS})|{words.ASIAN_VERBS}){_COLON}[ \t\u00a0*_>-]*(?:\[[^\]]{{0,80}}\])?$", re.IGNORECASE
)
_MIDDLE = re.compile(rf"(?<!\w)(?:{words.MIDDLE_VERBS})(?!\w).{{0,200}}[:：][ \t\u00a0*_]*$", re.IGNORECASE)
_MIDDLE_OF_PROSE = re.compile(rf"(?<!\w)(?:{words.MIDDLE_VERBS_OF_PROSE})(?!\w).{{0,200}}[:：][ \t\u00a0*_]*$", re.IGNORECASE)
_DATED_VERB = re.compile(rf"(?<!\w)(?:{words.DATED_VERBS})(?!\w).{{0,40}}\d[:.h]\d\d.{{0,20}}[:：]$", re.IGNORECASE)
_PRONOUN = re.compile(rf"(?:\b(?:{words.PRONOUNS})|\b(?:m|t|s|l|n|qu)['’])\s*$", re.IGNORECASE)
_BEGINS = re.compile(rf"[ \t\u00a0*_>|-]*(?:(?:{words.BEGINS})(?![\w'’-])|(?:{words.DAYS})[\w.]*,?\s+\S*\d)", re.IGNORECASE)
_NUMERIC_BEGIN = re.compile(r"[ \t\u00a0*_>|-]*(?:[\[(]?\d{1,4}[./年\s-]|在\s*\d|\d{1,2} de )", re.IGNORECASE)
_NAME_BEGIN = re.compile(r"[ \t\u00a0*_>|\"'-]*(?:[^<>\n]{0,100}<[^<>\s]{1,200}@|[^\s@<>]{1,100}@[^\s@<>]{1,200})")
_ADDRESS = re.compile(r"[^\s@<>()]{1,100}@[^\s@<>()]{1,200}")
_YEAR_OR_TIME = re.compile(r"(?<!\d)(?:19|20)\d\d(?!\d)|\d{1,2}\s?[:.h]\s?\d{2}(?!\d)|\d{1,2}[./-]\d{1,2}[./-]\d{2,4}")
_NUMBER = re.compile(r"\d")
_QUOTING_BEGIN = re.compile(rf"[ \t\u00a0*_>-]*(?:{words.QUOTING})\s", re.IGNORECASE)
_ZONED_BEGIN = re.compile(r"[ \t\u00a0*_>-]*\d{1,4}[-/.]\d{1,2}[-/.]\d{1,4},? \d{1,2}:\d{2}(?::\d{2})? (?:GMT|UTC)")
_DASHED = re.compile(r"^[ \t>*_]*[-—–]{2,}|[-—–]{2,}[ \t]*$")
_SHARED = re.compile(
    r"(?:[-_]{2,}|[ \t]{3,})[ \t]*(?=(?:le|on|am|el|il|em|op|den)[ \t\u00a0][^\n]{0,40}\d)|"
    r"(?<=[.!?)])[ \t]+(?=(?:le|on|am|el|il|em|op|den) [^\n]{0,40}\d{4})",
    re.IGNORECASE,
)
_ANGLED = re.compile(r"<(?:mailto:)?[^\s@<>]{1,200}@[^\s@<>]{1,200}>?|\([^\s@()]{1,200}@[^\s@()]{1,200}\)")
_ANGLED_END = re.compile(r"<[^\s@<>]{1,200}@[^\s@<>]{1,200}>\)?[ \t\u00a0*]*[:：]?[ \t\u00a0*]*$")
_DATED_BEGIN = re.compile(r"[ \t\u00a0*_>|-]*\d{4}[-/.年]\s?\d{1,2}[-/.月]\s?\d{1,2}")
_LINK_ALONE = re.compile(r"[ \t]*[(<\[]?(?:https?://|mailto:|www\.)\S{1,900}[)>\]]?[ \t>]*$", re.IGNORECASE)

_FIELD = re.compile(
    r"^[ \t\u00a0>|]*[*_]{0,2}(?:" + "|".join(f"(?P<{kind}>{names})" for kind, names in words.FIELDS.items())
    + r")[*_]{0,2}[ \t\u00a0\u202f]*[:：][*_]{0,2}(?:[^/]|$)",
    re.IGNORECASE,
)  # fmt: skip
_ORIGINAL = re.compile(
    rf"^[ \t>*|]*(?:[-_=—–]{{2,}}|[*]{{3,}})[ \t]*(?:{words.ORIGINAL})[^\n]{{0,60}}$|"
    rf"^[ \t>*|]*(?:{words.ORIGINAL})[ \t]*[-_=—–]{{2,}}[ \t*]*$|"
    rf"^[ \t>*|]*{words.DATED}[ \t]*$",
    re.IGNORECASE,
)
_FORWARDED = re.compile(
    rf"^[ \t>*|]*[-_=—–*]{{2,}}[ \t]*(?:{words.FORWARDED})[^\n]{{0,80}}$|^[ \t>*|]*(?:{words.FORWARD_SENTENCES})[ \t\u00a0]*:?[ \t*]*$",
    re.IGNORECASE,
)
_ABOVE = re.compile(rf"^[ \t>*#=_-]*(?:{words.ABOVE_LINE})", re.IGNORECASE)
_ONE_LINE = re.compile(  # a block of headers whose line ends were lost
    rf"^[ \t>*]*(?:{words.FIELDS['from']})[ \t\u00a0*]*:.{{3,200}}\s[*]?(?:{words.FIELDS['date']})[ \t\u00a0*]*:.{{5,100}}"
    rf"\s[*]?(?:{words.FIELDS['to']})[ \t\u00a0*]*:.{{0,400}}\s[*]?(?:{words.FIELDS['subject']})[ \t\u00a0*]*:",
    re.IGNORECASE,
)
_RULE = re.compile(r"^[ \t>*]*[-_=—–]{5,}[ \t*]*$|^[ \t]*--[ \t]*$|^[ \t]*[-_—–]{3,}[ \t]*$")
_MOBILE = re.compile(rf"^[ \t\u00a0>*_\[(-]{{0,5}}(?:{words.MOBILE_SIGNATURES})[ \t\u00a0*_\])]*$", re.IGNORECASE)
_CANDIDATE_FIELD = re.compile(
    r"^[ \t\u00a0>|]*[*_]{0,2}[^\s:：*_]{1,15}(?:[ \t\u00a0][^\s:：*_]{1,12}){0,2}[*_]{0,2}[ \t\u00a0\u202f]?[:：]"
)


@dataclass(frozen=True, slots=True)
class Folded:
    """The lines of a text in two heaps, each in its order."""

    reply: str
    quoted: str


def fold(text: str, subject: str = "") -> Folded:
    """What was written now, and what is quoted below, above or between it."""
    text = text.strip("\n")
    if not text.strip():
        return Folded(text, "")
    lines = _split_shared(text.split("\n"))
    judged = lines[:MAX_LINES]
    quoted = _judge(judged, forwards=words.FORWARD_SUBJECT.match(subject) is not None)
    if len(lines) > MAX_LINES:
        to_the_end = quoted[-1] and _MARK.match(judged[-1]) is None
        quoted += [to_the_end or _MARK.match(line) is not None for line in lines[MAX_LINES:]]
    if not any(quoted):
        return Folded(text, "")
    _mobile_signature(lines, quoted)
    reply = _left(lines, quoted)
    if not any(_says_something(line) for line in reply):
        return Folded(text, "")  # a mail that only forwards or quotes: hiding all of it would show nothing
    below = [line for line, q in zip(lines, quoted, strict=True) if q]
    return Folded("\n".join(reply).strip("\n"), "\n".join(below).strip("\n"))


def _left(lines: list[str], quoted: list[bool]) -> list[str]:
    """The lines that are not quoted; where some were, one blank line is enough."""
    left: list[str] = []
    cut = False
    for line, q in zip(lines, quoted, strict=True):
        if q:
            cut = True
        elif line.strip() or not cut or (left and left[-1].strip()):
            left.append(line)
            cut = cut and not line.strip()
    return left


def _says_something(line: str) -> bool:
    return any(c.isalnum() for c in line)


def _split_shared(lines: list[str]) -> list[str]:
    """« D'accord. --- Le 3 mai, X a écrit : » on one line becomes two."""
    out = []
    for line in lines:
        if 12 < len(line) < MAX_LINE_CHARS and line.rstrip(_DECORATION).endswith((":", "：")):
            for cut in _SHARED.finditer(line):
                if cut.start() and line[: cut.start()].strip(_DECORATION) and _is_intro(line[cut.end() :]):
                    out += [line[: cut.start()].rstrip(), line[cut.start() :].lstrip()]
                    break
            else:
                out.append(line)
        else:
            out.append(line)
    return out


def _judge(lines: list[str], *, forwards: bool) -> list[bool]:
    """For every line, whether it is quoted."""
    count = len(lines)
    marked = [_MARK.match(line) is not None for line in lines]
    quoted = list(marked)
    at = 0
    while at < count:
        line = lines[at]
        if not line.strip():
            at += 1
            continue
        head = line[:MAX_LINE_CHARS]
        if _FORWARDED.match(head):
            if not marked[at]:  # what is forwarded is the matter itself: all of it stays, marks and headers included
                return quoted[:at] + [False] * (count - at)
            at += 1
            continue
        end = _intro(lines, at)
        sentence = end is not None
        if end is None:
            end = _separator(lines, at, head, forwards)
        if end is None:
            at += 1
            continue
        begin = _rule_above(lines, at, quoted)
        quoted[begin:end] = [True] * (end - begin)
        first = _next_text(lines, end)
        if marked[at] and (any(marked[:at]) or any(marked[end:])):
            at = end
            continue
        if first < count and marked[first]:
            at = end  # quoted with marks: only marked lines are, an answer may stand between or below
            continue
        if not _anything(lines[:begin], quoted[:begin]):
            if not sentence:
                return [False] * count  # a lone forward: who wrote it matters too
            at = end  # nothing was written above: what stands below is all there is to show
            continue
        quoted[begin:] = [True] * (count - begin)
        break
    _wrapped_rests(lines, marked, quoted)
    return quoted


def _anything(lines: list[str], quoted: list[bool]) -> bool:
    return any(not q and _says_something(line) for line, q in zip(lines, quoted, strict=True))


def _next_text(lines: list[str], at: int) -> int:
    while at < len(lines) and not lines[at].strip():
        at += 1
    return at


def _rule_above(lines: list[str], at: int, quoted: list[bool]) -> int:
    """A ruled line right above a separator belongs to it (Outlook)."""
    above = at - 1
    while above >= 0 and not lines[above].strip():
        above -= 1
    if above > 0 and not quoted[above] and _RULE.match(lines[above][:MAX_LINE_CHARS]):
        return above
    return at


def _separator(lines: list[str], at: int, head: str, forwards: bool) -> int | None:
    """Where « --- Message d'origine --- » or a block of headers that begins here ends (the line after it), or None."""
    if _ORIGINAL.match(head) or _ABOVE.match(head):
        below = _next_text(lines, at + 1)
        return (_header_block(lines, below) if below < len(lines) else None) or at + 1
    if ":" in head or "：" in head:
        block = _header_block(lines, at) or (at + 1 if _ONE_LINE.match(head) else None)
        if block is not None and not forwards:
            return block
    return None


# --- « Le … a écrit : » -------------------------------------------------------------------------------------------------------------


def _intro(lines: list[str], at: int) -> int | None:
    """Where a sentence « Le … X a écrit : » that begins here ends."""
    first = lines[at][:MAX_LINE_CHARS]
    if not (_BEGINS.match(first) or _NUMERIC_BEGIN.match(first) or _NAME_BEGIN.match(first) or _QUOTING_BEGIN.match(first)):
        if len(first) < 100 and (found := _DATED_VERB.search(first)) is not None and not _PRONOUN.search(first[: found.start()]):
            return at + 1 if _marks_follow(lines, at + 1) or _YEAR_OR_TIME.search(first[found.start() :]) else None
        short = len(first) < 100 and _ENDS.search(first) is not None and first.rstrip().endswith((":", "："))
        return at + 1 if short and _marks_follow(lines, at + 1) and not _PRONOUN.search(first[: _verb_at(first)]) else None
    joined, gap = "", False
    for end in range(at, min(len(lines), at + MAX_WINDOW_LINES)):
        piece = _MARKS.sub("", lines[end][:MAX_LINE_CHARS]).strip()
        if not piece and not lines[end].lstrip().startswith(">"):
            gap = True
            if _YEAR_OR_TIME.search(joined) is None:
                return None
            continue
        joined = f"{joined} {piece}" if joined else piece
        if len(joined) > MAX_WINDOW_CHARS:
            return None
        if (not gap or _ADDRESS.search(joined)) and _is_intro(joined, followed_by_marks=_marks_follow(lines, end + 1)):
            return end + 1
    return None


def _verb_at(line: str) -> int:
    found = _ENDS.search(line)
    return found.start() if found else 0


def _marks_follow(lines: list[str], at: int) -> bool:
    following = _next_text(lines, at)
    return following < len(lines) and _MARK.match(lines[following]) is not None


def _is_intro(sentence: str, *, followed_by_marks: bool = False) -> bool:
    """Whether this is the sentence of a mail program: a verb at its place, and a date or an address no prose would have."""
    dated = _YEAR_OR_TIME.search(sentence) is not None
    ends = _ENDS.search(sentence)
    found = ends or _MIDDLE.search(sentence)
    angled = _ANGLED.search(sentence) is not None
    if found is None and angled:
        found = _MIDDLE_OF_PROSE.search(sentence)
    colon = sentence.rstrip(" \t\u00a0*_>]-").endswith((":", "："))
    if found is None:  # several languages of Gmail have no verb: « ср, 30 апр. 2025 г. в 15:19, X <x@y.example>: »
        if colon and (_ZONED_BEGIN.match(sentence) or (_QUOTING_BEGIN.match(sentence) and (angled or followed_by_marks))):
            return True
        if colon and angled and dated and followed_by_marks:
            return True
        return dated and _ANGLED_END.search(sentence) is not None and (colon or _DATED_BEGIN.match(sentence) is not None)
    before = sentence[: found.start()]
    if angled and (_NUMBER.search(before) or dated):
        return True
    if _PRONOUN.search(before):
        return False
    address = _ADDRESS.search(sentence) is not None
    if address and _NUMBER.search(before):
        return True
    if not colon and not address:
        return dated and (followed_by_marks or _DASHED.search(sentence) is not None)
    if followed_by_marks:
        return True
    if address:
        return colon and _NAME_BEGIN.match(sentence) is not None
    return dated and len(sentence) < 200


# --- « De : / Envoyé : / À : / Objet : » --------------------------------------------------------------------------------------------


def _kind(line: str) -> str | None:
    if not _CANDIDATE_FIELD.match(line):
        return None
    found = _FIELD.match(line)
    return found and next(kind for kind in words.FIELDS if found[kind] is not None)


def _header_block(lines: list[str], at: int) -> int | None:
    """Where a block of mail headers that begins here ends."""
    first = _kind(lines[at][:MAX_LINE_CHARS])
    if first is None or first == "copy":
        return None
    kinds = {first}
    last, loose, blanks, here = at, 0, 0, at + 1
    addresses = _ADDRESS.search(lines[at][:MAX_LINE_CHARS]) is not None
    while here < len(lines) and here <= at + 14:
        line = lines[here][:MAX_LINE_CHARS]
        if not line.strip(_DECORATION):
            blanks += 1
            if blanks > 1 and loose == 0 and len(kinds) >= 2:
                break
            if blanks > 3:
                break
            here += 1
            continue
        kind = _kind(line)
        if kind is None:
            loose += 1
            if loose > 3 or (blanks and len(kinds) >= 3):
                break
        else:
            kinds.add(kind)
            last, loose, blanks = here, 0, 0
        addresses = addresses or (here - last <= 1 and _ADDRESS.search(line) is not None)
        here += 1
    named = kinds - {"copy"}
    if "from" not in kinds:
        dated = first == "date" and _YEAR_OR_TIME.search(lines[at]) is not None
        return last + 1 if {"date", "to"} <= kinds and (("subject" in kinds) or (dated and addresses)) else None
    if len(named) >= 3 or (len(named) == 2 and "from" in named and (addresses or "date" in named)):
        return last + 1
    return None


# --- what remains -------------------------------------------------------------------------------------------------------------------


def _wrapped_rests(lines: list[str], marked: list[bool], quoted: list[bool]) -> None:
    """A long quoted line wrapped on the way left its rest without a mark: between two marked lines, it is quoted."""
    for at in range(1, len(lines) - 1):
        if quoted[at] or not (marked[at - 1] and marked[at + 1]) or not lines[at].strip():
            continue
        above = lines[at - 1].rstrip()
        wrapped = len(above) >= LONG_LINE_CHARS > len(lines[at]) and not above.endswith((".", "?", "!", ":", ",", ";", "…", "»"))
        if wrapped or _LINK_ALONE.match(lines[at][:MAX_LINE_CHARS]):
            quoted[at] = True


def _mobile_signature(lines: list[str], quoted: list[bool]) -> None:
    """« Envoyé de mon iPhone », as the last line written, goes with what is folded."""
    if sum(_says_something(line) for line, q in zip(lines, quoted, strict=True) if not q) < 2:
        return
    for at in range(len(lines) - 1, -1, -1):
        if quoted[at] or not lines[at].strip(_DECORATION + "-"):
            continue
        if len(lines[at]) < 120 and _MOBILE.match(lines[at]):
            quoted[at] = True
        return
