"""Whose request a reply continues: a table of replies, honest ones that relays have damaged, and others that somebody forged.

Each is real bytes taken through the whole pipeline. A proof joins; a claim opens a request apart, which an agent looks at.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from grc import clock
from grc.actions.house import House
from grc.actions.rejoin import rejoin
from grc.actions.set_replies import set_replies
from grc.actions.transition import transition
from grc.db.transaction import WORKER
from grc.errors import BadInput, Conflict, Forbidden
from grc.messages.signature import Signer
from grc.tickets import links
from tests.channels.email.answers import EVE, QUESTION, Asked, ask, came, threaded
from tests.support.arrivals import key_of, row, rows, send_all
from tests.support.mails import MAIRIE, mail
from tests.support.relay import Relay
from tests.support.world import BOISVERT, SAINTE_MER, World

Case = Callable[[Asked], tuple[bytes, str]]  # the bytes, and the address of the envelope
BOIS = "mairie@boisvert.example"


def _by_address(asked: Asked, address: str) -> tuple[bytes, str]:
    return mail("Merci.", sender=EVE, to=address, subject="Bonjour"), address


def _by_ids(ids: str, sender: str = EVE, subject: str = "Bonjour") -> tuple[bytes, str]:
    return threaded("Merci.", ids=ids, sender=sender, subject=subject), MAIRIE


def _id(asked: Asked) -> str:
    return str(asked.ack.mail["Message-ID"]).strip("<>")


def _flip(text: str, at: int) -> str:
    return text[:at] + ("a" if text[at] != "a" else "b") + text[at + 1 :]


def _spaced_out(address: str) -> str:
    local, _, domain = address.partition("@")
    return f'"{local}"@{domain}'


JOINS: dict[str, Case] = {
    "the reply address alone, from another address of hers": lambda a: _by_address(a, a.back),
    "the reply address in capitals, as an old relay writes it": lambda a: _by_address(a, a.back.upper()),
    "the reply address with its local part in quotes": lambda a: _by_address(a, _spaced_out(a.back)),
    "our Message-ID alone, the address having lost its tag": lambda a: _by_ids(f"<{_id(a)}>"),
    "our Message-ID folded to lower case": lambda a: _by_ids(f"<{_id(a).lower()}>"),
    "our Message-ID in capitals": lambda a: _by_ids(f"<{_id(a).upper()}>"),
    "the reply address, Exchange having given our mail another Message-ID": lambda a: (
        threaded("Merci.", ids="<DB9PR0.outlook.example>", sender=EVE, to=a.back),
        a.back,
    ),
    "our Message-ID first of two thousand": lambda a: _by_ids(f"<{_id(a)}> " + " ".join(f"<{n}@fil.example>" for n in range(2000))),
    "our Message-ID last of two thousand": lambda a: _by_ids(" ".join(f"<{n}@fil.example>" for n in range(2000)) + f" <{_id(a)}>"),
    "her own Message-ID, from her address": lambda a: _by_ids(f"<{QUESTION}>", sender="jeanne@habitants.example"),
    "the reference in the subject, from her address": lambda a: (mail("Merci.", subject=f"TR: [{a.reference}]"), MAIRIE),
    "five references in the subject, one of them hers": lambda a: (
        mail("Merci.", subject=f"7777-777 {a.reference.lower()} K7M4-QF9 0000-000 ZZZZ-ZZZ"),
        MAIRIE,
    ),
}

APART: dict[str, Case] = {
    "the reference in the subject, from a stranger": lambda a: (mail("Bonjour", sender=EVE, subject=a.reference), MAIRIE),
    "the reference and her own Message-ID, from a stranger": lambda a: _by_ids(f"<{QUESTION}>", subject=a.reference),
    "a mark with one letter changed": lambda a: _by_address(a, a.back.replace(a.mac, _flip(a.mac, 3))),
    "a mark cut by a relay": lambda a: _by_address(a, a.back.replace(a.mac, a.mac[:9])),
    "a mark lost by a relay": lambda a: _by_address(a, a.back.replace("." + a.mac, "")),
    "a mark made with the secret of before": lambda a: _by_address(a, Signer(b"ancien").reply_address(MAIRIE, a.reference)),
    "the mark of a reply used as a third party's": lambda a: _by_address(a, a.back.replace("+r.", "+t.")),
    "a Message-ID like ours with a wrong mark": lambda a: _by_ids(f"<{_flip(_id(a), 30)}>"),
    "a Message-ID like ours made with the secret of before": lambda a: _by_ids(f"<{Signer(b'ancien').mail_id(a.reference, 'x.example')}>"),
    "a Message-ID cut by a relay": lambda a: _by_ids(f"<{_id(a)[:20]}@sainte-mer.example>"),
    "her address written with a letter that looks like it": lambda a: (
        mail("Bonjour", sender="jeann\u0435@habitants.example", subject=a.reference),
        MAIRIE,
    ),
}

NAMES_NOTHING: dict[str, Case] = {
    "a reference with letters that look like its own": lambda a: (mail("Bonjour", subject="\u041a7\u041c4-QF9"), MAIRIE),
    "a reference that has a wrong check character": lambda a: (mail("Bonjour", subject=_flip(a.reference, 7)), MAIRIE),
    "a Message-ID that nobody knows": lambda a: _by_ids("<inconnu@ailleurs.example>"),
    "a tag that is no mark": lambda a: _by_address(a, "mairie+r@sainte-mer.example"),
}


@pytest.fixture
async def asked(house: House, relay: Relay) -> Asked:
    return await ask(house, relay)


@pytest.mark.parametrize("case", JOINS.values(), ids=JOINS.keys())
async def test_a_proof_joins_whatever_relays_did_to_it(asked: Asked, case: Case) -> None:
    raw, to = case(asked)
    became = await came(asked.house, raw, to)
    assert (became["outcome"], became["ticket"]) == ("appended", asked.reference), became
    assert [m["direction"] for m in await asked.messages()] == ["in", "out", "in"]
    assert (await asked.ticket())["alarm"] is None


async def test_a_claim_opens_a_request_apart_and_changes_nothing_of_the_other(asked: Asked, world: World) -> None:
    before = await asked.ticket()
    for what, case in APART.items():
        raw, to = case(asked)
        became = await came(asked.house, raw, to)
        assert became["outcome"] == "opened", (what, became)
        key = await key_of(asked.house, became["ticket"])
        apart = await row(asked.house, "select alarm, collectivity_id from ticket where id = $1", key.id)
        assert tuple(apart) == ("review_link", SAINTE_MER), what
        async with world.acting("claire") as (tx, _):
            named = await links.claimed(tx, key)
        assert named is not None, what
        assert named.key == asked.key, f"{what}: an agent is shown which one it may be"
        assert await asked.ticket() == before, what
        assert len(await asked.messages()) == 2, what


async def test_what_names_nothing_is_a_request_like_any_other(asked: Asked) -> None:
    for what, case in NAMES_NOTHING.items():
        raw, to = case(asked)
        became = await came(asked.house, raw, to)
        assert became["outcome"] == "opened", (what, became)
        key = await key_of(asked.house, became["ticket"])
        assert (await row(asked.house, "select alarm from ticket where id = $1", key.id))["alarm"] is None, what


@pytest.mark.parametrize(
    "sign",
    [
        lambda a: _by_address(a, a.back.replace("sainte-mer", "boisvert")),
        lambda a: _by_ids(f"<{_id(a)}>", sender="jeanne@habitants.example"),
    ],
    ids=["the mark of a town in the address of another", "the Message-ID of a town in a mail to another"],
)
async def test_what_belongs_to_another_town_joins_nothing_here_and_tells_nothing(asked: Asked, sign: Case) -> None:
    raw, to = sign(asked)
    to = to if "boisvert" in to else BOIS
    became = await came(asked.house, raw, to, account=BOIS, collectivity_id=BOISVERT)
    assert became["outcome"] == "opened", became
    assert asked.reference not in str(became["reasons"])
    key = await key_of(asked.house, became["ticket"])
    assert key.collectivity_id == BOISVERT
    told = await rows(asked.house, "select why, data from event where ticket_id = $1", key.id)
    assert asked.reference not in str([tuple(line) for line in told])
    assert len(await asked.messages()) == 2


async def test_her_own_address_joins_nothing_where_our_server_found_it_forged(asked: Asked) -> None:
    await trust(asked.house)
    verdict = {"Authentication-Results": "mx.sainte-mer.example; dmarc=fail header.from=habitants.example"}
    raw = mail("Changez mon adresse.", subject=asked.reference, headers=verdict)
    assert (await came(asked.house, raw))["outcome"] == "opened"
    assert len(await asked.messages()) == 2


async def test_one_click_makes_them_one_once_an_agent_has_looked(asked: Asked, world: World) -> None:
    became = await came(asked.house, mail("Je réponds du travail.", sender="jeanne@travail.example", subject=asked.reference))
    apart = await key_of(asked.house, became["ticket"])
    async with world.acting("bea") as (tx, agent):
        with pytest.raises(Conflict):
            await rejoin(tx, agent, apart, clock.now())
    async with world.acting("claire") as (tx, agent):
        await rejoin(tx, agent, apart, clock.now())
    merged = await row(asked.house, "select merged_into, alarm, phase from ticket where id = $1", apart.id)
    assert tuple(merged) == (asked.key.id, None, "closed")
    await send_all(asked.house)
    back = str(asked.relay.to("jeanne@travail.example")[0].mail["Reply-To"].addresses[0].addr_spec)
    again = await came(asked.house, mail("Encore moi.", sender="jeanne@travail.example", to=back), back)
    assert (again["outcome"], again["ticket"]) == ("appended", asked.reference), "her replies follow"


async def _close(asked: Asked, world: World, days_ago: int) -> None:
    async with world.acting("claire") as (tx, agent):
        await transition(tx, agent, asked.key, "close", clock.now(), text="C’est réparé.")
    async with asked.house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update ticket set closed_at = $2 where id = $1", asked.key.id, clock.now() - timedelta(days=days_ago))


async def test_a_reply_soon_after_the_closing_opens_it_again_and_one_long_after_opens_another_linked_with_it(
    asked: Asked, world: World
) -> None:
    await _close(asked, world, 89)
    assert (await came(asked.house, threaded("Encore éteint.", asked.ack.mail), asked.back))["ticket"] == asked.reference
    assert (await asked.ticket())["phase"] == "open"

    await _close(asked, world, 91)
    became = await came(asked.house, threaded("De nouveau éteint.", asked.ack.mail), asked.back)
    assert became["outcome"] == "opened", became
    later = await key_of(asked.house, became["ticket"])
    assert (await asked.ticket())["phase"] == "closed"
    for one, other in ((later, asked.key), (asked.key, later)):
        tied = await row(asked.house, "select other_ticket_id, kind from link where ticket_id = $1 and ended_at is null", one.id)
        assert tuple(tied) == (other.id, "beside")
    assert (await row(asked.house, "select alarm from ticket where id = $1", later.id))["alarm"] is None


async def test_an_absence_notice_long_after_opens_nothing(asked: Asked, world: World) -> None:
    await _close(asked, world, 400)
    away = threaded("Je suis absente.", asked.ack.mail, headers={"Auto-Submitted": "auto-replied"})
    assert (await came(asked.house, away, asked.back))["outcome"] == "appended"
    assert (await asked.ticket())["phase"] == "closed"


async def test_each_town_says_for_how_long(asked: Asked, world: World) -> None:
    async with world.acting("claire") as (tx, agent):
        with pytest.raises(Forbidden):
            await set_replies(tx, agent, SAINTE_MER, 10, clock.now())
    async with asked.house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update membership set role = 'admin' where agent_id = $1", world.agents["claire"])
    async with world.acting("claire") as (tx, agent):
        for wrong in (0, 4000, None):
            with pytest.raises(BadInput):
                await set_replies(tx, agent, SAINTE_MER, wrong, clock.now())
        with pytest.raises(Forbidden):
            await set_replies(tx, agent, BOISVERT, 10, clock.now())
        await set_replies(tx, agent, SAINTE_MER, 10, clock.now())
    await _close(asked, world, 11)
    assert (await came(asked.house, threaded("Encore.", asked.ack.mail), asked.back))["outcome"] == "opened"


async def test_a_copy_to_two_mailboxes_of_a_town_is_one_message_and_each_town_gets_its_own(house: House, relay: Relay) -> None:
    voirie = "voirie@sainte-mer.example"
    raw = mail("Un arbre sur la limite.", to=f"{MAIRIE}, {voirie}", headers={"Cc": BOIS})
    first = await came(house, raw, MAIRIE)
    second = await came(house, raw, voirie, account=voirie)
    third = await came(house, raw, BOIS, account=BOIS, collectivity_id=BOISVERT)
    assert [one["outcome"] for one in (first, second, third)] == ["opened", "duplicate", "opened"]
    assert second["ticket"] == first["ticket"] != third["ticket"]
    assert len(await rows(house, "select from message where direction = 'in'")) == 2


async def trust(house: House) -> None:
    """The mailbox of the town names the server whose findings count."""
    async with house.db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into account (collectivity_id, channel, name, settings) values ($1, 'email', $2, $3)",
            SAINTE_MER, MAIRIE, {"address": MAIRIE, "authserv_id": "mx.sainte-mer.example"},
        )  # fmt: skip
