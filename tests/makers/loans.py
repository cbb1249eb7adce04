"""A type of request for tests that uses nearly all a type can say: fields, a price, guards, pauses, reminders, texts, a document."""

from __future__ import annotations

from textwrap import dedent

from workflows.definition import Definition, loads

TEXT = dedent("""\
    name: loan
    version: 1
    title: Emprunter du matériel
    summary: Des chaises et des barrières pour une fête de quartier.
    category: Essais
    service: voirie
    initial: received
    legal: {regime: none, article: L112-2, why: Aucun délai légal ne court dans cet essai.}

    fields:
      - {name: chaises, kind: number, label: Nombre de chaises, min: 1}
      - name: urgence
        kind: choice
        label: Urgence
        choices: [{value: haute, label: Haute}, {value: basse, label: Basse}]
      - {name: livraison, kind: check, label: À livrer, required: false}
      - name: lots
        kind: group
        label: Autre matériel
        required: false
        fields:
          - {name: quoi, kind: text, label: Quoi}
          - {name: combien, kind: number, label: Combien}
      - {name: prix, kind: computed, label: Prix, formula: "chaises * 2 + if(livraison, 50, 0)", unit: €}
      - {name: caution, kind: number, label: Caution, by: agent, required: false}
      - {name: motif, kind: text, label: Motif du refus, by: agent}
      - {name: rang, kind: number, label: Rang, by: agent, required: false}

    states:
      received: {label: Reçue, citizen: Nous avons bien reçu votre demande., phase: open}
      doing: {label: En préparation, citizen: Nous préparons le matériel., phase: open}
      waiting: {label: En attente, citizen: Nous attendons votre réponse., phase: open}
      lent: {label: Prêté, citizen: Le matériel est chez vous., phase: closed}
      refused: {label: Refusée, citizen: Nous ne pouvons pas prêter ce matériel., phase: closed}

    transitions:
      - name: accept
        label: Accepter
        from: [received]
        to: doing
        who: [agent, chief]
        when: {fields.chaises: {max: 500}}
        otherwise: La commune n’a que 500 chaises.
        effects:
          - {do: set, field: caution, formula: prix * 2}
          - {do: notify, text: accepted, when: {fields.caution: {min: 1}}}
          - {do: assign, to: actor}
      - name: ask
        label: Demander une précision
        from: [doing]
        to: waiting
        who: [agent, chief]
        text: {label: Votre question}
      - {name: resume, label: Reprendre, from: [waiting], to: doing, who: [agent, chief]}
      - name: lend
        label: Prêter
        from: [doing]
        to: lent
        who: [agent, chief]
        effects:
          - {do: meet_deadline, kind: answer}
          - {do: produce, document: receipt, to: requester}
      - name: refuse
        label: Refuser
        from: [received, doing]
        to: refused
        who: [chief]
        asks: [motif]
        effects: [{do: meet_deadline, kind: answer}]
      - name: remark
        label: Ajouter une remarque
        from: [received, doing]
        who: [agent, chief]
        asks: [rang]
      - {name: withdraw, label: Renoncer, from: [received], to: refused, who: [requester]}

    reactions:
      - on: opened
        effects:
          - {do: start_deadlines, kinds: [answer]}
          - {do: prioritise, formula: 'if(urgence = "haute", 1, 3)'}
          - {do: mark_unread}
      - {on: citizen_message, from: [waiting], to: doing, why: Le demandeur a répondu., effects: [{do: mark_unread}]}
      - {on: "reminder:answer", effects: [{do: record, what: reminded, why: Il reste peu de temps pour répondre.}]}
      - {on: "deadline:answer", effects: [{do: alarm, word: loan_late, sentence: Personne n’a répondu à temps.}]}

    deadlines:
      answer:
        label: Réponse
        why: Délai de réponse du service
        after: {working_hours: 16}
        cases:
          - {when: {fields.urgence: [haute]}, after: {working_hours: 2}}
        pauses: [waiting]
        reminders: [{before: {working_hours: 1}}]
        shown: everybody

    texts:
      accepted:
        subject: "Votre emprunt [{{ reference }}]"
        body: |-
          {{ greeting }},

          Vous pouvez emprunter {{ chaises }} chaises. Caution : {{ caution }} €.

    documents:
      receipt:
        title: Bon de prêt
        file: "bon-{{ reference }}"
        facts: [chaises, prix]
        body: "La commune prête {{ chaises }} chaises."

    scenarios:
      - title: Un prêt sans histoire
        life:
          - happens: opened
            by: citizen
            fields: {chaises: 20, urgence: basse}
            state: received
            effects: [start_deadlines, prioritise, mark_unread]
          - {happens: "transition:remark", by: agent, fields: {rang: 2}, state: received, effects: [record]}
          - {happens: "transition:accept", by: agent, state: doing, effects: [set_field, record, notify, assign_to]}
          - {happens: "transition:ask", by: agent, data: {text: "Quel jour ?"}, state: waiting, effects: [record, pause_deadlines]}
          - {happens: citizen_message, by: citizen, state: doing, effects: [record, resume_deadlines, mark_unread]}
          - {happens: "transition:ask", by: agent, data: {text: "À quelle heure ?"}, state: waiting}
          - {happens: "transition:resume", by: agent, state: doing}
          - {happens: "transition:lend", by: agent, state: lent, effects: [record, close_ticket, meet_deadline, produce]}
      - title: Un refus
        life:
          - {happens: opened, by: citizen, fields: {chaises: 20, urgence: basse}, state: received}
          - {happens: "transition:refuse", by: agent, fields: {motif: Tout est prêté.}, state: refused}
      - title: Quelqu’un renonce
        life:
          - {happens: opened, by: citizen, fields: {chaises: 20, urgence: basse}, state: received}
          - {happens: "transition:withdraw", by: citizen, state: refused}
    """)


def loan(*changes: tuple[str, str]) -> Definition:
    """The type, with these parts of its text replaced, each of which must be there."""
    text = TEXT
    for old, new in changes:
        assert old in text, old
        text = text.replace(old, new, 1)
    return loads(text)
