"""An update of Telegram as this channel reads it: who said what where. Whatever else stands in one is left out."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Annotated, Any

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, ValidationError

from grc.messages.envelope import clean

# What we ask for: core.telegram.org/bots/api#update has more kinds, none of which is somebody who writes to a town hall.
KINDS = ("message", "edited_message", "callback_query")

Text = Annotated[str, BeforeValidator(lambda value: clean(value) if isinstance(value, str) else value)]
Number = Annotated[int, Field(gt=-(2**63), lt=2**63)]


class _Part(BaseModel):
    model_config = ConfigDict(frozen=True, extra="ignore")


class User(_Part):
    """An account of Telegram."""

    id: Number
    is_bot: bool = False
    first_name: Text = ""
    last_name: Text = ""
    username: Text = ""

    @property
    def name(self) -> str:
        return " ".join(f"{self.first_name} {self.last_name}".split())[:200]


class Chat(_Part):
    """Where it was said: `type` is private, group, supergroup or channel."""

    id: Number
    type: Text = ""


class File(_Part):
    """A file that lies at Telegram. `file_size` in bytes, 0 where it is not told."""

    file_id: Text
    file_size: Number = 0
    file_name: Text = ""
    mime_type: Text = ""


class Location(_Part):
    """A place, in degrees."""

    latitude: Annotated[float, Field(ge=-90, le=90)]
    longitude: Annotated[float, Field(ge=-180, le=180)]


class Contact(_Part):
    """A card of the address book. It is the sender's own where `user_id` is his."""

    phone_number: Text
    user_id: Number = 0


class Message(_Part):
    """A message, with the kinds of content that are taken."""

    message_id: Number
    chat: Chat
    from_: Annotated[User | None, Field(alias="from")] = None
    date: Number = 0
    text: Text = ""
    caption: Text = ""
    media_group_id: Text = ""
    photo: Sequence[File] = ()  # one picture in several sizes, the largest last
    document: File | None = None
    voice: File | None = None
    audio: File | None = None
    video: File | None = None
    video_note: File | None = None
    location: Location | None = None
    contact: Contact | None = None

    @property
    def words(self) -> str:
        return (self.text or self.caption).strip()

    @property
    def file(self) -> tuple[str, File] | None:
        """The one file a message can carry, and what it is."""
        if self.photo:
            return "photo", self.photo[-1]
        named = ("document", "voice", "audio", "video", "video_note")
        return next(((name, one) for name in named if (one := getattr(self, name)) is not None), None)


class Pressed(_Part):
    """A button under a message of ours."""

    id: Text
    from_: Annotated[User, Field(alias="from")]
    data: Text = ""
    message: Message | None = None


class Update(_Part):
    """One thing that happened. All three are None where it is of another kind."""

    update_id: Number
    message: Message | None = None
    edited_message: Message | None = None
    callback_query: Pressed | None = None

    @property
    def chat(self) -> Chat | None:
        said = self.message or self.edited_message or (self.callback_query.message if self.callback_query else None)
        return said.chat if said else None

    @property
    def sender(self) -> User | None:
        if self.callback_query is not None:
            return self.callback_query.from_
        said = self.message or self.edited_message
        return said.from_ if said else None


def read(raw: bytes | str) -> Update | None:
    """The update that these bytes are, or None. Never raises."""
    try:
        return of(json.loads(raw))
    except (ValueError, RecursionError):
        return None


def of(value: Any) -> Update | None:
    """The update that a value of JSON is, or None."""
    try:
        return Update.model_validate(value)
    except ValidationError:
        return None
