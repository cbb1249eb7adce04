"""A module written from nothing in a folder of the installation: documents alone, and a request of it lives its whole life.

No file of the core is changed for it, and none knows its name.
"""

from __future__ import annotations

import subprocess
import sys
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from textwrap import dedent
from typing import Any
from xml.etree import ElementTree

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient

from grc import clock
from grc import settings as setting
from grc.actions.house import House
from grc.db.transaction import WORKER
from grc.records import store
from grc.records.bring_in import bring_in
from grc.records.reach import Reach
from grc.web.parts import MODULES
from tests.architecture.places import ROOT
from tests.makers.agents import Door, open_door
from tests.makers.citizen import Site, send, visit
from tests.support.citizens import settings, working
from tests.support.stories import house, relay, world
from tests.support.tickets import begun, run_errands
from tests.support.world import SAINTE_MER, World
from workflows import drawing, shelves
from workflows.catalogue import catalogue, discover
from workflows.check import check
from workflows.picture import graph
from workflows.register import registers

__all__ = ["house", "relay", "settings", "working", "world"]

NAME = "velocargo"
DEFINITION = """
name: velocargo
version: 1
title: Emprunter un vélo cargo
summary: La commune prête ses vélos cargo, à la semaine.
category: Se déplacer
icon: bike
keywords: [vélo, cargo, emprunter]
service: voirie
initial: asked
legal: {regime: none, article: L112-2, why: Un prêt entre deux personnes n’est pas une décision.}
fields:
  - {name: velo, kind: record, of: velo, label: Quel vélo ?}
  - {name: semaines, kind: number, label: Combien de semaines ?, min: 1, max: 4}
  - {name: prix, kind: computed, label: Prix du prêt, unit: €, formula: semaines * velo.tarif}
states:
  asked: {label: Demandé, citizen: Nous regardons si le vélo est libre., phase: open}
  lent: {label: Prêté, citizen: Le vélo est à vous., phase: open}
  back: {label: Rendu, citizen: Merci d’avoir rendu le vélo., phase: closed}
transitions:
  - name: lend
    label: Prêter
    from: [asked]
    to: lent
    who: [agent, chief, admin]
    effects:
      - {do: notify, text: lent}
      - {do: start_deadlines, kinds: [back]}
  - {name: take_back, label: Reprendre, from: [lent], to: back, who: [agent, chief, admin], effects: [{do: meet_deadline, kind: back}]}
reactions:
  - {on: opened, effects: [{do: mark_unread}]}
  - {on: citizen_message, effects: [{do: mark_unread}]}
  - {on: "deadline:back", effects: [{do: alarm, word: late_bike, sentence: Le vélo n’est pas revenu.}]}
deadlines:
  back: {label: Retour du vélo, why: Fin du prêt, after: {days: 28}, owner: requester, shown: everybody}
texts:
  lent:
    subject: "{{ velo }} vous attend"
    body: |
      Bonjour,

      {{ velo }} vous attend en mairie. Le prêt coûte {{ prix }}.
scenarios:
  - title: Un prêt
    life:
      - happens: opened
        by: citizen
        fields: {semaines: 2, velo: {id: 1, title: Le long, tarif: 10}}
        state: asked
        effects: [mark_unread]
      - {happens: citizen_message, by: citizen, state: asked}
      - {happens: "transition:lend", by: agent, state: lent, effects: [record, notify, start_deadlines]}
      - {happens: "deadline:back", by: system, state: lent, effects: [alarm]}
      - {happens: "transition:take_back", by: agent, state: back, effects: [record, close_ticket, meet_deadline]}
"""
REGISTER = """
name: velo
title: Vélos cargo
one: Vélo cargo
icon: bike
key: code
label: "{{ nom }}"
owner: each
shown_to: public
copies: [tarif]
fields:
  - {name: code, kind: text, label: Code}
  - {name: nom, kind: text, label: Nom}
  - {name: tarif, kind: number, label: Tarif de la semaine, unit: €}
"""


