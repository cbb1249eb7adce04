"""What the bot says: short, plain, and always what to do next."""

from __future__ import annotations

from collections.abc import Sequence

# As the application lists them under the button beside the field.
COMMANDS = (
    ("start", "commencer une demande"),
    ("suivi", "la page de votre demande en cours"),
    ("fin", "terminer cette conversation, pour parler d’autre chose"),
    ("courriel", "donner votre adresse électronique, et la confirmer"),
    ("telephone", "donner votre numéro de téléphone"),
    ("supprimer", "effacer ce que ce robot garde de vous"),
    ("aide", "ce que ce robot sait faire"),
)
HELP = (
    "Écrivez simplement ce que vous voulez dire à votre mairie\u202f; vous pouvez joindre des photos, des documents, un message vocal "
    "ou votre position.\n\n" + "\n".join(f"/{name}\u00a0: {what}" for name, what in COMMANDS)
)
PRIVATE = "Je ne réponds que dans une conversation privée. Ouvrez-la en touchant mon nom, puis écrivez-moi."
WHICH_PLACE = (
    "À quelle commune voulez-vous écrire\u202f? Envoyez son nom ou son code postal, ou partagez votre position avec le bouton ci-dessous."
)
WELCOME = f"Bonjour\u202f! Ici, on écrit à sa mairie.\n\n{WHICH_PLACE}"
KEPT_PLACE = f"Bonjour\u202f! Votre message est gardé.\n\n{WHICH_PLACE}"
NO_SPOT = f"Je n’ai pas reconnu la commune de cette position.\n\n{WHICH_PLACE}"
SEVERAL = "Plusieurs communes correspondent. Choisissez la vôtre\u202f; si elle n’y est pas, envoyez son code postal."
KEPT_KIND = "C’est gardé. Pour l’envoyer, choisissez de quoi il s’agit\u00a0:"
NO_SUCH = "Ce choix n’existe plus. Choisissez parmi ceux-ci\u00a0:"
OTHER = "Autre demande"
BACK = "Toutes les demandes"
SPOT = "Partager ma position"
CARD = "Partager mon numéro"
NOTHING_OPEN = "Vous n’avez pas de demande en cours ici. Pour en commencer une\u00a0: /start"
ENDED = "Cette conversation est terminée. Le prochain message que vous écrirez commencera une autre demande."
WHICH_ADDRESS = "Quelle est votre adresse électronique\u202f? Écrivez-la, par exemple prenom.nom@exemple.fr. Pour renoncer\u00a0: /annuler"
NO_ADDRESS = "Cette adresse n’est pas complète. Écrivez-la comme prenom.nom@exemple.fr, ou renoncez avec /annuler"
TOO_MANY_CODES = (
    "Assez de codes ont été envoyés pour aujourd’hui. Réessayez demain avec /courriel\u202f; vous pouvez continuer à écrire ici."
)
CODE_EXPIRED = "Ce code n’est plus valable. Pour en recevoir un autre\u00a0: /courriel"
CODE_SPENT = "Trop d’essais\u00a0: ce code n’est plus valable. Pour en recevoir un autre\u00a0: /courriel"
WHICH_NUMBER = "Touchez le bouton ci-dessous\u00a0: Telegram nous donnera le numéro de votre compte. Pour renoncer\u00a0: /annuler"
NOT_YOURS = "Ce contact n’est pas le vôtre. Pour donner votre numéro\u00a0: /telephone"
NO_NUMBER = "Ce numéro n’a pas pu être lu. Écrivez-le dans votre message."
CANCELLED = "C’est annulé. Vous pouvez continuer à écrire."
UNKNOWN = f"Je ne connais pas cette commande.\n\n{HELP}"
NOTHING_READ = "Je ne sais pas lire ce genre de message. Écrivez un texte, ou envoyez une photo, un document ou un message vocal."
EDIT_TOO_LATE = "Cette modification n’a pas pu être prise. Écrivez ce qui a changé dans un nouveau message."


def which_kind(to: str, *, kept: bool) -> str:
    """Asks what it is about, once it is known to whom it is written."""
    start = "Votre message est gardé. " if kept else ""
    rights = "Ce que vous envoyez sert à répondre à votre demande. Vos droits\u00a0: /supprimer"
    return f"Vous écrivez {to}. {start}De quoi s’agit-il\u202f?\n\n{rights}"


def in_category(category: str) -> str:
    """Asks for one of a category."""
    return f"{category}\u00a0: de quoi s’agit-il\u202f?"


