"""What doctor says of a mailbox is what an operator needs to hear."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from channels.email.check import mailbox_health, test_account, test_relay
from channels.email.settings import Server, read_account
from channels.email.tokens import Tokens
from grc import clock
from grc.db.transaction import Database
from grc.messages.accounts import Account
from grc.messages.seal import Seal
from tests.makers.dovecot import Dovecot
from tests.makers.mails import mail
from tests.makers.relay import relay

NOW = datetime(2026, 11, 23, 9, 0, tzinfo=UTC)
SEAL = Seal(b"k" * 32)

test_account.__test__ = test_relay.__test__ = False  # type: ignore[attr-defined]  # functions of ours with a name pytest looks for


def account(state: dict[str, Any], listened: bool = True, /, **values: str) -> Account:
    new = read_account({"address": "mairie@dax.example", "imap_url": "imaps://imap.dax.example"} | values)
    return Account(1, 7, "email", new.name, new.settings, SEAL.close(new.secrets), state, "40088", listened)


def ago(**passed: int) -> str:
    return (NOW - timedelta(**passed)).isoformat()


@pytest.mark.parametrize(
    ("one", "ok", "detail", "todo"),
    [
        (account({"connected_since": ago(hours=3), "last_message_at": ago(minutes=5)}), True, "dernier message il y a 5 min", ""),
        (account({"connected_since": ago(seconds=3)}), True, "aucun message encore", ""),
        (account({}, False), False, "aucun processus", "grc worker"),
        (account({"last_error": "LOGIN : [AUTHENTICATIONFAILED] no", "failures": 4}), False, "4 essais", "mot de passe"),
        (account({"last_error": "connexion : [Errno 111]", "failures": 1}), False, "Errno", "pare-feu"),
        (account({"last_error": "SELECT : no such mailbox", "failures": 1}), False, "SELECT", "dossier"),
        (account({"connected_since": ago(days=3), "last_error": "after=move:X : NO"}), False, "il y a 3 j", "rangement"),
        (account({"connected_since": ago(days=3), "last_error": "connexion perdue"}), True, "il y a 3 j", ""),
        (account({}, imap_url=""), True, "porte", ""),
        (
            account({"connected_since": ago(days=1), "last_message_at": ago(minutes=1), "lag": 2, "behind": 7}),
            True,
            "2 s après son arrivée, 7",
            "",
        ),
        (account({"connected_since": ago(days=1), "checked_at": ago(hours=2)}), False, "depuis 2 h", "grc worker"),
        (replace(account({"last_error": "LOGIN : NO"}), paused=True), True, "en pause", ""),
        (
            account({"last_error": "jeton refusé par client:app@x : … (invalid_client)", "failures": 2}),
            False,
            "invalid_client",
            "client_secret",
        ),
        (account({"last_error": "jeton\u00a0: x ne répond pas", "failures": 2}), False, "ne répond pas", "token_url"),
    ],
)
def test_a_mailbox_says_how_it_is_and_what_to_do(one: Account, ok: bool, detail: str, todo: str) -> None:
    found = mailbox_health(one, NOW)
    assert found.ok is ok
    assert detail in found.detail
    assert todo in found.todo
    assert bool(found.todo) is not ok


@pytest.mark.dovecot
async def test_an_account_is_tried_for_real(dovecot: Dovecot, db: Database) -> None:
    tokens = Tokens(db, SEAL, clock.now)
    url = dovecot.add("mairie")
    dovecot.deliver("mairie", mail(1))
    async with relay() as there:
        works = account({}, imap_url=url, smtp_url=f"smtp://127.0.0.1:{there.port}")
        found = await test_account(works, SEAL, tokens)
        assert [one.ok for one in found] == [True, True]
        assert "1 courriel(s)" in found[0].detail
        assert there.taken == []
    for values in ({"imap_url": f"imap://mairie:faux@127.0.0.1:{dovecot.port}"}, {"imap_url": url, "folder": "Absent"}):
        (wrong,) = await test_account(account({}, **values), SEAL, tokens)
        assert not wrong.ok
        assert wrong.todo
        assert "faux" not in wrong.detail


async def test_a_relay_is_greeted_and_sent_nothing() -> None:
    async with relay() as there:
        found = await test_relay("relais", Server("smtp", "127.0.0.1", there.port, "", "", "none"), None)
        assert found.ok
        assert "relais.example" in found.detail
        assert not any(line.startswith("MAIL") for line in there.said)
    found = await test_relay("relais", Server("smtp", "127.0.0.1", 1, "", "", "none"), None)
    assert not found.ok
    assert found.todo