@pytest.fixture
def folder(tmp_path: Path) -> Iterator[Path]:
    """The installation's own folder of modules, with one module in it; this process reads it for the length of a test."""
    root = tmp_path / "modules"
    module = root / NAME
    (module / "registers").mkdir(parents=True)
    (module / "README.md").write_text("# Cargo bicycles\n", encoding="utf-8")
    (module / "definition.yaml").write_text(dedent(DEFINITION), encoding="utf-8")
    (module / "registers" / "velo.yaml").write_text(dedent(REGISTER), encoding="utf-8")
    shelves.read_also(root)
    yield root
    shelves.read_also()


@pytest.fixture
async def app(folder: Path, app: web.Application) -> web.Application:
    """The application, made while the folder is read."""
    return app


@pytest.fixture
async def door(site: TestClient[web.Request, web.Application], world: World) -> AsyncIterator[Door]:
    async with open_door(site, world) as signed_in:
        yield signed_in


async def rows(world: World, query: str) -> list[Any]:
    async with world.db.transaction(WORKER) as tx:
        return list(await tx.conn.fetch(query))


def test_it_is_found_by_its_folder_sound_and_drawn(folder: Path) -> None:
    assert NAME in catalogue().names()
    alone = discover(folder)
    assert list(alone.names()) == [NAME]
    definition = catalogue().get(NAME)
    assert check(definition) == ()
    assert registers()["velo"].title == "Vélos cargo"
    picture = ElementTree.fromstring(drawing.draw(graph(catalogue().entry(NAME).document.data)))
    said = " ".join(text for text in picture.itertext())
    for word in ("Demandé", "Prêté", "Rendu", "Prêter"):
        assert word in said, word


def test_no_file_of_the_program_knows_it() -> None:
    found = subprocess.run(
        ["git", "grep", "-l", NAME, "--", "grc", "channels", "routing", "workflows", "modules", "migrations"], cwd=ROOT, capture_output=True
    )
    assert found.stdout == b""


async def test_a_request_of_it_lives_its_whole_life(site: Site, working: House, world: World, door: Door) -> None:
    bikes = "code;nom;tarif\nL1;Le long;10\nC1;Le court;8\n"
    async with world.acting("claire") as (tx, lead):
        here = Reach(registers()["velo"], SAINTE_MER, ours=True, writes=True)
        await bring_in(tx, here, bikes, lead.name, lead.id, clock.now(), clock.now().date())
        assert len((await store.page(tx, SAINTE_MER, here.register)).lines) == 2

    assert "Emprunter un vélo cargo" in (await visit(site, "/40902")).words
    form = await visit(site, f"/40902/demarches/{NAME}")
    assert "Quel vélo ?" in form.words
    assert "Le court" in form.html
    answers = {"nom": "Marie Lafitte", "courriel": "marie@habitants.example", "c.velo": "Le long", "c.semaines": "3"}
    done = await send(site, form, answers)
    assert "Votre demande est bien arrivée" in done.words, done.words
    [ticket] = await rows(world, "select reference, type, state, fields from ticket")
    assert (ticket["type"], ticket["state"], ticket["fields"]["prix"]) == (NAME, "asked", 30)
    assert ticket["fields"]["velo"]["tarif"] == 10

    claire = await door("claire")
    page = f"/agent/demandes/{ticket['reference']}"
    assert "Prêter" in (await claire.get(page)).text
    assert (await claire.post(f"{page}/etape", etape="lend")).status == 303
    [notice] = await rows(world, "select subject, body_text from message where direction = 'out' and kind = 'notice'")
    assert notice["subject"].startswith("Le long vous attend")
    assert "Le prêt coûte 30\u00a0€." in notice["body_text"]
    assert "Retour du vélo" in (await claire.get(page)).text
    assert (await claire.post(f"{page}/etape", etape="take_back")).status == 303
    await run_errands(world.db)
    [ticket] = await rows(world, "select state, phase from ticket")
    assert (ticket["state"], ticket["phase"]) == ("back", "closed")
    assert "Vélos cargo" in (await claire.get("/agent/registres")).text


