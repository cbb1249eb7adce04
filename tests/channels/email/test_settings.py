"""What an operator may say of a mailbox; a password is never shown again."""

from __future__ import annotations

import pytest

from channels.email.folders import wire_name
from channels.email.settings import mailbox, read_account, server
from channels.email.signin import by_token
from grc.errors import BadInput, Misconfigured
from grc.messages.accounts import Account, NewAccount
from grc.messages.seal import Seal

URL = "imaps://mairie%40dax.example:p%40ss%20%22mot%22@imap.dax.example"


def stored(new: NewAccount, seal: Seal) -> Account:
    return Account(1, 7, "email", new.name, new.settings, seal.close(new.secrets), {})


def test_an_account_is_read_and_its_passwords_are_kept_apart() -> None:
    seal = Seal(b"k" * 32)
    new = read_account({"address": "Mairie@Dax.example", "imap_url": URL, "smtp_url": "smtp://u:autre@relais.dax.example:587"})
    assert (new.name, new.addresses) == ("mairie@dax.example", ("mairie@dax.example",))
    assert "mot" not in str(new.settings)
    assert "autre" not in str(new.settings)
    account = stored(new, seal)
    assert b"autre" not in (account.sealed or b"")
    box = mailbox(account, seal)
    assert box.imap is not None
    assert box.smtp is not None
    assert (box.imap.host, box.imap.port, box.imap.user, box.imap.password, box.imap.tls) == (
        "imap.dax.example", 993, "mairie@dax.example", 'p@ss "mot"', "immediate",
    )  # fmt: skip
    assert (box.smtp.port, box.smtp.user, box.smtp.password, box.smtp.tls) == (587, "u", "autre", "upgrade")
    assert (box.folder, box.after) == ("INBOX", "leave")
    assert "mot" not in repr(box)


def test_the_address_signs_in_where_no_user_is_named() -> None:
    seal = Seal(b"k" * 32)
    box = mailbox(stored(read_account({"address": "mairie@dax.example", "imap_url": "imaps://imap.dax.example"}), seal), seal)
    assert box.imap is not None
    assert box.imap.user == "mairie@dax.example"


def test_another_secret_opens_nothing() -> None:
    account = stored(read_account({"address": "mairie@dax.example", "imap_url": URL}), Seal(b"k" * 32))
    with pytest.raises(Misconfigured, match="GRC_SECRET"):
        mailbox(account, Seal(b"x" * 32))


@pytest.mark.parametrize(
    ("key", "values"),
    [
        ("address", {}),
        ("address", {"address": "mairie"}),
        ("address", {"address": "a@b.example>\r\nRCPT"}),
        ("imap_url", {"address": "a@b.example", "imap_url": "https://imap.example"}),
        ("imap_url", {"address": "a@b.example", "imap_url": "imaps://u:sesame@[imap"}),
        ("imap_url", {"address": "a@b.example", "imap_url": "imaps://u:sesame@imap.example:port"}),
        ("smtp_url", {"address": "a@b.example", "smtp_url": "smtp://u:sesame@relais.example/dossier"}),
        ("after", {"address": "a@b.example", "after": "delete"}),
        ("", {"address": "a@b.example", "after": "move:INBOX"}),
        ("folder", {"address": "a@b.example", "folder": "a\r\nb"}),
        ("password", {"address": "a@b.example", "password": "sesame"}),
        ("auth", {"address": "a@b.example", "auth": "magic"}),
        ("auth", {"address": "a@b.example", "refresh_token": "sesame"}),
        ("refresh_token", {"address": "a@b.example", "auth": "refresh", "token_url": "https://p.example/t", "client_id": "c"}),
        (
            "scope",
            {"address": "a@b.example", "auth": "client", "token_url": "https://p.example/t", "client_id": "c", "client_secret": "sesame"},
        ),
        ("token_url", {"address": "a@b.example", "auth": "client", "token_url": "http://p.example/t"}),
        ("token_url", {"address": "a@b.example", "auth": "client", "token_url": "https://u:sesame@p.example/t"}),
    ],
)
def test_a_wrong_key_is_named_and_a_password_is_not_repeated(key: str, values: dict[str, str]) -> None:
    with pytest.raises(BadInput) as told:
        read_account(values)
    assert told.value.field == key
    assert "sesame" not in str(told.value)


def test_what_a_provider_gave_is_kept_apart_and_signs_in_where_no_password_does() -> None:
    seal = Seal(b"k" * 32)
    given = {
        "auth": "refresh",
        "token_url": "https://jetons.example/t",
        "client_id": "app",
        "client_secret": "un-mot",
        "refresh_token": "un-jeton",
    }
    new = read_account(
        {"address": "mairie@dax.example", "imap_url": "imaps://imap.dax.example", "smtp_url": URL.replace("imaps", "smtps"), **given}
    )
    assert "un-" not in str(new.settings)
    box = mailbox(stored(new, seal), seal)
    assert box.grant is not None
    assert (box.grant.client_secret, box.grant.refresh_token) == ("un-mot", "un-jeton")
    assert "un-" not in repr(box)
    assert box.imap is not None
    assert box.smtp is not None
    tokens = object()
    assert by_token(box, box.imap, tokens) is not None  # type: ignore[arg-type]
    assert by_token(box, box.smtp, tokens) is None, "its address has a password"  # type: ignore[arg-type]


def test_what_travels_in_clear_does_so_only_where_it_is_asked_for() -> None:
    assert server("imap://127.0.0.1", ("imap",)).tls == "none"
    assert server("imap://localhost", ("imap",)).tls == "none"
    assert server("imap://imap.example", ("imap",)).tls == "upgrade"
    assert server("imap://imap.example?tls=no", ("imap",)).tls == "none"


@pytest.mark.parametrize(
    ("folder", "written"),
    [
        ("INBOX", '"INBOX"'),
        ("Traité", '"Trait&AOk-"'),
        ("Voirie & eau", '"Voirie &- eau"'),
        ('dit "urgent"\\', '"dit \\"urgent\\"\\\\"'),
        ("日本語", '"&ZeVnLIqe-"'),
        ("a😀b", '"a&2D3eAA-b"'),
    ],
)
def test_folders_are_named_as_imap_names_them(folder: str, written: str) -> None:
    assert wire_name(folder) == written
