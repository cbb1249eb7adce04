"""A mail that says what became of another: bounces (RFC 3464, and the many that are not), complaints (RFC 5965)."""

from __future__ import annotations

import re
from dataclasses import dataclass

from channels.email.charset import clean
from channels.email.headers import Headers, message_id
from channels.email.mime import Part, walk
from channels.email.vocabulary import one_of

MAX_STATUS_BYTES = 65_536  # of a delivery-status read
MAX_LOOKED_AT_CHARS = 20_000  # of the text of a notice
MAX_DETAIL_CHARS = 500

_DAEMON = re.compile(
    r"^(?:mailer[-_.]?daemon|postmaster|mail[-_.]?daemon|mdaemon|double-bounce|bounces?|post_master|microsoftexchange[0-9a-f]{20,}|mailmarshal|mmdf|smtp-?daemon|mailgate|antispam)(?:[+@_-]|$)",
    re.IGNORECASE,
)
_NAMES = one_of(r"""
    en mail(?:er)?[ -]?delivery | mailer[- ]?daemon | mail administrator | delivery sub-?system | mail system | mail deliver system
    en postmaster | interscan | mailmarshal | e?mail server | microsoft outlook | content.?filter | system administrator
    fr système de (?:messagerie|remise) | administrateur système | courrier non
""")
_SUBJECTS = one_of(r"""
    fr non (?:remis|distribu|délivr|livr) | échec (?:de (?:la )?)?(?:remise|livraison|distribution|envoi) | notification d.état de remise
    fr n.a pas (?:pu être|été) (?:remis|délivr|distribu) | remise (?:du message )?(?:impossible|différée|retardée) | avis de non.?remise
    fr courrier refusé | message non remis
    en undeliver | returned mail | returned to sender | return(?:ed|ing)? (?:message|mail|email) | delivery has failed | delivery.{0,12}fail
    en delivery (?:status|report|problem|error|unsuccessful|notification) | fail(?:ed|ure).{0,12}deliver | failure notice | mail delivery
    en mail (?:system error|failure|could not) | permanent(?: fatal)? (?:failure|error) | could(?: not|n.t) (?:be )?(?:deliver|send)
    en not delivered | non.?delivery | nondeliverable | user unknown | address not found | warning.{0,20}could not send | postmaster notify
    en message (?:not|delay|status|you sent blocked) | bounced? mail | mail bounced
    de unzustellbar | nicht zugestellt | zustell(?:ung|fehler) | rückläufer
    es mensaje no entregado | no se (?:puede|pudo) entregar | error de entrega
    pt não (?:foi )?entregue | falha na entrega
    it mancata consegna | non recapitabile | impossibile recapitare
    nl onbestelbaar | niet bezorgd
    da kunne ikke leveres
    sv kan inte levereras
    pl niedostarcz | nie dostarczono
    ru не доставлен | недоставлен | ваше сообщение не
    zh 退信
    ja 配信できません | 送信失敗
""")
_TEXTS = one_of(r"""
    fr n.a pas pu être (?:remis|délivr|distribu) | échec de la remise | boîte aux lettres (?:inconnue|pleine) | adresse .{1,80} introuvable
    en could(?: not|n.t) be delivered | delivery (?:to the following|has failed|failed|attempt) | undeliverable | permanent (?:fatal )?error
    en your message (?:could not|did not reach|was not delivered|has not been) | unable to deliver | wasn.t able to deliver | could not send
    en returned (?:to sender|message|mail) | the following address(?:es)? (?:had|failed) | user unknown | recipient address rejected
    en mailbox (?:unavailable|not found|is full) | transcript of session follows | unrouteable address | message to .{1,80} failed
    de konnte nicht (?:zugestellt|ausgeliefert)
    es no se ha podido entregar
    ru не (?:может быть|было) доставлен
    -- \b5\d\d[ -]5\.\d\.\d\b | \b5\.\d\.\d{1,3}\b
""")
_DAEMON_NAME = re.compile(_NAMES, re.IGNORECASE)
_SUBJECT = re.compile(_SUBJECTS, re.IGNORECASE)
_BODY = re.compile(_TEXTS, re.IGNORECASE)
_AUTO_REPLY = re.compile(r"^auto-(?:replied|generated)|vacation", re.IGNORECASE)
_FIELD = re.compile(r"^([a-z-]{3,40})[ \t]*:[ \t]*([^\n]*(?:\n[ \t]+[^\n]*)*)", re.IGNORECASE | re.MULTILINE)
_ORIGINAL_ID = re.compile(r"^[> \t|]{0,20}message-id[ \t]*:[ \t]*(?:\n[ \t]+)?<([^<>\s]{1,900})>", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(r"(?<![\d.])([245]\.\d{1,3}\.\d{1,3})(?![\d.])")
_REPLY_CODE = re.compile(r"(?<![\d.])([45]\d\d)[ -]")
_FAILED_ADDRESS = re.compile(
    r"<([^<>\s@]{1,100}@[^<>\s@]{1,200})>|^[ \t]{0,8}([^<>\s@:;,]{1,100}@[^<>\s@:;,]{1,200})[ \t:]*$", re.MULTILINE
)
_ORIGINALS = {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers", "text/rfc822"}
_STATUSES = {"message/delivery-status", "message/global-delivery-status"}


@dataclass(frozen=True, slots=True)
class Notice:
    """What a mail says of another: `kind` is bounce, delivered or complaint; `of` the Message-ID of that other."""

    kind: str
    of: str | None
    recipient: str = ""
    action: str = ""  # failed | delayed | delivered | relayed | expanded, or empty
    status: str = ""  # 5.1.1
    detail: str = ""
    envelope_id: str = ""  # what we called it when we handed it over (RFC 3461), where the relay asked for that

    @property
    def is_bounce(self) -> bool:
        return self.kind == "bounce"

    def as_fields(self) -> dict[str, str]:
        """For the message's fields: what the deliveries are found and marked by."""
        return {
            "kind": self.kind, "of": self.of or "", "recipient": self.recipient,
            "action": self.action, "status": self.status, "detail": self.detail,
            **({"envelope_id": self.envelope_id} if self.envelope_id else {}),
        }  # fmt: skip


def read(root: Part, sender: tuple[str, str], subject: str, text: str) -> Notice | None:
    """What this mail says of another, or None. A bounce that a person forwards is that person's mail."""
    name, address = sender
    report = root.params.get("report-type", "").lower() if root.type == "multipart/report" else ""
    parts = [part for part in walk(root) if not part.children]
    if report == "feedback-report" or any(part.type == "message/feedback-report" for part in root.children):
        return _complaint(parts)
    statuses = [part for part in parts if part.type in _STATUSES]
    if root.type == "multipart/report" and (report in ("delivery-status", "") or statuses) and "disposition" not in report:
        if statuses or report == "delivery-status":
            return _notice(parts, statuses, text)
        return None
    if _is_unreported_bounce(root.headers, name, address, subject, text, bool(statuses)):
        return _notice(parts, statuses, text)
    return None


def _is_unreported_bounce(headers: Headers, name: str, address: str, subject: str, text: str, has_status: bool) -> bool:
    """The signals add up: a daemon wrote it, to nobody's answer, and subject or text say that something was not delivered."""
    if "x-failed-recipients" in headers:
        return True
    return_path = headers.raw("return-path").strip().lower()
    nobody = return_path in (b"<>", b"<mailer-daemon>") or return_path.startswith(b"<mailer-daemon@")
    named = _DAEMON_NAME.search(name) is not None
    daemon = _DAEMON.match(address) is not None or (named and (nobody or not address))
    if not (daemon or named or nobody):
        return False
    said = _SUBJECT.search(subject) is not None
    told = has_status or _BODY.search(text[:MAX_LOOKED_AT_CHARS]) is not None
    if daemon:
        return said or told
    return said and told and _AUTO_REPLY.match(headers.word("auto-submitted") or "-") is None


def _notice(parts: list[Part], statuses: list[Part], text: str) -> Notice:
    action = status = detail = recipient = envelope = ""
    for part in statuses:
        for key, value in _fields(part):
            if key == "action" and not action:
                action = value.lower().split()[0] if value.split() else ""
            elif key == "status" and not status:
                found = _STATUS.search(value)
                status = found[1] if found else ""
            elif key in ("final-recipient", "original-recipient") and (not recipient or key == "original-recipient"):
                recipient = value.rpartition(";")[2].strip().strip("<>")
            elif key == "diagnostic-code" and not detail:
                detail = value
            elif key == "original-envelope-id" and not envelope:
                envelope = value[:100]
    looked_at = text[:MAX_LOOKED_AT_CHARS]
    if not status:
        found = _STATUS.search(looked_at)
        code = None if found else _REPLY_CODE.search(looked_at)
        status = found[1] if found else f"{code[1][0]}.0.0" if code else ""
    if not recipient:
        failed = _FAILED_ADDRESS.search(looked_at)
        recipient = (failed[1] or failed[2]) if failed else ""
    kind = "delivered" if action in ("delivered", "relayed", "expanded") else "bounce"
    detail = " ".join(detail.split())[:MAX_DETAIL_CHARS]
    return Notice(kind, _original(parts, text), recipient[:320], action[:40], status, detail, envelope)


def _complaint(parts: list[Part]) -> Notice:
    recipient = kind = ""
    for part in parts:
        if part.type == "message/feedback-report":
            for key, value in _fields(part):
                if key in ("original-rcpt-to", "removal-recipient") and not recipient:
                    recipient = value.strip().strip("<>")
                elif key == "feedback-type":
                    kind = value
    return Notice("complaint", _original(parts, ""), recipient[:320], detail=kind[:MAX_DETAIL_CHARS])


def _fields(part: Part) -> list[tuple[str, str]]:
    text = clean(part.content()[:MAX_STATUS_BYTES].decode("utf-8", "replace"))
    return [(m[1].lower(), m[2].strip()) for m in _FIELD.finditer(text)]


def _original(parts: list[Part], text: str) -> str | None:
    """The Message-ID of the mail that the notice is about."""
    for part in parts:
        if part.type in _ORIGINALS:
            found = _ORIGINAL_ID.search(clean(part.content()[:MAX_STATUS_BYTES].decode("utf-8", "replace")))
            if found:
                return message_id(found[1].encode())
    found = _ORIGINAL_ID.search(text)
    return found[1] if found else None
