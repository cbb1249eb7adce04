"""What `grc workflow check` finds: each fault once, in a definition that has it and is sound but for it."""

from __future__ import annotations

import pytest

from tests.makers.loans import loan
from workflows.check import check, edges

WAITING = "  waiting: {label: En attente,"
REMARK = "  - name: remark"
OPENED = "  - on: opened\n"
ACCEPTED = "      - {do: assign, to: actor}"
SCENARIOS = "scenarios:\n"
LOST = "  lost: {label: Perdue, citizen: Nulle part., phase: open}\n"

FAULTS = [
    pytest.param(
        [(WAITING, LOST + WAITING), (SCENARIOS, SCENARIOS)],
        ["« Perdue » (lost) n’est jamais atteint", "De l’état « Perdue » (lost), aucun chemin",
         "« Perdue » (lost), un agent ne peut rien faire", "Aucun scénario ne passe par l’état « Perdue » (lost)"],
        id="a state that nothing leads to nor leaves",
    ),
    pytest.param(
        [("{name: resume, label: Reprendre, from: [waiting], to: doing, who: [agent, chief]}",
          "{name: resume, label: Reprendre, from: [waiting], to: doing, who: [requester]}")],
        ["Dans l’état « En attente » (waiting), un agent ne peut rien faire"],
        id="a state where agents can do nothing",
    ),
    pytest.param(
        [(OPENED, "  - {on: opened}\n" + OPENED)],
        ["Une réaction à « opened » (received, doing, waiting, lent, refused) n’est jamais prise", "le scénario dit"],
        id="a reaction hidden by another",
    ),
    pytest.param(
        [(OPENED, "  - on: note\n")],
        ["Rien ne se passe à l’ouverture", "le scénario dit [start_deadlines"],
        id="nothing at the opening",
    ),
    pytest.param(
        [("when: {fields.chaises: {max: 500}}", "when: {fields.chaises: {min: 9, max: 5}}")],
        ["« Accepter » (accept) : la condition ne peut jamais être remplie", "« Accepter » (accept), notify",
         "La commune n’a que 500 chaises"],
        id="a guard that can never hold",
    ),
    pytest.param(
        [("text: accepted, when: {fields.caution: {min: 1}}}", "text: accepted, when: {fields.urgence: [haute], priority: [7]}}")],
        ["« Accepter » (accept), notify : la condition ne peut jamais être remplie, « priority » ne vaut jamais « 7 »", "le scénario dit"],
        id="an effect whose condition can never hold",
    ),
    pytest.param(
        [("when: {fields.chaises: {max: 500}}", "when: {channel: [email]}"),
         ("text: accepted, when: {fields.caution: {min: 1}}}", "text: accepted, when: {channel: [form]}}")],
        ["« Accepter » (accept), notify : la condition ne peut jamais être remplie, « channel » ne peut pas avoir deux valeurs",
         "le scénario dit"],
        id="an effect whose condition contradicts its transition's",
    ),
    pytest.param(
        [("{do: meet_deadline, kind: answer}\n      - {do: produce", "{do: meet_deadline, kind: are}\n      - {do: produce")],
        ["L’échéance « are » est tenue et ne commence jamais"],
        id="a deadline that is met and never begins",
    ),
    pytest.param(
        [('  - {on: "deadline:answer",', "  - {on: rated,")],
        ["Rien ne se passe quand l’échéance « answer » est dépassée"],
        id="a deadline that nothing minds",
    ),
    pytest.param(
        [('  - {on: "reminder:answer",', "  - {on: rated,")],
        ["Un rappel de « Réponse » (answer, working_hours) n’est lu par personne"],
        id="a reminder that nobody reads",
    ),
    pytest.param(
        [("    shown: everybody\n", "    shown: everybody\n    owner: nobody\n")],
        ["« Réponse » (answer) n’a pas de responsable"],
        id="a deadline that nobody owns",
    ),
    pytest.param(
        [("deadlines:\n", "deadlines:\n  idle: {label: Oubliée, why: Pour rien, after: {days: 1}}\n")],
        ["« Oubliée » (idle) ne commence jamais"],
        id="a deadline that never begins",
    ),
    pytest.param(
        [(ACCEPTED, "      - {do: notify, text: farewell}")],
        ["L’avis « farewell » n’a pas de texte", "le scénario dit"],
        id="a notice without its text",
    ),
    pytest.param(
        [("texts:\n", "texts:\n  unused: {subject: S, body: B}\n")],
        ["Le texte « unused » ne part jamais"],
        id="a text that never leaves",
    ),
    pytest.param(
        [("text: accepted, when: {fields.caution: {min: 1}}}", "text: accepted, to: third}"), ("{{ greeting }},", "{{ tracking_url }}")],
        ["« accepted » part à un tiers et donne le lien de suivi"],
        id="a third party given the citizen's key",
    ),
    pytest.param(
        [("{{ chaises }} chaises. Caution", "{{ chaise }} chaises. Caution")],
        ["Texte « accepted » : la variable « chaise » n’existe pas"],
        id="a text without its variable",
    ),
    pytest.param(
        [("{{ greeting }},", "{% for x in chaises %}{% endfor %}")],
        ["Texte « accepted » : ligne 1 : seuls"],
        id="a text that is no template",
    ),
    pytest.param(
        [('file: "bon-{{ reference }}"', 'file: "bon-{{ numero }}"')],
        ["Document « receipt » : la variable « numero » n’existe pas"],
        id="a document without its variable",
    ),
    pytest.param(
        [(ACCEPTED, '      - {do: create, type: general, subject: "Pour {{ qui }}"}')],
        ["Demande liée « general », objet : la variable « qui » n’existe pas", "le scénario dit"],
        id="a linked ticket whose subject lacks its variable",
    ),
    pytest.param(
        [("  - {name: rang, kind: number,", "  - {name: outil, kind: record, of: outils, label: Outil}\n  - {name: rang, kind: number,")],
        ["Champ « Outil » (outil) : aucun module n’a de registre « outils »"],
        id="a field of a register that nobody has",
    ),
    pytest.param(
        [("initial: received", "covered_by: {register: contrats, field: x, value: y}\ninitial: received")],
        ["covered_by : aucun module n’a de registre « contrats »"],
        id="covered by a register that nobody has",
    ),
    pytest.param(
        [('      - {happens: "transition:withdraw", by: citizen, state: refused}\n', "")],
        ["Aucun scénario ne passe par « Renoncer » (withdraw)"],
        id="a transition that no scenario goes through",
    ),
    pytest.param(
        [('{happens: "transition:resume", by: agent, state: doing}', '{happens: "transition:resume", by: agent, state: waiting}')],
        ["transition:resume : l’état est « doing », le scénario dit « waiting »"],
        id="a scenario that goes another way",
    ),
    pytest.param(
        [('{happens: "transition:refuse", by: agent, fields: {motif: Tout est prêté.}, state: refused}',
          '{happens: "transition:refuse", by: agent, state: refused}')],
        ["transition:refuse : Renseignez « Motif du refus »"],
        id="a scenario that is refused",
    ),
    pytest.param(
        [("when: {fields.chaises: {max: 500}}", "when: {rating: {min: 4}}")],
        ["« transition:accept » ne dit pas « rating »"],
        id="a scenario that does not say what a guard asks",
    ),
]  # fmt: skip


def told(*changes: tuple[str, str]) -> list[str]:
    return [fault.replace("\u00a0", " ").replace("\u202f", " ") for fault in check(loan(*changes), known={})]


def test_a_sound_definition_has_no_fault() -> None:
    assert told() == []


@pytest.mark.parametrize(("changes", "expected"), FAULTS)
def test_a_fault_is_found_and_only_it(changes: list[tuple[str, str]], expected: list[str]) -> None:
    found = told(*changes)
    missing = [part for part in expected if not any(part in fault for fault in found)]
    assert missing == [], found
    assert [fault for fault in found if not any(part in fault for part in expected)] == []


def test_edges_say_where_each_state_leads_and_where_a_life_begins() -> None:
    found = edges(loan())
    assert found[""] == {"received"}
    assert found["received"] == {"received", "doing", "refused"}
    assert found["waiting"] == {"doing"}
    assert found["lent"] == frozenset()
