"""Computed values are written by people who are no programmers: exact to the cent, and every mistake told with its mend."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st

from workflows.formula import BadFormula, Formula, NoValue, Value, check_types, parse
from workflows.formula_functions import FUNCTIONS
from workflows.formula_values import LONGEST_TEXT

REQUEST: dict[str, Any] = {
    "quantite": 3,
    "prix": Decimal("12.50"),
    "km": 10.5,
    "nom": "Dune",
    "prenom": "Léa",
    "urgence": "haute",
    "impact": 2,
    "debut": date(2026, 3, 1),
    "fin": date(2026, 3, 10),
    "naissance": date(2008, 2, 29),
    "recue": datetime(2026, 3, 9, 23, 30, tzinfo=UTC),
    "abonne": True,
    "lignes.montant": [Decimal("19.90"), None, 5],
    "lignes.jour": [date(2026, 3, 4), date(2026, 3, 2)],
    "lignes.libelle": ["terreau", "pelle"],
    "participants": [{"nom": "Léa"}, {}],
    "options": ["cantine", "garderie"],
    "rien": None,
    "vide": "",
    "aucune": [],
}
KINDS = {
    **dict.fromkeys(("quantite", "prix", "km", "impact", "rien"), "number"),
    **dict.fromkeys(("nom", "prenom", "urgence", "vide"), "text"),
    **dict.fromkeys(("debut", "fin", "naissance", "recue"), "date"),
    **dict.fromkeys(("lignes.montant", "lignes.jour", "lignes.libelle", "participants", "options", "aucune"), "list"),
    "abonne": "bool",
}


def value(text: str, **more: Any) -> Value:
    return parse(text).value({**REQUEST, **more}.__getitem__)


def refusal(text: str) -> BadFormula | None:
    """Why this is no formula; None where it is one."""
    try:
        parse(text)
    except BadFormula as error:
        return error
    return None


def outcome(formula: Formula, read: Callable[[str], Any] = REQUEST.__getitem__) -> Value | NoValue:
    try:
        return formula.value(read)
    except NoValue as error:
        return error


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("quantite * prix", "37.50"),
        ("sum(lignes.montant) * 1.2", "29.880"),
        ("count(participants)", "2"),
        ("count(lignes.montant)", "2"),
        ("days(debut, fin) + 1", "10"),
        ('if(urgence = "haute", 1, 3)', "1"),
        ("max(2, impact + quantite - 1)", "4"),
        ("min(2, impact + quantite - 1)", "2"),
        ("round(km * 0.35, 2)", "3.68"),
        ("round(-0.125, 2)", "-0.13"),
        ("round(2.5)", "3"),
        ("round(1250, -2)", "1300"),
        ("ceil(days(debut, fin) / 7) * 15", "30"),
        ("floor(-0.5)", "-1"),
        ("abs(prix - 20)", "7.50"),
        ("avg(lignes.montant)", "12.45"),
        ("years(naissance, date(2026, 2, 28))", "17"),
        ("years(naissance, date(2026, 3, 1))", "18"),
        ("fin - debut", "9"),
        ("2 + 3 * 4", "14"),
        ("(2 + 3) * 4", "20"),
        ("10 - 4 - 3", "3"),
        ("-2 * -3", "6"),
        ("0.1 + 0.2", "0.3"),
        ("km * 0", "0"),
        ("0 * -1", "0"),
        ("SUM(lignes.montant)", "24.90"),
        ("sum(1, lignes.montant, rien)", "25.90"),
    ],
)
def test_numbers_are_exact(text: str, expected: str) -> None:
    found = value(text)
    assert isinstance(found, Decimal)
    assert str(found) == str(Decimal(expected)) or found == Decimal(expected)
    assert not found.is_zero() or not found.is_signed()


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("debut + 30", date(2026, 3, 31)),
        ("30 + debut", date(2026, 3, 31)),
        ("debut - 1", date(2026, 2, 28)),
        ("max(debut, lignes.jour)", date(2026, 3, 4)),
        ("date(2026, 12, 31)", date(2026, 12, 31)),
        ("recue", date(2026, 3, 10)),  # it is half past midnight in Paris
        ('nom & " " & prenom', "Dune Léa"),
        ('"Le ""grand"" " & nom', 'Le "grand" Dune'),
        ('quantite * prix & " €"', "37,50 €"),
        ('sum(lignes.montant) * 1.20 & " €"', "29,88 €"),
        ('"du " & debut', "du 1er\u00a0mars\u00a02026"),
        ('abonne & ", " & options', "oui, cantine, garderie"),
        ("debut < fin", True),
        ("debut >= fin", False),
        ('nom <> "Pin"', True),
        ('"Éclair" < "fût"', True),  # as in a dictionary
        ("1 < 2 and not 2 < 1", True),
        ("false or true and false", False),
        ("not quantite = 3", False),
        ('contains(options, "cantine")', True),
        ('contains(options, "car")', False),
        ("if(abonne, prix, 1 / 0)", Decimal("12.50")),
        ("quantite = 0 or 10 / quantite > 3", True),
        ("lignes.libelle", ("terreau", "pelle")),
    ],
)
def test_dates_texts_and_choices(text: str, expected: Value) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("rien * 2", None),
        ("-rien", None),
        ("debut + rien", None),
        ("round(rien, 2)", None),
        ("days(debut, rien)", None),
        ("sum(rien)", Decimal(0)),
        ("sum(aucune)", Decimal(0)),
        ("count(aucune)", Decimal(0)),
        ("avg(aucune)", None),
        ("max(2, rien)", Decimal(2)),
        ("max(rien)", None),
        ("nom & rien", "Dune"),
        ("rien & vide", None),
        ('rien = ""', True),
        ("vide = rien", True),
        ("rien = 0", False),
        ("rien <> 0", True),
        ("rien < 1", False),
        ("rien >= 0", False),
        ("empty(vide)", True),
        ("empty(aucune)", True),
        ("empty(prix)", False),
        ("if(rien, 1, 2)", Decimal(2)),
        ("not rien", True),
        ("rien or true", True),
        ("contains(rien, 1)", False),
    ],
)
def test_a_field_nobody_filled_in_is_empty_and_no_error(text: str, expected: Value) -> None:
    assert value(text) == expected


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("prix / (quantite - 3)", "«\u00a0prix / (quantite - 3)\u00a0»\u00a0: division par zéro"),
        ("nom * 2", "ne va pas entre un texte et un nombre"),
        ("nom + prenom", "écrivez &"),
        ("lignes.montant * 2", "entourez la liste de sum(…)"),
        ('options = "cantine"', "cherchez avec contains"),
        ("sum(nom)", "«\u00a0nom\u00a0» est un texte"),
        ("sum(lignes.libelle)", "la liste contient un texte"),
        ("if(quantite, 1, 2)", "par exemple une comparaison"),
        ("-nom", "attend un nombre"),
        ("max(debut, 1)", "ne se comparent pas"),
        ("debut + 1.5", "un nombre entier"),
        ("debut + 99999999", "sort du calendrier"),
        ("debut - 999999999999999", "sort du calendrier"),
        ("date(2026, 2, 30)", "cette date n’existe pas"),
        ("round(1, 11)", "10 décimales au plus"),
        ("900000000000000 + 900000000000000", "trop grand"),
        ("90000000 * 90000000", "trop grand"),
        ("1 / 0.000000000000000000000001", "trop grand"),
        ("round(999999999999999.9)", "trop grand"),
        ("long & long", "trop long"),
        ("immense", "trop grand"),
        ("autre", "ne peut pas entrer dans un calcul"),
        ("rate + 1", "ce n’est pas un nombre"),
    ],
)
def test_where_there_is_no_value_the_reason_is_told(text: str, why: str) -> None:
    with pytest.raises(NoValue, match=re.escape(why)):
        value(text, long="a" * LONGEST_TEXT, immense=10**15, autre=object(), rate=float("nan"))


@pytest.mark.parametrize(
    ("text", "position", "mend"),
    [
        ("", 0, "la formule est vide"),
        ("prix * ", 7, "il manque une valeur à la fin"),
        ("prix * * 2", 7, "il manque une valeur avant «\u00a0*\u00a0»"),
        ("prix quantite", 5, "il manque un opérateur avant «\u00a0quantite\u00a0»"),
        ("(1 + 2", 6, "il manque une parenthèse fermante"),
        ("1 + 2)", 5, "retirez-la"),
        ("prix * 1,2", 8, "un nombre s’écrit avec un point (1.5)"),
        ("max(10, km * 0,35)", 14, "un nombre s’écrit avec un point (1.5)"),
        ("1 000 * prix", 2, "sans espace"),
        ("prix, 2", 4, "une virgule sépare les valeurs d’une fonction"),
        ("max(1; 2)", 5, "écrivez ,"),
        ("prix × 2", 5, "écrivez *"),
        ("prix ≥ 2", 5, "écrivez >="),
        ("nom = “Dune”", 6, 'écrivez "'),
        ('nom = "Dune', 6, "pas fermé"),
        ("prix * 20%", 9, "divisez par 100"),
        ("prix\u200b", 4, "invisible (U+200B)"),
        ("prix * .5", 7, "0.5"),
        ("somme(lignes.montant)", 0, "vouliez-vous «\u00a0sum\u00a0»"),
        ("Arrondi(prix)", 0, "vouliez-vous «\u00a0round\u00a0»"),
        ("si(abonne, 1, 2)", 0, "vouliez-vous «\u00a0if\u00a0»"),
        ("rond(prix)", 0, "vouliez-vous «\u00a0round\u00a0»"),
        ("zzz(prix)", 0, "choisissez parmi abs, avg"),
        ("abonne et abonne", 7, "vouliez-vous «\u00a0and\u00a0»"),
        ("non abonne", 4, "vouliez-vous «\u00a0not\u00a0»"),
        ("1 < 2 < 3", 6, "on compare deux valeurs à la fois"),
        ("abs(1, 2)", 3, "1, pas 2"),
        ("if(abonne, 1)", 2, "3, pas 2"),
        ("sum()", 3, "1 au moins, pas 0"),
        ("round(1, 2, 3)", 5, "1 ou 2, pas 3"),
        ("max(1, )", 7, "il manque une valeur"),
        ("9" * 16, 0, "trop grand"),
        ("1" + " + 1" * 250, 1000, "1000 signes au plus"),
        ("(" * 31 + "1" + ")" * 31, 30, "30 niveaux au plus"),
    ],
)
def test_a_fault_of_writing_is_told_with_its_place_and_its_mend(text: str, position: int, mend: str) -> None:
    with pytest.raises(BadFormula) as refused:
        parse(text)
    assert mend in refused.value.message
    assert refused.value.position == position


@pytest.mark.parametrize(
    ("text", "fault"),
    [
        ("quantitee * prix", "«\u00a0quantitee\u00a0» n’existe pas\u202f; vouliez-vous «\u00a0quantite\u00a0»\u202f?"),
        ("Quantité * prix", "vouliez-vous «\u00a0quantite\u00a0»"),
        ("ligne.montant", "vouliez-vous «\u00a0lignes.montant\u00a0»"),
        ("abonne = vrai", "vouliez-vous «\u00a0true\u00a0»"),
        ("nom * 2", "«\u00a0*\u00a0» ne va pas entre un texte et un nombre"),
        ("2 * nom * 3", "«\u00a02 * nom\u00a0»"),
        ("lignes.montant + 1", "entourez la liste"),
        ("-lignes.montant", "Entourez la liste de sum(…)"),
        ("participants = 2", "contains(liste, valeur)"),
        ("nom + prenom", "écrivez &"),
        ('debut > "2026-01-01"', "une date s’écrit date(2026, 12, 31)"),
        ("debut + fin", "changez l’une des deux valeurs"),
        ('quantite = "3"', "comparez deux valeurs du même type"),
        ("if(prix, 1, 2)", "par exemple une comparaison"),
        ("abonne and prix", "«\u00a0prix\u00a0» est un nombre"),
        ("max(debut, prix)", "un nombre et une date ne se comparent pas"),
        ("if(abonne, debut, fin) * 2", "ne va pas entre une date et un nombre"),
        ('round("a")', "attend un nombre"),
    ],
)
def test_what_can_never_fit_is_told_before_anybody_asks(text: str, fault: str) -> None:
    (found,) = check_types(parse(text), KINDS)
    assert fault in found


@pytest.mark.parametrize("text", ["if(abonne, prix, nom) * 2", 'prix = ""', "max(lignes.jour) + 1", "debut & participants", "signe * 2"])
def test_what_may_fit_is_let_pass(text: str) -> None:
    assert check_types(parse(text), {**KINDS, "signe": "signature"}) == ()


def test_the_names_a_formula_reads_are_known_without_reckoning() -> None:
    formula = parse("if(abonne, sum(lignes.montant), true and nom = Nom)")
    assert formula.names == {"abonne", "lignes.montant", "nom", "Nom"}
    assert formula == parse(formula.text)


def test_the_deepest_formula_is_reckoned_and_checked() -> None:
    """As many levels as there may be, with operators of all ranks as far as a thousand characters go."""
    text = "abonne"
    for level in range(28):
        text = f'({text} and 1&1+1*1="12" or false)' if level > 4 else f"({text} or false)"
    assert 500 < len(text) <= 1000
    assert check_types(parse(text), KINDS) == ()
    assert value(text) is True
    assert refusal(f"({text})")


names = st.sampled_from(sorted(REQUEST))
words = st.one_of(
    names,
    st.sampled_from([*FUNCTIONS, "if"]).map(lambda name: name + "("),
    st.sampled_from(["+", "-", "*", "/", "&", "=", "<>", "<", "<=", ">", ">=", "and", "or", "not", "(", ")", ",", "true", "false"]),
    st.sampled_from(['"', '""', '"a"', "1", "0", "0.5", "99999999999999", "1,5", ".", "é", "\u00a0", "\u2028", "\x00"]),
)


@given(st.text(max_size=60) | st.lists(words, max_size=40).map(" ".join) | st.lists(words, max_size=20).map("".join))
@settings(max_examples=500)
def test_any_text_is_a_formula_or_is_told_what_is_wrong(text: str) -> None:
    if error := refusal(text):
        assert 0 <= error.position <= len(text)
        assert error.message[-1] in ".?"
    else:
        assert all(fault[-1] in ".?" for fault in check_types(parse(text), KINDS))


def expressions(leaves: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    signs = st.sampled_from(["+", "-", "*", "/", "&", "=", "<>", "<", "<=", ">", ">=", "and", "or"])
    pairs = st.sampled_from(["avg", "contains", "count", "days", "max", "min", "round", "sum", "years"])
    return st.recursive(
        leaves,
        lambda inner: st.one_of(
            st.tuples(inner, signs, inner).map(" ".join),
            inner.map("({})".format),
            inner.map("-({})".format),
            inner.map("not ({})".format),
            st.tuples(inner, inner, inner).map(lambda parts: f"if({', '.join(parts)})"),
            st.tuples(st.sampled_from(["abs", "ceil", "empty", "floor", "round"]), inner).map(lambda parts: f"{parts[0]}({parts[1]})"),
            st.tuples(pairs, inner, inner).map(lambda parts: f"{parts[0]}({parts[1]}, {parts[2]})"),
        ),
        max_leaves=12,
    )


def bounded(found: Value) -> bool:
    match found:
        case Decimal():
            return abs(found) < 10**15 and len(f"{found:f}") < 80
        case str():
            return 0 < len(found) <= LONGEST_TEXT
        case tuple():
            return found != ()
    return found is None or isinstance(found, bool | date)


scalars = st.one_of(
    st.none(), st.booleans(), st.integers(-(10**16), 10**16), st.decimals(), st.floats(), st.dates(), st.datetimes(), st.text(max_size=9)
)


@given(expressions(names | st.sampled_from(["1", "0", "0.5", '"a"', "true"])), st.data())
@settings(max_examples=500, deadline=None)
def test_any_formula_has_a_bounded_value_or_says_why_not(text: str, data: st.DataObject) -> None:
    assume(refusal(text) is None)  # too deep, too long, two comparisons in a row
    request: dict[str, Any] = {}

    def read(name: str) -> Any:
        if name not in request:
            request[name] = data.draw(scalars | st.lists(scalars | st.just({}), max_size=3), name)
        return request[name]

    formula = parse(text)
    check_types(formula, KINDS)
    found = outcome(formula, read)
    if isinstance(found, NoValue):
        assert found.message.endswith(".")
    else:
        assert found == formula.value(read)
        assert bounded(found)
    assert set(request) <= formula.names


OPERATORS: list[tuple[str, int, Callable[[Fraction, Fraction], Fraction]]] = [
    ("+", 1, operator.add),
    ("-", 1, operator.sub),
    ("*", 2, operator.mul),
    ("/", 2, operator.truediv),
]


@st.composite
def sums(draw: st.DrawFn, depth: int = 4) -> tuple[str, Fraction, int]:
    """A reckoning with as few parentheses as it needs, its true value, and the rank of its last operator."""
    if not depth or draw(st.booleans()):
        cents = draw(st.integers(0, 9999))
        return f"{cents // 100}.{cents % 100:02}", Fraction(cents, 100), 3
    sign, rank, compute = draw(st.sampled_from(OPERATORS))
    (left, first, left_rank), (right, second, right_rank) = draw(sums(depth - 1)), draw(sums(depth - 1))
    assume(sign != "/" or second)
    left = f"({left})" if left_rank < rank else left
    right = f"({right})" if right_rank <= rank else right
    return f"{left} {sign} {right}", compute(first, second), rank


@given(sums())
def test_operators_bind_as_at_school(made: tuple[str, Fraction, int]) -> None:
    text, expected, _ = made
    assume(abs(expected) < 10**12)
    found = outcome(parse(text))
    assume(not isinstance(found, NoValue))  # too large, or a zero to divide by, on the way there
    assert isinstance(found, Decimal)
    assert abs(Fraction(found) - expected) < Fraction(1, 10**9) * (1 + abs(expected))


@st.composite
def fitting(draw: st.DrawFn, kind: str, depth: int = 3) -> str:
    """A formula of this kind in which everything fits."""
    if not depth or draw(st.booleans()):
        return draw(st.sampled_from(LEAVES[kind]))
    form = draw(st.sampled_from(FORMS[kind]))
    return form.format(**{kind: draw(fitting(kind, depth - 1)) for kind in LEAVES})


LEAVES = {
    "number": ["1", "0.5", "quantite", "prix", "rien"],
    "date": ["debut", "fin", "date(2026, 1, 1)"],
    "text": ['"a"', "nom", "vide"],
    "bool": ["true", "abonne"],
}
FORMS = {
    "number": [
        "({number} + {number})", "-{number}", "{number} * {number}", "days({date}, {date})", "({date} - {date})", "max({number}, 1)",
        "if({bool}, {number}, 2)", "count({text}, {date})", "sum(lignes.montant, {number})", "round({number})", "years({date}, fin)",
    ],
    "date": ["({date} + days({date}, {date}))", "min({date}, fin)", "if({bool}, {date}, debut)"],
    "text": ["({text} & {number})", "if({bool}, {text}, nom)", "({date} & {bool})"],
    "bool": ["({number} < {number})", "({date} = {date})", "not ({bool})", "({bool} or {bool})", "empty({text})"],
}  # fmt: skip


@given(st.sampled_from(sorted(FORMS)).flatmap(fitting))
@settings(deadline=None)
def test_where_no_fault_was_told_nothing_is_of_the_wrong_kind(text: str) -> None:
    formula = parse(text)
    assert check_types(formula, KINDS) == ()
    found = outcome(formula)
    assert not isinstance(found, NoValue) or "trop grand" in found.message or "calendrier" in found.message


@given(st.dates(), st.integers(-40_000, 40_000))
def test_days_added_are_the_days_between(start: date, count: int) -> None:
    try:
        end = start + timedelta(days=count)
    except OverflowError:
        return
    assert value("a + n", a=start, n=count) == end
    assert value("days(a, b)", a=start, b=end) == count
