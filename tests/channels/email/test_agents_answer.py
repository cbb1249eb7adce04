"""An agent answers from his own mail program: only where a server we trust says that the mail is his, and only for his service."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import pytest

from grc.actions.house import House
from grc.db.transaction import WORKER
from tests.channels.email.answers import JEANNE, Asked, ask, came, threaded
from tests.support.arrivals import key_of, row, rows, send_all
from tests.support.mails import MAIRIE
from tests.support.relay import Relay
from tests.support.world import SAINTE_MER, World

TRUSTED = "mx.sainte-mer.example"
NO = f"{TRUSTED}; dmarc=fail header.from=sainte-mer.example"
ELSEWHERE = "mx.ailleurs.example; dmarc=pass header.from=sainte-mer.example"
PASSED = f"{TRUSTED}; spf=pass smtp.mailfrom=sainte-mer.example; dmarc=pass (p=reject) header.from=sainte-mer.example"


@pytest.fixture
async def asked(house: House, relay: Relay) -> Asked:
    async with house.db.transaction(WORKER) as tx:
        settings = {"address": MAIRIE, "authserv_id": TRUSTED}
        await tx.conn.execute(
            "insert into account (collectivity_id, channel, name, settings) values ($1, 'email', $2, $3)", SAINTE_MER, MAIRIE, settings
        )
    return await ask(house, relay)


def written(asked: Asked, text: str = "Nous passons demain.", *, sender: str = "Claire <claire@sainte-mer.example>", **more: Any) -> bytes:
    """Her mail, above which the fields of her servers stand."""
    fields = more.pop("results", (PASSED,))
    raw = threaded(text, asked.ack.mail, sender=sender, **{"to": asked.back, **more})
    return b"".join(f"Authentication-Results: {one}\n".encode() for one in fields) + raw


async def test_what_she_answers_leaves_for_whoever_asked_as_the_answer_of_the_service(asked: Asked, world: World) -> None:
    became = await came(asked.house, written(asked, "Nous passons demain.\n\nLe 5 mai, la mairie a écrit :\n> Accusé"), asked.back)
    assert (became["outcome"], became["ticket"]) == ("appended", asked.reference), became
    assert await send_all(asked.house) == ["sent"]
    got = asked.relay.to(JEANNE)[-1]
    assert "Nous passons demain." in got.text
    assert "claire@" not in got.mail.as_string(), "her own address is nobody’s business"
    said = (await asked.messages())[-1]
    assert (said["direction"], said["author_id"], said["from_addr"]) == ("out", world.agents["claire"], "")
    stands = await asked.ticket()
    assert (stands["answer_addr"], stands["state"], stands["assignee_id"]) == (JEANNE, "in_progress", world.agents["claire"])
    again = await came(asked.house, threaded("Merci !", got.mail), asked.back)
    assert again["ticket"] == asked.reference


async def test_whoever_asked_does_not_get_twice_what_she_wrote_to_him_as_well(asked: Asked) -> None:
    raw = written(asked, to=JEANNE, headers={"Cc": MAIRIE})
    assert (await came(asked.house, raw))["ticket"] == asked.reference
    assert await send_all(asked.house) == []
    said = (await asked.messages())[-1]
    assert (said["direction"], said["audience"], said["to_addrs"]) == ("out", "public", [JEANNE])


async def test_what_she_wrote_to_the_mailbox_alone_is_a_note(asked: Asked) -> None:
    """Words between colleagues, in the thread of a mail of ours."""
    assert (await came(asked.house, written(asked, "Il est pénible.", to=MAIRIE)))["ticket"] == asked.reference
    assert await send_all(asked.house) == []
    assert (await asked.messages())[-1]["direction"] == "note"


async def test_a_second_copy_of_what_she_wrote_leaves_no_second_time(asked: Asked) -> None:
    for to, text in ((asked.back, "Nous passons demain."), (MAIRIE, "Entre nous.")):
        raw = written(asked, text, to=to)
        became = [(await came(asked.house, raw, to))["outcome"] for _ in range(2)]
        assert became == ["appended", "duplicate"]
    assert await send_all(asked.house) == ["sent"]


async def test_an_empty_mail_of_hers_is_no_answer(asked: Asked) -> None:
    await came(asked.house, written(asked, "", to=asked.back), asked.back)
    assert await send_all(asked.house) == []
    assert (await asked.messages())[-1]["direction"] == "note"


async def test_her_out_of_office_is_kept_aside(asked: Asked) -> None:
    raw = written(asked, "Je suis absente.", headers={"Auto-Submitted": "auto-replied"})
    assert (await came(asked.house, raw, asked.back))["outcome"] == "filtered"
    assert len(await asked.messages()) == 2


FORGED: dict[str, Mapping[str, Any]] = {
    "no server says anything": {"results": ()},
    "a server we do not trust says so": {"results": (ELSEWHERE,)},
    "ours says no, below a forged field of another": {
        "results": (
            ELSEWHERE,
            NO,
        )
    },
    "a forged field in the name of ours stands below ours": {"results": (NO, PASSED)},
    "DMARC passed for another domain": {"results": (f"{TRUSTED}; dmarc=pass header.from=ailleurs.example",)},
    "only SPF passed": {"results": (f"{TRUSTED}; spf=pass smtp.mailfrom=sainte-mer.example; dmarc=none header.from=sainte-mer.example",)},
    "the verdict stands in a comment": {"results": (f"{TRUSTED}; spf=none (; dmarc=pass header.from=sainte-mer.example)",)},
    "the verdict stands in quotes": {
        "results": (f'{TRUSTED}; spf=none smtp.mailfrom="x; dmarc=pass header.from=sainte-mer.example"@y.example',)
    },
    "the verdict is an encoded word": {
        "results": (f"{TRUSTED}; spf=none smtp.mailfrom==?utf-8?q?a=3B_dmarc=3Dpass_header=2Efrom=3Dsainte-mer=2Eexample?=",)
    },
    "the name of our server is only alike": {"results": (PASSED.replace(TRUSTED, TRUSTED + ".ailleurs.example"),)},
    "an agent of another service": {"sender": "luc@sainte-mer.example"},
}


async def test_whoever_only_bears_an_agents_address_is_a_stranger(asked: Asked) -> None:
    """Even with the signed address of the request, which he may have got from whoever asked."""
    for what, case in FORGED.items():
        became = await came(asked.house, written(asked, **case), asked.back)
        assert became["outcome"] == "opened", (what, became)
        key = await key_of(asked.house, became["ticket"])
        assert (await row(asked.house, "select alarm from ticket where id = $1", key.id))["alarm"] == "review_link", what
        assert len(await asked.messages()) == 2, what
        assert (await asked.ticket())["answer_addr"] == JEANNE, what


async def test_who_was_an_agent_is_a_stranger(asked: Asked, world: World) -> None:
    async with asked.house.db.transaction(WORKER) as tx:
        await tx.conn.execute("update agent set active = false where id = $1", world.agents["claire"])
    assert (await came(asked.house, written(asked), asked.back))["outcome"] == "opened"
    assert len(await asked.messages()) == 2


async def test_an_agent_who_asks_for_himself_is_whoever_asked(house: House, relay: Relay) -> None:
    mine = await ask(house, relay, sender="Paul <paul@sainte-mer.example>")
    became = await came(house, threaded("Merci.", mine.ack.mail, sender="paul@sainte-mer.example"), mine.back)
    assert became["ticket"] == mine.reference
    assert (await mine.messages())[-1]["direction"] == "in"
    assert await rows(house, "select from message where direction = 'note'") == []
