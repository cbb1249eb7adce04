"""No wars: what a machine writes is kept and gets no answer of ours, and whoever writes to whom, it soon is quiet.

Mails leave by real SMTP; whatever arrives for an address is answered by who lives there, until nobody has anything more to say.
"""

from __future__ import annotations

from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass
from email import message_from_bytes
from email.message import EmailMessage
from pathlib import Path

import asyncpg
import pytest

from channels.email.parse import read
from grc import clock
from grc.actions.house import House
from grc.actions.reply import reply
from grc.actions.write import write
from grc.app import compose
from grc.db.transaction import WORKER
from grc.settings import Settings
from grc.tickets.model import TicketKey
from tests.channels.email.answers import came
from tests.support import postgres
from tests.support.arrivals import row, rows, send_all
from tests.support.mails import MAIRIE, mail
from tests.support.relay import Caught, Relay
from tests.support.world import SAINTE_MER, World, found

FAR = "mairie@lointain.example"
CAP = 5  # automatic mails to one address in a day, here
ENDLESS = 60  # mails after which it is a war

ROBOT, OTHER_ROBOT = "robot@habitants.example", "autre-robot@habitants.example"
Answer = Callable[[Caught], bytes | None]

# What the headers of a mail say: whether a machine wrote it, and whether an automatic answer may be sent.
SIGNALS: dict[str, tuple[str, bool, bool]] = {
    "nothing": ("", False, True),
    "Auto-Submitted: no": ("Auto-Submitted: no", False, True),
    "Auto-Submitted: auto-replied": ("Auto-Submitted: auto-replied (vacation)", True, False),
    "Auto-Submitted: auto-generated": ("auto-submitted: AUTO-GENERATED", True, False),
    "Precedence: bulk": ("Precedence: bulk", True, False),
    "Precedence: auto_reply": ("Precedence: auto_reply", True, False),
    "X-Precedence: junk": ("X-Precedence: junk", True, False),
    "Precedence: list": ("Precedence: list", False, False),
    "X-Auto-Response-Suppress": ("X-Auto-Response-Suppress: OOF, AutoReply", False, False),
    "X-Autoreply": ("X-Autoreply: yes", True, False),
    "X-Autorespond": ("X-Autorespond: Absent", True, False),
    "X-Autoreply-From": ("X-Autoreply-From: a@b.example", True, False),
    "List-Id": ("List-Id: <annonces.habitants.example>", False, False),
    "List-Unsubscribe": ("List-Unsubscribe: <mailto:x@y.example>", False, False),
    "List-Archive": ("List-Archive: <https://listes.example/a>", False, False),
    "X-Loop": ("X-Loop: moi@habitants.example", False, False),
    "our own header": ("X-GRC-Loop: K7M4-QF9", False, False),
    "our own Message-ID": ("Message-ID: <grc.k7m4qf9.aaaaaaaa.aaaaaaaaaaaaaaaa@ailleurs.example>", False, False),
    "X-Failed-Recipients": ("X-Failed-Recipients: a@b.example", True, False),
    "Return-Path: <>": ("Return-Path: <>", True, False),
    "mailer-daemon": ("From: MAILER-DAEMON@relais.example", True, False),
    "postmaster": ("From: postmaster@relais.example", True, False),
    "no-reply": ("From: ne-pas-repondre@caf.example", False, False),
    "multipart/report": ("Content-Type: multipart/report; boundary=x", True, False),
}


@pytest.mark.parametrize(("line", "automatic", "answerable"), SIGNALS.values(), ids=SIGNALS.keys())
def test_a_machine_and_who_may_be_answered_are_two_facts(line: str, automatic: bool, answerable: bool) -> None:
    sender = "" if line.startswith("From:") else "From: jeanne@habitants.example\n"
    message = read(f"{line}\n{sender}To: {MAIRIE}\nSubject: Bonjour\n\nBonjour.\n".encode())
    assert (message.is_auto, message.may_answer) == (automatic, answerable)
    assert bool(message.auto_reason) is not answerable, "and why is said"


