"""What the counter allows: how long what is typed may be."""

from __future__ import annotations

LONGEST = {"objet": 200, "texte": 20_000, "qui": 200, "courriel": 254, "telephone": 40, "adresse": 1000, "type": 120, "service": 120}
LONGEST_WAIT = 5.0  # seconds until the agent is shown the ledger's word instead of the ticket
