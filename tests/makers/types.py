"""Types of request made for tests: small, sound, and published as one made in the browser is."""

from __future__ import annotations

from textwrap import dedent

from grc import clock
from grc.db.transaction import WORKER, Database

_LIFE = """
initial: received
legal: {regime: none, article: L112-2, why: Aucun délai légal ne court dans cet essai.}
states:
  received: {label: Reçue, citizen: Nous avons bien reçu votre demande., phase: open}
  doing: {label: En cours, citizen: Un agent s’occupe de votre demande., phase: open}
  closed: {label: Close, citizen: Votre demande est close., phase: closed}
transitions:%s
  - {name: take, label: Prendre en charge, from: [received], to: doing, who: [agent, chief, admin]}
  - {name: close, label: Clore, from: [received, doing], to: closed, who: [agent, chief, admin]}
  - {name: reopen, label: Rouvrir, from: [closed], to: doing, who: [agent, chief, admin]}
reactions:
  - on: opened
    effects: [{do: mark_unread}]
  - on: citizen_message
    effects: [{do: mark_unread}]
  - on: rated
    effects: [{do: mark_unread, when: {rating: {max: 2}}}]
"""

# One field of each kind, with conditions, a repeated group, a computed value and a check.
EVERY_KIND = """
name: every_kind
version: 1
title: Demander un essai complet
summary: Un champ de chaque genre, pour les essais.
category: Essais
icon: flask-conical
keywords: [essai, complet]
needs: [Votre numéro de client.]
fields:
  - {name: titre, kind: text, label: Titre, longest: 40}
  - {name: recit, kind: long_text, label: Récit, required: false}
  - {name: nombre, kind: number, label: Nombre, min: 1, max: 1000, unit: kg}
  - {name: jour, kind: date, label: Jour, min: today}
  - {name: moment, kind: moment, label: Moment, required: false}
  - name: urgence
    kind: choice
    label: Urgence
    choices: [{value: haute, label: Haute}, {value: basse, label: Basse}]
  - {name: pourquoi, kind: text, label: "Pourquoi si vite ?", when: {fields.urgence: [haute]}}
  - name: couleurs
    kind: choice
    many: true
    required: false
    label: Couleurs
    choices: [{value: rouge, label: Rouge}, {value: vert, label: Vert}, {value: bleu, label: Bleu}]
  - {name: accord, kind: check, label: "Êtes-vous d’accord ?"}
  - {name: rappel, kind: check, label: Rappelez-moi, required: false}
  - {name: courriel, kind: email, label: Courriel, required: false}
  - {name: telephone, kind: phone, label: Téléphone, required: false, when: {fields.rappel: [true]}}
  - {name: photo, kind: file, label: Photo, required: false}
  - {name: personne, kind: person, label: Personne concernée, required: false}
  - {name: lieu, kind: place, label: Lieu}
  - {name: mairie, kind: collectivity, label: Collectivité, required: false}
  - {name: logiciel, kind: record, of: logiciel, label: Logiciel, required: false}
  - name: lignes
    kind: group
    label: Lignes
    required: false
    most: 3
    fields:
      - {name: quoi, kind: text, label: Quoi}
      - {name: combien, kind: number, label: Combien, min: 1}
      - {name: prix, kind: number, label: Prix, min: 0}
      - {name: montant, kind: computed, label: Montant, formula: combien * prix, unit: €}
  - {name: total, kind: computed, label: Total, formula: sum(lignes.montant), unit: €}
  - {name: interne, kind: text, label: Note du service, by: agent, required: false}
checks:
  - {formula: nombre < 500 or urgence = "haute", message: "Au-delà de 500 kg, la demande est urgente.", field: nombre}
items:
  - {name: plan, label: Un plan}
  - {name: avis, label: "Un avis", when: {fields.urgence: [haute]}}
"""

