"""What the counter allows: how long what is typed may be."""

from __future__ import annotations

LONGEST = {"objet": 200, "texte": 20_000, "qui": 200, "courriel": 254, "telephone": 40, "adresse": 1000, "type": 120, "service": 120}
LONGEST_WORDS = 60_000  # characters: the answers of a type in words, and what was said besides
LONGEST_WAIT = 5.0  # seconds until the agent is shown the ledger's word instead of the ticket