CODE = """
from grc.web.desk import Desk
from grc.web.module import Panel, Way
from grc.web.page import render
from grc.web.pages.frame import frame
from grc.web.route import Route, Who


class Bikes:
    name, title = "velocargo", "Vélos cargo"

    def routes(self):
        return (Route("GET", "/agent/velos", self.show, Who.AGENT, "bikes"),)

    def ways(self):
        return (Way("/agent/velos", "Vélos", "bike", Who.AGENT), Way("/agent/velos", "Vélos de l’agence", "bike", Who.AGENT, agency=True))

    async def show(self, desk: Desk):
        return render(desk.request, "velocargo/page.html", **await frame(desk))

    async def panels(self, desk: Desk, ticket, definition):
        return [Panel("velocargo/panel.html", {"state": ticket.state})]


def module(room):
    return Bikes()
"""


@pytest.fixture
def with_code(folder: Path) -> Path:
    """The same module with a page and a panel of its own."""
    (folder / NAME / "__init__.py").write_text(CODE, encoding="utf-8")
    (folder / NAME / "templates").mkdir()
    (folder / NAME / "templates" / "page.html").write_text(
        '{% extends "base_agent.html" %}{% block main %}<h1>{{ icon("bike") }}Nos vélos</h1>{% endblock %}', encoding="utf-8"
    )
    (folder / NAME / "templates" / "panel.html").write_text("<p>Un vélo {{ panel.values.state }}</p>", encoding="utf-8")
    return folder


async def test_one_with_code_has_its_page_its_way_and_its_panel(
    with_code: Path, site: Site, working: House, world: World, door: Door
) -> None:
    assert NAME in site.app[MODULES]
    claire, odile = await door("claire"), await door("odile")
    page = await claire.get("/agent/velos")
    assert "Nos vélos" in page.text
    assert ">Vélos<" in page.text
    assert "Vélos de l’agence" not in page.text
    assert "Vélos de l’agence" in (await odile.get("/agent/velos")).text
    await begun(world.db, SAINTE_MER, NAME, {"semaines": 1})
    [ticket] = await rows(world, "select reference from ticket")
    assert "<p>Un vélo asked</p>" in (await claire.get(f"/agent/demandes/{ticket['reference']}")).text


def test_it_is_found_from_the_command_line_by_a_setting(folder: Path) -> None:
    environment = setting.for_child(GRC_MODULES_DIR=str(folder))
    done = subprocess.run(
        [sys.executable, "-m", "grc.cli.main", "workflow", "check"],
        env=environment,
        capture_output=True,
        text=True,
        timeout=60,
        check=False,
    )
    assert (done.returncode, done.stderr) == (0, "")
    assert f"{NAME} 1\u00a0: 3\u00a0états, 1\u00a0scénario, sans faute" in done.stdout


def test_a_new_module_is_sound_at_once(tmp_path: Path) -> None:
    def grc(*words: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "grc.cli.main", *words]
        environment = setting.for_child(GRC_MODULES_DIR=str(tmp_path))
        return subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60, check=False)

    made = grc("new-module", "location_velo", "--title", "Louer un vélo : à la journée")
    assert made.returncode == 0, made.stderr
    checked = grc("workflow", "check")
    assert checked.stderr == ""
    assert "location_velo 1\u00a0:" in checked.stdout
    assert (tmp_path / "location_velo" / "README.md").read_text(encoding="utf-8").startswith("# Louer un vélo : à la journée\n")
    again = grc("new-module", "location_velo")
    assert (again.returncode, again.stderr.count("\n")) == (1, 1)
    assert "existe déjà" in again.stderr
    assert grc("new-module", "Vélo").returncode == 1
