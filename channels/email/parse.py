"""A mail, from bytes to message. Pure, bounded, and it never raises: what cannot be understood becomes a defect."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any

from channels.email import addresses, attachments, automatic, bodies, bounce, headers, invitation, mime, quote, uuencode
from channels.email.charset import clean, decode
from channels.email.defects import Defects
from channels.email.headers import Headers
from channels.email.mime import Part
from grc.messages.model import Attachment, InboundMessage, Received
from grc.messages.oversize import Oversize
from grc.text import clean_html, html_to_text

MAX_MAIL_BYTES = 104_857_600  # read; of a larger one, the beginning
MAX_REFERENCES = 100  # the first and the last ones
MAX_SUBJECT_CHARS = 1_000
MAX_EVIDENCE = 10  # Authentication-Results kept
MAX_ATTACHED_BYTES = 1_048_576  # of an attached mail shown in place of an empty body

OWN_MAIL_ID = "grc."  # how our own Message-IDs begin (grc.messages.signature)
_NO_ID = "sans-identifiant.invalid"  # a domain that is nobody's (RFC 2606)
_ENVELOPE = ("x-original-to", "delivered-to", "envelope-to", "x-envelope-to", "x-rcpt-to", "apparently-to")
_ATTACHED_HEAD = (("De", "from"), ("Date", "date"), ("À", "to"), ("Objet", "subject"))
_SEALED = {
    "multipart/signed": "signed",
    "multipart/encrypted": "encrypted",
    "application/pkcs7-mime": "smime-encrypted",
    "application/x-pkcs7-mime": "smime-encrypted",
    "application/pgp-encrypted": "encrypted",
}


def parse(received: Received) -> InboundMessage:
    """The message in these bytes of the ledger, with what the envelope said: who it was for, and from nobody (RFC 3834, 2)."""
    recipients = received.meta.get("rcpt_to") or ()
    message = read(received.raw, [str(one) for one in recipients])
    if received.meta.get("left") == "too_large":
        message = replace(message, oversize=Oversize(int(received.meta["size"]), int(received.meta["most"])))
    if message.message_id is None:
        message = replace(message, message_id=_made_id(message))
    if received.meta.get("mail_from") == "" and not message.is_auto:
        return replace(message, is_auto=True, auto_reason="MAIL FROM:<>", may_answer=False)
    return message


def _made_id(message: InboundMessage) -> str | None:
    """In place of the Message-ID that a mail lacks, one that its copies to other mailboxes of ours have too: the same sender said the
    same, with the same files, in the same second. None where it does not say when."""
    if message.date is None or not message.from_addr:
        return None
    said = [message.from_addr.lower(), message.date.isoformat(), message.subject, message.body_text]
    digest = hashlib.sha256("\0".join(said).encode("utf-8", "surrogatepass"))
    for file in message.attachments:
        digest.update(hashlib.sha256(file.content).digest())
    return f"{digest.hexdigest()[:40]}@{_NO_ID}"


def read(raw: bytes, recipients: Sequence[str] = ()) -> InboundMessage:
    """The message in these bytes, whatever they are."""
    try:
        return _read(raw[:MAX_MAIL_BYTES], recipients)
    except Exception as error:  # a bug here must not stop the mail: it is read as plain text and says so
        return _unread(raw, recipients, error)


def _read(raw: bytes, recipients: Sequence[str]) -> InboundMessage:
    defects = Defects()
    raw = _with_line_ends(raw, defects)
    root = mime.read(raw, defects)
    top = root.headers
    hint = _charset_hint(root)

    name, address = _sender(top, hint, defects)
    subject = top.text("subject", hint)[:MAX_SUBJECT_CHARS]
    reply_to = next(iter(addresses.plain(top.all("reply-to"), hint)), "")

    body = bodies.read(root, defects, hint)
    files, winmail = attachments.read(body.files, defects, hint)
    text, html = body.text, body.html
    if winmail is not None and not text.strip():
        html = html or clean_html(winmail.html)
        text = winmail.text if winmail.text.strip() else html_to_text(html)
    text, encoded = uuencode.take_out(text)
    files += [_named(file, len(files) + number) for number, file in enumerate(encoded, 1)]
    _say_what_is_sealed(root, defects)

    notice = bounce.read(root, (name, address), subject, text)
    is_bounce = notice is not None and notice.is_bounce
    message_id = headers.message_id(top.raw("message-id"))
    machine = automatic.judge(
        top, address, subject, reply_to, is_bounce=is_bounce, own_id=message_id is not None and message_id.lower().startswith(OWN_MAIL_ID)
    )
    if not text.strip() and not html:
        text = _attached_mail(body.files, hint)
    folded = quote.fold(text, subject) if not is_bounce else quote.Folded(text, "")
    reply = folded.reply
    if invited := invitation.in_words(body.files):
        text, reply = (f"{said.rstrip()}\n\n{invited}".strip() for said in (text, reply))
    date = headers.date(top.raw("date"))
    if date is None:
        defects.add("date-absurd" if "date" in top else "date-missing")
    in_reply_to = headers.ids(top.all("in-reply-to"), MAX_REFERENCES)
    return InboundMessage(
        from_addr=address,
        from_name=name,
        reply_to=reply_to,
        to=addresses.plain(top.all("to"), hint),
        cc=addresses.plain(top.all("cc"), hint),
        recipients=tuple(recipients) or addresses.plain([v for name in _ENVELOPE for v in top.all(name)], hint),
        subject=subject,
        message_id=message_id,
        in_reply_to=in_reply_to[0] if in_reply_to else None,
        references=tuple(headers.ids(top.all("references"), MAX_REFERENCES)),
        date=date,
        body_text=text,
        body_html=html,
        reply_text=reply,
        quoted_text=folded.quoted,
        attachments=tuple(files),
        is_auto=machine.is_auto,
        auto_reason=machine.reason,
        may_answer=machine.may_answer,
        is_bounce=is_bounce,
        bounce_of=notice.of if notice is not None and is_bounce else None,
        defects=defects.all(),
        evidence=_evidence(top, notice),
    )


def _with_line_ends(raw: bytes, defects: Defects) -> bytes:
    """Mails with old Macintosh line ends, or with doubled returns, made readable."""
    head = raw[:65_536]
    if b"\r" in head and b"\n" not in head:
        defects.add("line-ends-bare-cr")
        return raw.replace(b"\r", b"\n")
    if b"\r\r\n" in head:
        return raw.replace(b"\r\r\n", b"\r\n")
    return raw


def _charset_hint(root: Part) -> str:
    """The first charset declared in the mail: raw 8-bit headers are mostly written in it too."""
    for part in root.children[:3] or [root]:
        for one in [part, *part.children[:2]]:
            if one.params.get("charset"):
                return one.params["charset"]
    return root.params.get("charset", "")


def _sender(top: Headers, hint: str, defects: Defects) -> tuple[str, str]:
    """Who wrote it: From, else what comes nearest."""
    name, address = addresses.sender(top.all("from"), hint)
    if address:
        return name, address
    defects.add("from-damaged" if "from" in top else "from-missing")
    for other in ("reply-to", "sender", "return-path", "x-sender", "envelope-from"):
        also, address = addresses.sender(top.all(other), hint)
        if address:
            return name or also, address
    return name, ""


def _named(file: Attachment, number: int) -> Attachment:
    name = attachments.safe_name(file.name) or attachments.invented_name(file.type, number)
    return Attachment(name, file.type, file.content, file.inline, file.content_id)


def _attached_mail(parts: Sequence[Part], hint: str) -> str:
    """The text of the mail that is all a mail without words carries; nothing where it carries more, or none."""
    mails = [part for part in parts if part.type == "message/rfc822"]
    if len(mails) != 1 or len(mails) != len(parts):
        return ""
    inner = mime.read(mails[0].content()[:MAX_ATTACHED_BYTES], Defects())
    head = [f"{word} : {inner.headers.text(name, hint)}" for word, name in _ATTACHED_HEAD if name in inner.headers]
    return "\n".join([*head, "", bodies.read(inner, Defects(), hint).text]).strip()


def _say_what_is_sealed(root: Part, defects: Defects) -> None:
    """S/MIME and PGP are kept as they are, and said."""
    for part in (root, *root.children[:5]):
        sealed = _SEALED.get(part.type)
        if sealed == "smime-encrypted" and part.params.get("smime-type", "").lower() == "signed-data":
            sealed = "signed"
        defects.add(sealed or "")


def _evidence(top: Headers, notice: bounce.Notice | None) -> Mapping[str, Any]:
    """What later decisions rest on: the notice about a delivery, and what our server found about the sender."""
    fields: dict[str, Any] = {}
    if notice is not None:
        fields["notice"] = notice.as_fields()
    results = top.all("authentication-results")
    if results:
        # undecoded: what a sender wrote as an encoded word must not become a verdict
        fields["authentication_results"] = [clean(value[:4_000].decode("utf-8", "replace")) for value in results[:MAX_EVIDENCE]]
    return fields


def _unread(raw: bytes, recipients: Sequence[str], error: Exception) -> InboundMessage:
    text = decode(raw[: bodies.MAX_TEXT_BYTES])[0]
    return InboundMessage(
        recipients=tuple(recipients), body_text=text, reply_text=text, may_answer=False, defects=(f"unreadable: {type(error).__name__}",)
    )
