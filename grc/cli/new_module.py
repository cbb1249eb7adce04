"""`grc new-module`: a folder of one type of request, sound at once, to be made one's own."""

from __future__ import annotations

import argparse
from pathlib import Path

from grc.settings import Settings

NAME = "new-module"
HELP = "crée un module : un dossier avec un type de demande qui marche aussitôt, à faire sien"

BASE = "general"

_DEFINITION = """\
# {heading} : dites ici à quoi sert cette demande.
name: {name}
version: 1
extends: {{name: {base}, version: {version}}}   # sa vie, ses délais, ses textes ; ce qui suit s’y ajoute ou le remplace
title: {title}
summary: {summary}
category: Autres demandes
icon: message-square
keywords: []

# La loi : quand le silence vaut rejet (svr) ou accord (sva), au bout de combien de mois, par quel article. Demandez à un juriste.
legal:
  regime: svr
  months: 2
  article: L231-4
  why: Aucun texte ne prévoit de procédure pour cette demande ; le silence gardé deux mois vaut rejet.

# Ce qui est demandé, en plus du message : text, long_text, number, date, choice, check, place, person, file, record, group…
fields:
  - name: precision
    kind: text
    label: Une précision
    required: false

# Une vie que ce type promet, en plus de celles de « {base} » : « grc workflow check » la rejoue.
scenarios:
  - title: Quelqu’un demande, un agent répond et clôt
    life:
      - happens: opened
        by: citizen
        data: {{channel: form, may_answer: true, automatic: false}}
        fields: {{precision: Pour samedi.}}
        state: received
      - {{happens: agent_reply, by: agent, state: in_progress}}
      - {{happens: "transition:close", by: agent, data: {{answered: true}}, state: closed}}
"""

_README = """\
# {title}

What this request is for, in a sentence.

| File | What |
|---|---|
| `definition.yaml` | the request: law, form, life, texts, and the scenarios it promises; it begins as `{base}` |

`grc workflow check` says, by line, what is wrong with it. What else a module may hold: `workflows/shelves.py`.
"""


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NOM", help="en minuscules sans accent, par exemple location_velo")
    parser.add_argument("--title", default="", metavar="TITRE", help="comme une personne le dirait ; sans lui, le nom")


def run(args: argparse.Namespace, settings: Settings) -> int:
    from grc.errors import BadInput, Misconfigured
    from workflows import shelves
    from workflows.catalogue import catalogue

    root = settings.modules_dir or shelves.MODULES
    if not shelves.is_name(args.name):
        raise BadInput("NOM", f"« {args.name} » n’est pas un nom de module : des minuscules sans accent, des chiffres et _")
    if args.name in catalogue().newest or args.name in {folder.name for folder in shelves.folders(*shelves.roots())}:
        raise BadInput("NOM", f"« {args.name} » existe déjà : choisissez un autre nom")
    title = " ".join(args.title.split()) or args.name.replace("_", " ").capitalize()
    values = {"name": args.name, "title": title, "base": BASE, "version": catalogue().get(BASE).version}
    folder = root / args.name
    try:
        folder.mkdir()
        (folder / "README.md").write_text(_README.format(**values), encoding="utf-8")
        quoted = {"title": _quoted(title), "summary": _quoted(f"Ce que l’on demande en choisissant « {title} »."), "heading": title}
        (folder / "definition.yaml").write_text(_DEFINITION.format(**values | quoted), encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{folder} ne peut pas être créé ({error.strerror})") from error
    print(_next(folder))
    return 0


def _quoted(title: str) -> str:
    """The title as YAML takes it, whatever is in it."""
    plain = all(sign not in title for sign in ":#{}[]\"'&*!|>%@`,") and title[:1].isalpha()
    return title if plain else '"' + title.replace("\\", "\\\\").replace('"', '\\"') + '"'


def _next(folder: Path) -> str:
    return f"{folder}\nÀ lire, puis à faire sien : {folder / 'definition.yaml'} ; ensuite : grc workflow check"
