"""`grc new-channel`: a folder of one way in and out that works at once, with its test, to be made one's own."""

from __future__ import annotations

import argparse
import re
from pathlib import Path

from grc.settings import Settings

NAME = "new-channel"
HELP = "crée un canal : un dossier qui reçoit et répond aussitôt, avec son essai, à faire sien"

SAMPLE, PACKAGE = "sample", "grc.sample"
CHECKOUT = Path(__file__).resolve().parents[2]
_NAME = re.compile(r"^[a-z]{3,20}$")  # also the kind of its addresses


def add_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("name", metavar="NOM", help="de 3 à 20 lettres minuscules sans accent, par exemple signal")
    parser.add_argument(
        "--in", dest="root", type=Path, default=CHECKOUT, metavar="DOSSIER", help="où se trouvent channels/ et tests/channels/"
    )


def run(args: argparse.Namespace, settings: Settings) -> int:
    from grc import sample
    from grc.errors import BadInput, Misconfigured

    name, source = args.name, Path(sample.__file__).parent
    if not _NAME.match(name) or name in (SAMPLE, "email", "tel", "post"):
        raise BadInput("NOM", f"« {name} » n’est pas un nom de canal : de 3 à 20 lettres minuscules sans accent")
    folder, tests = args.root / "channels" / name, args.root / "tests" / "channels" / name
    if any(place.exists() for place in (folder, tests, CHECKOUT / "channels" / name, CHECKOUT / "modules" / name)):
        raise BadInput("NOM", f"« {name} » existe déjà : choisissez un autre nom")
    try:
        folder.mkdir(parents=True)
        tests.mkdir(parents=True)
        for path in sorted(source.iterdir()):
            if path.suffix in (".py", ".md"):
                (folder / path.name).write_text(_named(path, name), encoding="utf-8")
        (tests / "test_channel.py").write_text(_named(source / "test_channel.txt", name), encoding="utf-8")
    except OSError as error:
        raise Misconfigured(f"{folder} ne peut pas être créé ({error.strerror})") from error
    print(f"{folder}\nÀ lire, puis à faire sien : {folder / 'README.md'} ; ensuite : script/test {tests} tests/architecture")
    return 0


def _named(path: Path, name: str) -> str:
    """A file of the sample as that of a channel called `name`."""
    text = path.read_text(encoding="utf-8").replace(PACKAGE, f"channels.{name}")
    return text.replace(SAMPLE, name).replace(SAMPLE.capitalize(), name.capitalize())
