"""Authentication-Results as mail servers write them, and as somebody would have them read."""

from __future__ import annotations

import pytest

from grc.messages.authentication import dmarc

OURS, DOMAIN = "mx.ville.example", "ville.example"
PASS = f"{OURS}; dmarc=pass header.from={DOMAIN}"
FAIL = f"{OURS}; dmarc=fail header.from={DOMAIN}"


@pytest.mark.parametrize(
    "result",
    [
        PASS,
        PASS.upper(),
        f"{OURS} 1; spf=pass smtp.mailfrom=x@y.example; dmarc=pass (p=NONE sp=NONE dis=NONE) header.from={DOMAIN}",
        f"{OURS}; dmarc=pass(p=none dis=none)header.from={DOMAIN}",
        f'"{OURS}"; dmarc = pass header.from = "{DOMAIN}"',
        f"(filtre) {OURS} (1) ; dkim=pass header.i=@{DOMAIN} (\\) ; dmarc=fail) ; dmarc/1=pass header.from={DOMAIN}",
    ],
)
def test_what_our_server_says_is_read_however_it_writes_it(result: str) -> None:
    assert dmarc([result], OURS, DOMAIN) == "pass"


@pytest.mark.parametrize(
    "results",
    [
        [f"autre.example; dmarc=pass header.from={DOMAIN}"],
        [f"{OURS}.autre.example; dmarc=pass header.from={DOMAIN}"],
        [FAIL, PASS],
        [f"{OURS}; none", PASS],
        [f"{PASS}; dmarc=fail header.from={DOMAIN}"],
        [f"{OURS}; dkim=pass (dmarc=pass header.from={DOMAIN})"],
        [f'{OURS}; spf=pass reason="x; dmarc=pass header.from={DOMAIN}"'],
        [f'{OURS}; spf=pass smtp.mailfrom="x; dmarc=pass header.from={DOMAIN}'],
        [f"{PASS}; spf=pass smtp.mailfrom=x(y"],
        [f"{OURS}; dmarc=pass header.from=autre.example header.from={DOMAIN}"],
        [f"{OURS}; dmarc=pass smtp.mailfrom={DOMAIN}"],
        [f"{OURS}; dmarc=bestguesspass header.from={DOMAIN}"],
        [f"{OURS}; dmarc=pass"],
        [f"i=1; {PASS}"],
    ],
)
def test_nothing_else_makes_an_address_proved(results: list[str]) -> None:
    assert dmarc(results, OURS, DOMAIN) != "pass"


def test_without_a_server_we_trust_nothing_is_judged() -> None:
    assert dmarc([f"; dmarc=pass header.from={DOMAIN}", PASS], "", DOMAIN) == "none"
