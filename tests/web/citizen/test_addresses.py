"""An address is completed by the installation's geocoder, in bounded time; without one, or where it is away, a text is enough."""

from __future__ import annotations

import asyncio
import time
from collections.abc import AsyncIterator
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from grc.settings import Settings
from grc.web.citizen.addresses import suggestions
from grc.web.headers import PAGE_POLICY
from grc.web.places import geocoder as address_of
from grc.web.places import places
from tests.makers.citizen import Site
from tests.makers.geocoder import Geocoder, feature, geocoder


@pytest.fixture
async def there() -> AsyncIterator[Geocoder]:
    async with geocoder() as running:
        yield running


@pytest.fixture
def settings(settings: Settings, there: Geocoder) -> Settings:
    return settings.model_copy(update={"geocoder_url": there.url})


async def found(site: Site, query: str) -> Any:
    answer = await site.get(f"/adresses?{query}")
    assert answer.status == 200
    return await answer.json()


async def test_an_address_is_completed_within_its_commune(site: Site, there: Geocoder) -> None:
    assert await found(site, "q=12+rue+des&commune=40902") == [
        {"text": "12 Rue des Pins 40200 Sainte-Mer", "lat": "43.890000", "lon": "-0.500000", "insee": "40902", "commune": "Sainte-Mer"}
    ]
    assert there.asked == [{"q": "12 rue des", "limit": "6", "autocomplete": "1", "index": "address", "citycode": "40902"}]


async def test_a_few_letters_ask_nobody(site: Site, there: Geocoder) -> None:
    assert await found(site, "q=12") == []
    assert there.asked == []


async def test_a_geocoder_that_is_silent_keeps_nobody_waiting(site: Site, there: Geocoder) -> None:
    there.silent = True
    begun = time.monotonic()
    answers = await asyncio.gather(*(found(site, "q=12+rue+des+Pins") for _ in range(12)))
    assert answers == [[]] * 12
    assert time.monotonic() - begun < 6
    assert len(there.asked) == 8


@pytest.mark.parametrize("answer", [b"", b"{", b"[" * 90_000, b"<html>", b" " * 200_000, b'{"features": 3}', b'{"features": [null, {}]}'])
async def test_what_is_not_understood_is_no_suggestion(site: Site, there: Geocoder, answer: bytes) -> None:
    there.answer = answer
    assert await found(site, "q=12+rue+des+Pins") == []


async def test_a_refusal_is_no_suggestion(site: Site, there: Geocoder) -> None:
    there.status = 500
    assert await found(site, "q=12+rue+des+Pins") == []


json = st.recursive(
    st.none() | st.booleans() | st.floats() | st.text(max_size=8),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["features", "geometry", "coordinates", "properties"]), inner)
    ),
)


@given(json)
def test_no_answer_breaks_the_reading(answer: Any) -> None:
    assert all(set(one) == {"text", "lat", "lon", "insee", "commune"} for one in suggestions(answer))


def test_an_answer_is_bounded() -> None:
    told = suggestions({"features": [feature("x" * 900)] * 50})
    assert len(told) == 6
    assert len(told[0]["text"]) == 200


def test_a_root_gets_the_paths_of_the_ign_and_a_whole_address_stays() -> None:
    root = Settings(geocoder_url="https://geo.example", tiles_url="https://tiles.example")
    assert address_of(root) == "https://geo.example/geocodage/search"
    assert places(root).tiles.startswith("https://tiles.example/wmts?SERVICE=WMTS")
    whole = Settings(geocoder_url="https://geo.example/search", tiles_url="https://tiles.example/{z}/{x}/{y}.png")
    assert address_of(whole) == "https://geo.example/search"
    assert places(whole).tiles == "https://tiles.example/{z}/{x}/{y}.png"


def test_only_the_pictures_of_a_map_come_from_elsewhere() -> None:
    assert places(Settings()).policy == PAGE_POLICY
    policy = places(Settings(tiles_url="https://tiles.example")).policy
    assert policy.replace(" https://tiles.example", "") == PAGE_POLICY
    assert "img-src 'self' https://tiles.example data:" in policy
