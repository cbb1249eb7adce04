"""A status that names us becomes a message. Pure, bounded, never raises."""

from __future__ import annotations

from channels.mastodon import status as reading
from channels.mastodon.status import PUBLIC, UNLISTED, Status
from grc.actions.draft import excerpt
from grc.messages.address import address
from grc.messages.model import InboundMessage, Received, Remote

KIND = "mastodon"
MENTION, EDITED, DELETED = "mention", "edited", "deleted"
GONE = "[Ce message a été supprimé par son auteur.]"
UNREADABLE = "ce message de Mastodon n’a pas pu être lu"


def parse(received: Received) -> InboundMessage:
    """What somebody wrote to an account of ours, wrote anew, or took back."""
    status = reading.read(received.raw)
    if status is None:
        return InboundMessage(date=received.received_at, defects=(UNREADABLE,))
    host, me, what = (str(received.meta.get(name, "")) for name in ("host", "me", "what"))
    acct = reading.full(status.account.acct, host) if status.account.acct else ""
    machine = _machine(status)
    text = GONE if what == DELETED else reading.words(status, host, me)
    return InboundMessage(
        from_addr=address(KIND, acct),
        from_name=reading.name(status.account),
        from_label=f"@{acct}" if acct else "",
        to=(address(KIND, me),) if me else (),
        subject=excerpt(status.spoiler_text.strip() or reading.said(status, host, me) or text),
        date=status.created_at or received.received_at,
        body_text=text,
        body_html="" if what == DELETED else reading.html(status),
        reply_text=text,
        is_auto=bool(machine),
        auto_reason=machine,
        may_answer=not machine,
        edits=status.id if what in (EDITED, DELETED) else "",
        remote=_files(status) if what == MENTION else (),
        defects=_lost(status) if what == MENTION else (),
        post={
            "account": received.account,
            "status": status.id,
            "visibility": status.visibility,
            "acct": acct,
            "warning": status.spoiler_text[:500],
            "public": status.visibility in (PUBLIC, UNLISTED),
            "url": status.url or "",
        },
    )


def _machine(status: Status) -> str:
    """Why it was no person who wrote to us; empty where it was one."""
    if status.reblog is not None:
        return "partage du message d’un autre"
    if status.account.bot or status.account.group:
        return "compte automatisé de Mastodon"
    return ""


def _files(status: Status) -> tuple[Remote, ...]:
    found = status.media_attachments[: reading.MOST_FILES]
    return tuple(Remote(one.url, reading.file_name(one), reading.file_type(one)) for one in found if one.url)


def _lost(status: Status) -> tuple[str, ...]:
    return tuple(f"file_not_fetched:{reading.file_name(one)}" for one in status.media_attachments[: reading.MOST_FILES] if not one.url)
