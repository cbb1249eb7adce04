"""A message that was too large stayed at its source: whoever sent it is told so, once, and how to send it again."""

from __future__ import annotations

from grc.actions.draft import Draft
from grc.actions.held import TOLD
from grc.actions.situation import Situation
from grc.messages.model import InboundMessage
from grc.messages.oversize import megabytes
from grc.tickets.model import NewDelivery, NewMessage


def tell_oversize(draft: Draft, about: Situation, message: InboundMessage, *, third: bool = False) -> None:
    """Adds the answer to a message that stayed at its source, and the line of the timeline; nothing to one that came whole.

    A machine is told nothing, nor an address to which automatic mails are held: neither can make us write for ever.
    """
    if message.oversize is None:
        return
    size, most = megabytes(message.oversize.size), megabytes(message.oversize.most)
    left = f"Ce courriel de {size} dépasse la taille acceptée ({most})\u00a0: son contenu est resté dans la boîte."
    to = (message.reply_to or message.from_addr).lower()
    if not to or not message.may_answer:
        draft.tell(
            "oversize", f"{left} C’est un message automatique\u00a0: son expéditeur n’en est pas averti.", who=about.collectivity.title
        )
        return
    if about.held:
        draft.tell("oversize", f"{left} Son expéditeur n’en est pas averti. {TOLD[about.held]}", who=about.collectivity.title)
        return
    draft.tell("oversize", f"{left} Son expéditeur en est averti.", who=about.collectivity.title)
    draft.messages.append(
        NewMessage(
            direction="out",
            kind="notice",
            channel="email",
            at=draft.now,
            author_name=about.collectivity.title,
            to_addrs=(to,),
            subject=f"Message trop volumineux\u00a0: {message.subject.strip() or about.subject}",
            body_text=_text(about, size, most),
            is_auto=True,
            audience="third" if third else "public",
            delivery=NewDelivery("email", to, automatic=True, state="created"),
        )
    )


def _text(about: Situation, size: str, most: str) -> str:
    return (
        "Bonjour,\n\n"
        f"Votre message pèse {size}. Nous pouvons recevoir {most} au plus\u00a0: ni son texte ni ses pièces jointes ne nous sont "
        "parvenus.\n\n"
        "Répondez à ce message en écrivant votre demande, sans pièce jointe ou avec des fichiers plus légers, au besoin en plusieurs "
        f"envois. Elle est suivie sous la référence {about.reference}.\n\n"
        f"{about.collectivity.title}\n"
    )