@dataclass
class Post:
    """Carries what left to whoever lives at its address: an installation by its domain, or a machine."""

    relay: Relay
    houses: dict[str, House]
    machines: Mapping[str, Answer]
    strip: Callable[[EmailMessage], None] = lambda mail: None
    seen: int = 0  # of the mails that left, those that are carried

    async def until_quiet(self) -> int:
        """Lets all speak until nobody does; how many mails our installations have sent."""
        while True:
            for house in self.houses.values():
                await send_all(house)
            fresh, self.seen = self.relay.mails[self.seen :], len(self.relay.mails)
            if not fresh:
                return self.seen
            assert self.seen < ENDLESS, f"a war: {[(one.rcpt_to, one.mail['Subject']) for one in self.relay.mails[-6:]]}"
            for one in fresh:
                await self._carry(one)

    async def _carry(self, one: Caught) -> None:
        if one.rcpt_to in self.machines:
            answer = self.machines[one.rcpt_to](one)
            if answer is not None:
                await self.deliver(answer, str(message_from_bytes(answer)["To"]))
            return
        self.strip(one.mail)
        await self.deliver(one.mail.as_bytes(), one.rcpt_to, one.mail_from)

    async def deliver(self, raw: bytes, to: str, mail_from: str = "x@habitants.example") -> None:
        """Hands a mail to the installation that has the domain of this address."""
        domain = to.rpartition("@")[2]
        await came(self.houses[domain], raw, to, account=f"mairie@{domain}", mail_from=mail_from)


@asynccontextmanager
async def installation(url: str, data: Path, relay: Relay, secret: str) -> AsyncIterator[House]:
    given = {
        "database_url": url,
        "data_dir": data,
        "secret": secret,
        "port": 0,
        "relay": f"smtp://127.0.0.1:{relay.port}",
        "daily_cap": CAP,
    }
    async with compose(Settings.model_validate(given)) as composed:
        yield composed.house


@pytest.fixture
async def near(settings: Settings, world: World, relay: Relay) -> AsyncIterator[House]:
    assert settings.database_url is not None
    async with installation(settings.database_url.get_secret_value(), settings.data_dir, relay, "le secret d’ici" * 3) as house:
        yield house


@pytest.fixture
async def far(server: postgres.TestServer, template: str, tmp_path: Path, relay: Relay) -> AsyncIterator[tuple[House, World]]:
    """Another installation of this service: its own database, its own secret, another town."""
    data = tmp_path / "far"
    data.mkdir(mode=0o700)
    conn = await asyncpg.connect(server.url("postgres"))
    await conn.execute(f"create database test_far template {template}")
    async with installation(server.url("test_far"), data, relay, "le secret de là-bas" * 3) as house:
        there = await found(house.db)
        async with house.db.transaction(WORKER) as tx:
            await tx.conn.execute("update address set address = $1 where address = $2", FAR, MAIRIE)
            await tx.conn.execute("update collectivity set email = $1 where email = $2", FAR, MAIRIE)
        yield house, there
    await conn.execute("drop database test_far with (force)")
    await conn.close()


def _nothing_of_ours(mail: EmailMessage) -> None:
    """A relay that takes away all by which machines know each other."""
    for name in ("Auto-Submitted", "X-Auto-Response-Suppress", "X-GRC-Loop"):
        del mail[name]


def _not_even_the_id(mail: EmailMessage) -> None:
    _nothing_of_ours(mail)
    if "grc." in str(mail["Message-ID"]):
        mail.replace_header("Message-ID", f"<exchange-{abs(hash(str(mail['Message-ID'])))}@relais.example>")


STRIPS = {
    "honest relays": lambda mail: None,
    "a relay that strips headers": _nothing_of_ours,
    "one that rewrites ids too": _not_even_the_id,
}


@pytest.mark.parametrize("strip", STRIPS.values(), ids=STRIPS.keys())
async def test_two_installations_of_this_service_write_to_each_other_and_fall_silent(
    near: House, far: tuple[House, World], world: World, relay: Relay, strip: Callable[[EmailMessage], None]
) -> None:
    there, far_world = far
    post = Post(relay, {"sainte-mer.example": near, "lointain.example": there}, {}, strip)
    await post.deliver(mail("Nous vous transmettons ceci.", sender=FAR, subject="Transmission"), MAIRIE)
    assert await post.until_quiet() <= 3

    service = world.services[SAINTE_MER, "accueil"]
    async with world.acting("claire") as (tx, agent):
        await write(tx, agent, SAINTE_MER, service, FAR, "", "Une question", "Avez-vous reçu ceci ?", [], clock.now())
    assert await post.until_quiet() <= 6

    last = await row(there, "select collectivity_id, id, answer_addr from ticket order by id desc limit 1")
    assert "+r." in last["answer_addr"], "an answer finds its request"
    async with far_world.acting("claire") as (tx, agent):
        await reply(tx, agent, TicketKey(last["collectivity_id"], last["id"]), "Oui.", [], clock.now())
    assert await post.until_quiet() <= 8
    said = await rows(near, "select direction from message where body_text like 'Oui.%'")
    assert [one["direction"] for one in said] == ["in"], "and is heard"


