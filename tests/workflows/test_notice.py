"""Texts that an administrator writes: variables and conditions, nothing that reaches the program, HTML that says what the text says."""

from __future__ import annotations

from datetime import date
from time import process_time
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests.makers.loans import loan
from workflows.notice import LONGEST, BadText, fill, unknown, values_of, written

VALUES: dict[str, Any] = {"subject": "Chaises", "chaises": "20", "motif": "", "reference": "2-7K4Q"}


def test_a_text_says_its_variables_and_what_its_conditions_let_through() -> None:
    told = fill("{% if motif %}Non : {{ motif }}{% elif chaises %}{{ chaises }} {{ subject | lower }}{% else %}rien{% endif %}", VALUES)
    assert told == "20 chaises"


def test_a_variable_that_nobody_gives_is_an_error_and_never_a_blank() -> None:
    with pytest.raises(BadText, match="inconnu"):
        fill("{{ inconnu }}", VALUES)
    assert unknown("{{ inconnu }} {{ chaises }} {% if autre %}{{ reference }}{% endif %}", ["chaises"]) == ("autre", "inconnu")
    assert unknown("{{ greeting }}, {{ tracking_url }} {{ signature }}", []) == ()


REACHING = [
    "{{ subject.__class__ }}",
    "{{ subject.__class__.__mro__[1].__subclasses__() }}",
    "{{ subject['__class__'] }}",
    "{{ subject | attr('__class__') }}",
    "{{ self._TemplateReference__context }}",
    "{{ '{0.__class__}'.format(subject) }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ lipsum }}",
    "{{ range(10) }}",
    "{{ dict() }}",
    "{{ subject.encode() }}",
]


@pytest.mark.parametrize("text", REACHING)
def test_a_text_does_not_reach_the_program(text: str) -> None:
    with pytest.raises(BadText):
        fill(text, VALUES)


GROWING = [
    "{{ subject * 1000000000 }}",
    "{{ 'a' * 1000000000 }}",
    "{{ 9 ** 9 ** 9 }}",
    "{{ '%1000000000d' % 1 }}",
    "{{ 'a'.ljust(1000000000) }}",
    "{{ '{:>1000000000}'.format('a') }}",
    "{{ subject.replace('a', 'aaaaaaaaaa').replace('a', 'aaaaaaaaaa') }}",
    "{{ subject | center(1000000000) }}",
    "{{ subject | indent(1000000000, true) }}",
    "{% for a in subject %}{{ a }}{% endfor %}",
    "{%- for a in subject %}{{ a }}{% endfor %}",
    "{%+ for a in subject %}{{ a }}{% endfor %}",
    "{% set a = subject %}",
    "{% macro a() %}{{ a() }}{% endmacro %}",
    "{% include 'ack/body.txt' %}",
    "{% import 'x' as x %}",
    "{% filter upper %}x{% endfilter %}",
    "{%\nfor a in subject %}{{ a }}{% endfor %}",
]


@pytest.mark.parametrize("text", GROWING)
def test_a_text_neither_loops_nor_makes_a_long_one_of_a_short_one(text: str) -> None:
    with pytest.raises(BadText):
        fill(text, VALUES)
    with pytest.raises(BadText):
        unknown(text, VALUES)  # and that is told when it is written


def test_a_text_that_becomes_too_long_is_refused() -> None:
    with pytest.raises(BadText, match="trop long"):
        fill("{{ subject }}", {"subject": "a" * (LONGEST + 1)})


NO_TEMPLATE = ["{{", "{% if %}", "{% if x %}", "{{ a b }}", "{% for a in b %}{% endfor %}", "{{ x | nothing }}", "{{ " + "(" * 5000]


@pytest.mark.parametrize("text", NO_TEMPLATE, ids=lambda text: text[:20])
def test_what_is_no_template_says_so(text: str) -> None:
    with pytest.raises(BadText):
        unknown(text, ["subject", "x", "a", "b"])


@given(st.text(alphabet="{}%# iforelsnd_.()[]|'\"*+~a1\n-", max_size=40))
def test_whatever_is_written_is_either_filled_in_or_refused_in_words(text: str) -> None:
    try:
        told = fill(text, VALUES)
    except BadText as refused:
        told = str(refused)
    assert told or not text.strip("\n") or "{" in text


def test_a_text_becomes_paragraphs_lists_and_links_and_its_subject_one_line() -> None:
    got = written("Votre\n{{ subject }}", "Bonjour,\n\nVoyez https://grc.example/suivi/a?b=1&c=2.\nMerci\n\n- un\n- deux\n", VALUES)
    assert got.subject == "Votre Chaises"
    assert got.text == "Bonjour,\n\nVoyez https://grc.example/suivi/a?b=1&c=2.\nMerci\n\n- un\n- deux\n"
    assert got.html == (
        '<p>Bonjour,</p>\n<p>Voyez <a href="https://grc.example/suivi/a?b=1&amp;c=2">https://grc.example/suivi/a?b=1&amp;c=2</a>.<br>Merci</p>\n'
        "<ul><li>un</li><li>deux</li></ul>\n"
    )


@pytest.mark.parametrize(
    "value",
    [
        "<script>alert(1)</script>",
        '"><img src=x onerror=alert(1)>',
        'https://a.example/"onmouseover="x',
        "javascript:alert(1)",
        "&amp;<b>",
        "{{ 7 }}",
    ],
)
def test_what_a_citizen_typed_is_shown_and_never_runs(value: str) -> None:
    html = written("{{ subject }}", "{{ subject }}\n\n- {{ subject }}", {"subject": value}).html
    for sign in ("<script", "<img", "<b>", 'href="javascript', 'onmouseover="x"', " onerror=alert(1)>"):
        assert sign not in html
    assert "&amp;amp;" in html or "&amp;" not in value
    assert "{{ 7 }}" in html or "{{" not in value, "nor is it a template"


def test_fields_are_said_in_words_dates_with_their_day_and_an_empty_one_is_empty() -> None:
    said = values_of(loan(), {"chaises": 1200, "urgence": "haute", "prix": 12.5}, {"today": date(2026, 3, 1), "subject": "S"})
    assert (said["chaises"], said["urgence"], said["prix"]) == ("1\u202f200", "Haute", "12,5\u00a0€")
    assert said["today"].replace("\u00a0", " ") == "dimanche 1er mars 2026"
    assert (said["motif"], said["lots"]) == ("", "")


@pytest.mark.parametrize(
    "text",
    [
        "{{ " + "not " * 300 + "motif }}", "{% if motif %}" * 120 + "{% endif %}" * 120, "{{ " + "9" * 5_000 + " }}",
        "{{ " + "motif if motif else " * 300 + "motif }}", "{{ " + "motif and " * 900 + "motif }}",
        "{{ " + "(" * 300 + "motif" + ")" * 300 + " }}",
    ],
    ids=lambda text: text[:20],
)  # fmt: skip
def test_a_text_nested_beyond_reason_is_refused_before_it_takes_the_processor(text: str) -> None:
    started = process_time()
    with pytest.raises(BadText):
        unknown(text, ["motif"])
    assert process_time() - started < 5
