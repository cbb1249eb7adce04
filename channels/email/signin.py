"""How a server of an account is signed in to where no password does it: by a token, of which another is asked for in time."""

from __future__ import annotations

from dataclasses import dataclass

from channels.email.grant import Grant
from channels.email.imap import Imap, Refused
from channels.email.pace import Pace
from channels.email.settings import Mailbox, Server
from channels.email.tokens import Tokens
from grc.messages.accounts import Account


@dataclass(frozen=True, slots=True)
class ByToken:
    """The tokens of one account."""

    account: Account
    grant: Grant
    tokens: Tokens

    async def token(self) -> str:
        """One that is good for some minutes. Raises NoGrant, NoToken, Unavailable."""
        return await self.tokens.of(self.account, self.grant)

    async def refused(self, token: str) -> bool:
        """A server did not take it: whether another will be asked for next time."""
        return await self.tokens.refused(self.account, self.grant, token)


def by_token(box: Mailbox, server: Server, tokens: Tokens) -> ByToken | None:
    """How this server of the account is signed in to; None where a password does it, or nothing."""
    if box.grant is None or not server.user or server.password:
        return None
    return ByToken(box.account, box.grant, tokens)


async def connected(server: Server, pace: Pace, by: ByToken | None, token: str | None) -> Imap:
    """A mailbox that is signed in to. Raises Trouble, or Refused; in place of a token that is refused another is asked for next time."""
    try:
        return await Imap.open(server, pace, token)
    except Refused:
        if by is not None and token is not None:
            await by.refused(token)
        raise