def _out_of_office(one: Caught) -> bytes:
    return mail(
        "Je suis absent.", sender=ROBOT, to=one.mail_from, answers=one.mail, subject="Absent", headers={"Auto-Submitted": "auto-replied"}
    )


def _that_says_nothing(one: Caught) -> bytes:
    """Answers all, in the thread, and looks like a person."""
    return mail("Votre message a bien été reçu.", sender=ROBOT, to=one.mail_from, answers=one.mail, subject=f"Re: {one.mail['Subject']}")


def _that_forgets(one: Caught) -> bytes:
    """Opens something new at each mail it gets, and looks like a person."""
    return mail("Votre demande a bien été enregistrée.", sender=ROBOT, subject="Nouvelle demande")


async def test_an_out_of_office_opens_nothing_again_and_is_not_answered(near: House, world: World, relay: Relay) -> None:
    post = Post(relay, {"sainte-mer.example": near}, {ROBOT: _out_of_office})
    await post.deliver(mail("Le lampadaire est éteint.", sender=ROBOT), MAIRIE)
    assert await post.until_quiet() == 1
    key = await row(near, "select collectivity_id, id from ticket")
    async with world.acting("claire") as (tx, agent):
        await reply(tx, agent, TicketKey(*key), "C’est réparé.", [], clock.now(), close=True)
    assert await post.until_quiet() == 2
    stands = await row(near, "select phase, unread from ticket")
    assert tuple(stands) == ("closed", False)
    assert len(await rows(near, "select from message where is_auto and direction = 'in'")) == 2, "they are kept"


@pytest.mark.parametrize(
    ("machine", "most"), [(_that_says_nothing, 2), (_that_forgets, CAP)], ids=["one that keeps the thread", "one that forgets it"]
)
async def test_a_machine_that_looks_like_a_person_is_answered_a_few_times_and_then_an_agent_decides(
    near: House, world: World, relay: Relay, machine: Answer, most: int
) -> None:
    """It writes to our plain address, whatever it was told to answer to."""
    post = Post(relay, {"sainte-mer.example": near}, {ROBOT: machine})
    await post.deliver(mail("Le lampadaire est éteint.", sender=ROBOT), MAIRIE)
    assert await post.until_quiet() <= most
    held = await rows(near, "select from outgoing where state = 'held'")
    alarms = await rows(near, "select from ticket where alarm = 'ack_held'")
    assert len(held) == len(alarms) == (1 if machine is _that_forgets else 0)


async def test_two_machines_that_have_us_answer_each_other_soon_stop(near: House, relay: Relay) -> None:
    def to_the_other(other: str, me: str) -> Answer:
        return lambda one: mail("Bien reçu.", sender=me, subject="Bien reçu", headers={"Reply-To": other})

    post = Post(
        relay, {"sainte-mer.example": near}, {ROBOT: to_the_other(OTHER_ROBOT, ROBOT), OTHER_ROBOT: to_the_other(ROBOT, OTHER_ROBOT)}
    )
    await post.deliver(mail("Bien reçu.", sender=ROBOT, headers={"Reply-To": OTHER_ROBOT}), MAIRIE)
    assert await post.until_quiet() <= 2 * CAP
    assert all(len(relay.to(one)) <= CAP for one in (ROBOT, OTHER_ROBOT))


async def test_a_mailing_list_hears_nothing_of_us(near: House, relay: Relay) -> None:
    every = "tous@listes.example"

    def to_all(one: Caught) -> bytes:
        return mail("Fwd", sender="jeanne@habitants.example", to=every, headers={"List-Id": "<tous.listes.example>", "Precedence": "list"})

    post = Post(relay, {"sainte-mer.example": near}, {every: to_all})
    headers = {"List-Id": "<tous.listes.example>", "Reply-To": every}
    await post.deliver(mail("Bonjour à tous.", to=every, headers=headers), MAIRIE)
    assert await post.until_quiet() == 0
    told = await row(near, "select why from event where what = 'no_ack'")
    assert "List-Id" in told["why"], "and the agent reads why"
