"""Appointments as calendars read them (RFC 5545). Pure."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import Literal

from grc.tickets.appointments import Appointment

TYPE = "text/calendar"
WORDS = {"visit": "Visite", "remote": "Prise en main à distance", "phone": "Appel téléphonique"}
_STATES = {"planned": "CONFIRMED", "done": "CONFIRMED", "cancelled": "CANCELLED"}


def calendar(
    appointments: Iterable[Appointment], public_url: str, now: datetime, *, whose: Literal["agent", "requester"], name: str = ""
) -> bytes:
    """A calendar of these appointments. An agent's says whom each is for and leads to the ticket; a requester's says who comes.

    An appointment keeps its UID and counts its changes, so that a calendar which has it takes the latest.
    """
    from icalendar import Calendar, Event  # heavy: only where a calendar is written

    made = Calendar()
    made.add("prodid", "-//GRC//Rendez-vous//FR")
    made.add("version", "2.0")
    if name:
        made.add("x-wr-calname", name)
    listed = list(appointments)
    cancels = whose == "requester" and bool(listed) and all(one.state == "cancelled" for one in listed)
    made.add("method", "CANCEL" if cancels else "PUBLISH")
    for one in listed:
        event = Event()
        event.add("uid", f"rendez-vous-{one.key.collectivity_id}-{one.id}@{_host(public_url)}")
        event.add("dtstamp", now.astimezone(UTC))
        event.add("dtstart", one.starts_at.astimezone(UTC))
        event.add("dtend", one.ends_at.astimezone(UTC))
        event.add("sequence", one.changes)
        event.add("status", _STATES[one.state])
        event.add("summary", _summary(one, whose))
        event.add("description", _description(one, public_url, whose))
        if one.place:
            event.add("location", one.place)
        made.add_component(event)
    written: bytes = made.to_ical()
    return written


def _summary(one: Appointment, whose: str) -> str:
    if whose == "agent":
        return f"{WORDS[one.kind]} : {one.member or one.requester_name}, {one.subject}"
    return f"{WORDS[one.kind]} : {one.subject}"


def _description(one: Appointment, public_url: str, whose: str) -> str:
    if whose == "agent":
        return f"Demande {one.reference}\n{public_url}/agent/demandes/{one.reference}"
    return f"Demande {one.reference}, avec {one.agent}"


def _host(public_url: str) -> str:
    return public_url.partition("://")[2].partition("/")[0].partition(":")[0] or "localhost"