def write_now(title: str, form: str) -> str:
    """Asks for the request itself; `form` is the page that asks more precisely, empty where there is none."""
    more = f"\n\nCette demande a aussi un formulaire, plus précis\u00a0: {form}" if form else ""
    return (
        f"{title}\u00a0: décrivez votre demande, de préférence en un seul message. Vous pouvez joindre des photos ou votre position.{more}"
    )


def no_place(asked: str) -> str:
    """Nothing has that name."""
    return f"Je ne trouve pas «\u00a0{asked[:60]}\u00a0».\n\n{WHICH_PLACE}"


def not_here(name: str) -> str:
    """A commune that is not among those that use the service."""
    return f"{name} n’utilise pas ce service\u00a0: adressez-vous directement à sa mairie. Pour une autre commune, envoyez son nom."


def receipt(sender: str) -> str:
    """The acknowledgement in short: the whole of it, with what the law wants said, is on the page that the link beneath leads to."""
    return (
        f"Votre demande est bien arrivée\u00a0: {sender}. L’accusé de réception complet, avec les délais et vos recours, est sur la page "
        "de votre demande. Ce que vous écrivez ici s’y ajoute."
    )


def added(reference: str) -> str:
    """What was written goes with the request."""
    return f"Ajouté à votre demande {reference}. La suivre\u00a0: /suivi. Parler d’autre chose\u00a0: /fin"


def goes_on(reference: str, title: str) -> str:
    """A request is under way."""
    return (
        f"Votre demande {reference} ({title}) est en cours\u00a0: ce que vous écrivez ici s’y ajoute.\n\n"
        "La suivre\u00a0: /suivi. En commencer une autre\u00a0: /fin, puis écrivez."
    )


def follow(reference: str, link: str) -> str:
    """Where the request can be followed."""
    return f"Votre demande {reference}\u00a0: {link}\n\nCe lien est personnel\u00a0: qui l’a peut lire votre demande."


def too_heavy(names: Sequence[str], link: str) -> str:
    """Files that Telegram does not hand over."""
    what = ", ".join(f"«\u00a0{name}\u00a0»" for name in names)
    where = f"Déposez-le sur la page de votre demande\u00a0: {link}" if link else "Envoyez-en un plus léger."
    return f"{what} dépasse 20\u00a0Mo\u00a0: Telegram ne nous le donne pas. {where}"


def code_sent(address: str) -> str:
    """A code is on its way."""
    return f"Un code à six chiffres est parti à {address}. Écrivez-le ici dans les 15 minutes. Rien reçu\u202f? /courriel, ou /annuler"


def code_wrong(left: int) -> str:
    """A code that is not the one sent."""
    tries = f"{left} {'essai' if left == 1 else 'essais'}"
    return f"Ce n’est pas ce code. Encore {tries}. Recevoir un autre code\u00a0: /courriel. Renoncer\u00a0: /annuler"


def address_proved(address: str) -> str:
    """The address is his."""
    return f"Merci, l’adresse {address} est confirmée. Vous pouvez continuer à écrire ici."


def number_noted(number: str) -> str:
    """The number is his."""
    return f"Merci, votre numéro {number} est noté. Vous pouvez continuer à écrire ici."


def forgotten(reference: str, to: str, contact: str) -> str:
    """What was forgotten, what remains, and whom to ask."""
    start = "C’est fait\u00a0: ce robot a oublié votre commune, vos choix, vos messages gardés et les adresses que vous avez confirmées."
    remains = (
        f"Votre demande {reference} reste {to}, qui doit la traiter et la garder le temps prévu par la loi."
        if reference
        else "Si une demande a été transmise, l’organisme qui l’a reçue la garde le temps prévu par la loi."
    )
    ask = (
        f"Pour la lire, la faire corriger ou effacer, écrivez à {contact}." if contact else "Pour la lire ou la faire effacer, écrivez-lui."
    )
    proof = "Le registre de ce qui est arrivé garde ces messages comme preuve, pour un temps limité lui aussi."
    yours = "Les messages de cette conversation restent dans votre Telegram\u00a0: vous pouvez les y effacer."
    return f"{start}\n\n{remains} {proof} {ask}\n\n{yours}"


def letter(code: str, to: str) -> str:
    """The mail that carries a code."""
    return (
        f"Bonjour,\n\nVotre code est {code}.\n\nÉcrivez-le dans la conversation Telegram où vous avez donné cette adresse\u202f; il est "
        f"valable 15 minutes. Il confirme que cette adresse est la vôtre, pour que l’on puisse vous répondre.\n\n"
        f"Si vous n’avez rien demandé, ne faites rien\u00a0: sans ce code, votre adresse n’est pas utilisée.\n\n{to}"
    )


CODE_SUBJECT = "Votre code de confirmation"
