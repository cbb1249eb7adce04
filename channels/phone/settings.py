"""What an operator says of a telephone line: its numbers, its switchboard's clock, where its records lie, what is kept."""

from __future__ import annotations

import base64
import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator

from channels.phone import table
from channels.phone.heard import is_extension
from grc.errors import BadInput
from grc.messages.accounts import NewAccount
from grc.people.phone import number

_TOLD: Mapping[str, str] = {
    "number": "écrivez le numéro de la ligne, ou plusieurs avec des virgules, par exemple number=0558001122",
    "zone": "écrivez le fuseau de l’horloge du standard, par exemple zone=Europe/Paris, ou zone=UTC si cdr.conf a usegmtime=yes",
    "mapping": "dites quelle colonne est quoi, par exemple mapping='id=Référence; start=Début; from=Appelant; to=Appelé; talk=Durée'",
    "follow": "écrivez le chemin entier d’un fichier que grc peut lire, par exemple follow=/var/log/asterisk/cdr-csv/Master.csv",
    "service": "écrivez le nom court du service qui répond, par exemple service=accueil",
    "queues": "écrivez file:service, avec des virgules, par exemple queues=urbanisme:urbanisme,mairie:accueil",
    "voicemail": "écrivez l’adresse d’où le standard envoie les messages vocaux, par exemple voicemail=asterisk@pbx.mairie.example",
    "recordings": "écrivez recordings=yes pour garder les enregistrements que le standard dépose, sinon ne l’écrivez pas",
    "keep_days": "écrivez combien de jours un enregistrement est gardé, de 1 à 180 (la CNIL admet six mois au plus)",
    "hook": "écrivez un mot de votre choix, un autre si l’adresse que le standard appelle a été divulguée",
    "call_back_days": "écrivez jusqu’à quand un appel manqué est à rappeler, de 1 à 60 jours",
}


class PhoneAccount(BaseModel):
    """The keys of `grc account add phone`."""

    model_config = ConfigDict(frozen=True, extra="forbid", hide_input_in_errors=True)

    number: str
    zone: str = "Europe/Paris"
    mapping: str = Field("", max_length=2000)
    follow: str = ""
    service: str = Field("", pattern=r"^[a-z0-9-]{0,60}$")
    queues: str = Field("", max_length=1000, pattern=r"^([^:,]+:[a-z0-9-]+(,[^:,]+:[a-z0-9-]+)*)?$")
    voicemail: str = Field("", max_length=254, pattern=r"^([^\s@]+@[^\s@]+)?$")
    recordings: Literal["yes", "no"] = "no"
    keep_days: int = Field(30, ge=1, le=180)
    call_back_days: int = Field(7, ge=1, le=60)
    hook: str = Field("", max_length=60)

    @field_validator("number")
    @classmethod
    def _numbers(cls, value: str) -> str:
        read = [number(part) for part in value.split(",")]
        if not all(read) or all(is_extension(one) for one in read):
            raise ValueError(_TOLD["number"])
        return ",".join(dict.fromkeys(read))

    @field_validator("zone")
    @classmethod
    def _zone(cls, value: str) -> str:
        try:
            ZoneInfo(value)
        except (ZoneInfoNotFoundError, ValueError, OSError):
            raise ValueError(_TOLD["zone"]) from None
        return value

    @field_validator("mapping")
    @classmethod
    def _mapping(cls, value: str) -> str:
        if value:
            table.mapping(value)
        return value

    @field_validator("follow")
    @classmethod
    def _whole(cls, value: str) -> str:
        if value and not Path(value).is_absolute():
            raise ValueError(_TOLD["follow"])
        return value


@dataclass(frozen=True, slots=True)
class Line:
    """A telephone line in use, as its settings have it. `services` are those of the collectivity by their short names."""

    collectivity_id: int
    account_id: int
    name: str
    own: Sequence[str]
    service_id: int | None  # None: every agent of the collectivity sees its calls
    queues: Mapping[str, int]
    zone: str
    mapping: str
    recordings: bool
    keep_days: int
    call_back_days: int
    voicemail: str

    def service_of(self, queue: str) -> int | None:
        """The service that answers a queue, by its name in any case."""
        return self.queues.get(" ".join(queue.lower().split()), self.service_id)

    def reading(self) -> dict[str, Any]:
        """What it takes to read a record of this line, as an arrival carries it."""
        return {"zone": self.zone, "mapping": self.mapping}


def read_account(values: Mapping[str, str], key: bytes) -> NewAccount:
    """The line that KEY=VALUE pairs describe. `key`: of the installation, from which the token of its address follows, so that the line
    added again has the same one unless another word is given for `hook`. Raises BadInput that names the key and how to mend it."""
    try:
        given = PhoneAccount.model_validate(values)
    except ValidationError as error:
        fault = error.errors()[0]
        name = str(fault["loc"][0])
        said = str(fault.get("ctx", {}).get("error", "")) if name == "mapping" else ""
        told = _TOLD.get(name, f"clé inconnue (celles qui sont connues\u00a0: {', '.join(_TOLD)})")
        raise BadInput(name, f"{said}\u00a0; {told}" if said else told) from None
    kept, name = given.model_dump(exclude={"number", "hook"}) | {"own": given.number.split(",")}, given.number.partition(",")[0]
    token = hmac.digest(key, f"phone {name} {given.hook}".encode(), hashlib.sha256)[:24]
    return NewAccount(name, kept, {"hook": base64.urlsafe_b64encode(token).decode()})


def line_of(collectivity_id: int, account_id: int, name: str, settings: Mapping[str, Any], services: Mapping[str, int]) -> Line:
    """The line of an account."""
    queues = (pair.partition(":") for pair in str(settings.get("queues") or "").split(",") if pair)
    return Line(
        collectivity_id,
        account_id,
        name,
        tuple(settings.get("own") or (name,)),
        services.get(settings.get("service") or ""),
        {" ".join(queue.lower().split()): services[slug] for queue, _, slug in queues if slug in services},
        str(settings.get("zone") or "Europe/Paris"),
        str(settings.get("mapping") or ""),
        settings.get("recordings") == "yes",
        int(settings.get("keep_days") or 30),
        int(settings.get("call_back_days") or 7),
        str(settings.get("voicemail") or "").lower(),
    )
