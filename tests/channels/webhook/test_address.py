"""Which addresses may be called: those of the internet, and the networks that the operator lets be called; nothing else in any disguise."""

from __future__ import annotations

from ipaddress import ip_network

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.messages.internet import is_allowed, networks, refused

PUBLIC = ["93.184.215.14", "8.8.8.8", "2606:2800:21f:cb07:6820:80da:af6b:8b2c", "::ffff:8.8.8.8", "64:ff9b::808:808", "2002:808:808::1"]
OURS = [
    "127.0.0.1", "127.8.9.10", "0.0.0.0", "10.0.0.1", "172.16.0.1", "172.31.255.254", "192.168.1.1", "169.254.169.254", "100.64.0.1",
    "192.0.0.1", "192.0.2.1", "198.18.0.1", "198.51.100.7", "203.0.113.7", "224.0.0.1", "240.0.0.1", "255.255.255.255", "168.63.129.16",
    "192.88.99.1", "::", "::1", "fe80::1", "fe80::1%eth0", "fc00::1", "fd12:3456::1", "fec0::1", "ff02::1", "2001:db8::1", "3fff::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::127.0.0.1", "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "64:ff9b:1::1", "2002:7f00:1::1",
    "2002:a00:1::", "2001:0:7f00:1::", "::ffff:0:127.0.0.1", "::ffff:0:0:1",
]  # fmt: skip


@pytest.mark.parametrize("address", PUBLIC)
def test_an_address_of_the_internet_may_be_called(address: str) -> None:
    assert refused(address) == ""


@pytest.mark.parametrize("address", OURS)
def test_what_only_this_machine_or_its_network_reaches_may_not(address: str) -> None:
    assert "GRC_WEBHOOK_ALLOW" in refused(address)


@pytest.mark.parametrize("text", ["", "localhost", "127.1", "0x7f000001", "2130706433", "127.0.0.1:80", "[::1]", "::1/128"])
def test_what_is_no_address_may_not(text: str) -> None:
    assert refused(text)


def test_the_operator_lets_networks_be_called_and_no_others() -> None:
    allow = networks("127.0.0.0/8, 192.168.7.4,fd00:7::/32")
    for address in ("127.0.0.1", "::ffff:127.0.0.1", "192.168.7.4", "fd00:7::1", "8.8.8.8"):
        assert refused(address, allow) == ""
    for address in ("192.168.7.5", "10.0.0.1", "::1", "fd00:8::1", "169.254.169.254"):
        assert refused(address, allow)
    assert is_allowed("::ffff:127.0.0.1", allow)
    assert not is_allowed("8.8.8.8", allow)
    assert networks("") == ()


@given(st.ip_addresses(v=4))
def test_an_ipv4_address_fares_the_same_in_every_disguise(address: object) -> None:
    plain = bool(refused(str(address)))
    number = int(ip_network(str(address)).network_address)
    for disguise in (
        f"::ffff:{address}",
        f"64:ff9b::{number >> 16:x}:{number & 0xFFFF:x}",
        f"2002:{number >> 16:x}:{number & 0xFFFF:x}::1",
    ):
        assert bool(refused(disguise)) == plain, disguise


@given(st.text(max_size=40))
def test_whatever_stands_for_an_address_is_answered(text: str) -> None:
    assert isinstance(refused(text), str)