BEACON = """
name: fanal
version: 1
title: Signaler un fanal éteint
summary: Un fanal ne s’allume plus, clignote ou reste allumé le jour.
category: Dans la rue
icon: lightbulb
keywords: [fanal, lanterne, feu de balise]
service: voirie
needs: [L’adresse la plus proche, Le numéro collé sur le mât s’il y en a un]
fields:
  - {name: lieu, kind: place, label: "Où est le fanal ?", help: "L’adresse la plus proche, ou un croisement."}
  - name: panne
    kind: choice
    label: Que se passe-t-il ?
    choices: [{value: eteint, label: Il est éteint}, {value: clignote, label: Il clignote}, {value: danger, label: Il menace de tomber}]
  - {name: danger, kind: long_text, label: "Quel est le danger ?", when: {fields.panne: [danger]}}
  - {name: numero, kind: text, label: Numéro du mât, required: false, longest: 20}
"""


# What is asked on the way: a guard, fields of the service, and acts of whoever asked.
QUOTE = """
name: devis_essai
version: 1
title: Demander un devis d’essai
summary: Un devis que le service chiffre et que le demandeur accepte, pour les essais.
category: Essais
icon: calculator
fields:
  - {name: besoin, kind: text, label: Votre besoin}
  - name: urgence
    kind: choice
    label: Urgence
    required: false
    choices: [{value: haute, label: Haute}, {value: basse, label: Basse}]
  - {name: montant, kind: number, label: Montant, by: agent, min: 1, unit: €}
  - {name: pourquoi, kind: text, label: Pourquoi si cher, by: agent, when: {fields.montant: {min: 1000}}}
  - {name: secret, kind: text, label: Marge, by: agent, required: false, shown: false}
  - {name: avec_taxe, kind: computed, label: Toutes taxes comprises, by: agent, formula: montant * 1.2, unit: €}
"""
QUOTE_STEPS = """
  - {name: price, label: Chiffrer, from: [received, doing], to: doing, who: [agent, chief, admin], asks: [montant, pourquoi],
     text: {label: Un mot pour le demandeur, required: false}}
  - {name: plan, label: Planifier, from: [received, doing], who: [agent, chief, admin], when: {fields.montant: {filled: true}},
     otherwise: "Chiffrez d’abord la demande."}
  - {name: accept, label: Accepter ce devis, from: [doing], to: closed, who: [requester], when: {fields.montant: {filled: true}}}
  - {name: refuse, label: Refuser ce devis, from: [doing], to: received, who: [requester], text: {label: Ce que vous préférez}}"""

# What agents of members ask the agency.
BREAKDOWN = """
name: panne_essai
version: 1
title: Signaler une panne d’essai
summary: Un appareil d’essai ne fonctionne plus.
category: Essais
icon: wrench
audience: member
keywords: [panne d’essai, appareil]
fields:
  - {name: appareil, kind: text, label: Quel appareil}
  - name: urgence
    kind: choice
    label: Urgence
    choices: [{value: haute, label: Haute}, {value: basse, label: Basse}]
  - {name: pourquoi, kind: text, label: Pourquoi si vite, when: {fields.urgence: [haute]}}
  - {name: capture, kind: file, label: Capture d’écran, required: false}
  - {name: cause, kind: text, label: Cause trouvée, by: agent, required: false, shown: false}
"""


def document(fields: str, steps: str = "") -> str:
    """The whole document of a type: its head and fields, and a plain life; `steps` are transitions before those it has."""
    return dedent(fields).strip() + "\n" + _LIFE % steps.rstrip()


async def publish(db: Database, collectivity_id: int, text: str) -> None:
    """The type as one made in the browser of this collectivity (the agency's serve everybody)."""
    lines = dict(line.split(":", 1) for line in text.splitlines() if line.startswith(("name:", "version:")))
    async with db.transaction(WORKER) as tx:
        await tx.conn.execute(
            "insert into request_type (collectivity_id, name, version, document, state, written_at, published_at) "
            "values ($1, $2, $3, $4, 'published', $5, $5)",
            collectivity_id, lines["name"].strip(), int(lines["version"]), text, clock.now(),
        )  # fmt: skip
