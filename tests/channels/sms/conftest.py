"""The two providers on this machine, and the stories' fixtures."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from tests.makers.sms import Sms
from tests.makers.sms import sms as listening


@pytest.fixture
async def sms() -> AsyncIterator[Sms]:
    """OVHcloud and Twilio, listening."""
    async with listening() as running:
        yield running
