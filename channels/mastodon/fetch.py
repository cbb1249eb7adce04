"""The files of a status are fetched: from the instance and its host of files alone, over https, bounded, and from no machine of ours."""

from __future__ import annotations

from dataclasses import replace

from channels.mastodon.settings import Instance
from grc.errors import Unavailable
from grc.messages.internet import PublicResolver
from grc.messages.model import Attachment, InboundMessage, Remote
from grc.messages.provider import Limits, call

MOST_BYTES = 40 * 1024 * 1024  # of one file; instances take images of 16 MB, films of 99
MOST_TOGETHER = 80 * 1024 * 1024
LIMITS = Limits(connect=5.0, whole=30.0)


async def fetched(instance: Instance, message: InboundMessage) -> InboundMessage:
    """The message with its files, a defect for each that will never come. Raises Unavailable where one may come later."""
    files, defects, total = list(message.attachments), list(message.defects), 0
    for remote in message.remote:
        content = await _content(instance, remote, MOST_TOGETHER - total)
        if content is None:
            defects.append(f"file_not_fetched:{remote.name}")
        else:
            total += len(content)
            files.append(Attachment(remote.name, remote.type or "application/octet-stream", content))
    return replace(message, attachments=tuple(files), defects=tuple(defects), remote=())


async def _content(instance: Instance, remote: Remote, room: int) -> bytes | None:
    """A file; None where it may not be fetched, is too large or is gone."""
    if not instance.may_be_read(remote.key) or room <= 0:
        return None
    resolver = None if instance.stands_in else PublicResolver()
    most = min(MOST_BYTES, room)
    answer = await call("GET", remote.key, {"Accept": "*/*"}, limits=LIMITS, most=most, resolver=resolver, cut=True)
    if answer.status == 200:
        return answer.body if len(answer.body) <= most else None
    if answer.status == 429 or answer.status >= 500:
        raise Unavailable(answer.detail)
    return None  # moved or gone: an instance that sends elsewhere is not followed
