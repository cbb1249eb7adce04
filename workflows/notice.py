"""The texts that a type carries in its document: a template in plain text becomes a subject, a text and its HTML. Pure."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from jinja2 import StrictUndefined, TemplateSyntaxError, meta, nodes
from jinja2.sandbox import ImmutableSandboxedEnvironment
from markupsafe import Markup, escape

from workflows.dates import with_weekday
from workflows.texts import Rendered
from workflows.values import say

if TYPE_CHECKING:
    from jinja2 import Template

    from workflows.definition import Definition

# What every text may say beside the fields of its type; `workflows/notices/README.md` tells each.
VARIABLES = (
    "reference", "tracking_url", "subject", "greeting", "received_on", "received_time", "collectivity_name", "service_name",
    "service_email", "service_phone", "service_address", "answer_by", "implicit_on", "appeal_until", "article", "regime", "state",
    "agent_name", "member", "type_title", "today", "words", "signature", "appeal", "silence",
)  # fmt: skip
PARTS = ("signature", "appeal", "silence")  # of these, what `workflows/notices/parts` writes
LONGEST = 50_000  # characters of a rendered text
DEEPEST = 30  # conditions and signs within one another: the time to compile grows faster than the square of it
_TOO_DEEP = "ce texte est trop imbriqué\u202f; simplifiez ses conditions"

_FILTERS = ("upper", "lower", "capitalize", "title", "trim", "default", "d", "length")
# Of what a template may be made: values, comparisons and conditions. No call, no attribute, no loop, nothing that makes a long text of a
# short one: « a ».ljust(10**9) is a gigabyte. The sandbox stands behind all the same.
_ADMITTED = (
    nodes.Template, nodes.Output, nodes.TemplateData, nodes.If, nodes.CondExpr, nodes.Name, nodes.Const, nodes.List, nodes.Tuple,
    nodes.Filter, nodes.Keyword, nodes.Test, nodes.Compare, nodes.Operand, nodes.And, nodes.Or, nodes.Not, nodes.Concat,
)  # fmt: skip


def _environment(*, html: bool) -> ImmutableSandboxedEnvironment:
    made = ImmutableSandboxedEnvironment(undefined=StrictUndefined, autoescape=html, auto_reload=False, cache_size=0)
    made.globals.clear()
    made.filters = {name: made.filters[name] for name in _FILTERS}
    return made


_ENVIRONMENTS = {html: _environment(html=html) for html in (False, True)}
_ADDRESS = re.compile(r"https?://[^\s<>\"]+[^\s<>\".,;:!?)]")


class BadText(ValueError):
    """The text cannot be a template, or could not be written; the message says why, in French."""


def written(subject: str, body: str, values: Mapping[str, Any]) -> Rendered:
    """The notice with these values. Raises BadText where a variable is not known or the text grows beyond all measure."""
    told = " ".join(fill(subject, values).split())
    text = fill(body, values).strip()
    return Rendered(told, text + "\n", blocks(text) + "\n")


def fill(text: str, values: Mapping[str, Any], *, html: bool = False) -> str:
    """One template with its values. In HTML they are escaped, but for those that are HTML themselves."""
    template, _ = _read(text, html)
    try:
        made, length = [], 0
        for part in template.generate(values):
            made.append(part)
            length += len(part)
            if length > LONGEST:
                break
    except Exception as error:
        raise BadText(f"ce texte ne peut pas être écrit : {error}") from error
    if length > LONGEST:
        raise BadText(f"ce texte devient trop long : {LONGEST} signes au plus")
    return "".join(made)


def blocks(text: str) -> Markup:
    """A plain text as HTML: blank lines part paragraphs, lines that begin with a dash are a list, addresses are links."""
    return Markup("\n").join(_block(block) for block in re.split(r"\n\s*\n", text) if block.strip())


def unknown(text: str, fields: Iterable[str]) -> tuple[str, ...]:
    """The variables of a template that nobody gives. Raises BadText where it is no template."""
    return strange(text, {*VARIABLES, *fields})


def variables_of(text: str) -> frozenset[str]:
    """The variables that a template says. Raises BadText where it is no template."""
    return frozenset(_read(text)[1])


def strange(text: str, known: Iterable[str]) -> tuple[str, ...]:
    """The variables of a template that are none of these. Raises BadText where it is no template."""
    return tuple(sorted(_read(text)[1] - set(known)))


def values_of(definition: Definition, fields: Mapping[str, Any], facts: Mapping[str, Any]) -> dict[str, Any]:
    """The variables of a text of this type: the facts, and each field in words; an empty one is empty, never an error."""
    said = {field.name: say(field, fields.get(field.name)) for field in definition.fields}
    return {**said, **{name: with_weekday(value) if isinstance(value, date) else value for name, value in facts.items()}}


@lru_cache(maxsize=2048)
def _read(text: str, html: bool = False) -> tuple[Template, frozenset[str]]:
    """A template and the names of its variables. Raises BadText where it holds what is not admitted."""
    environment = _ENVIRONMENTS[html]
    try:
        tree = environment.parse(text)
        for node in tree.find_all(nodes.Node):
            if not isinstance(node, _ADMITTED):
                raise BadText(f"ligne {node.lineno}\u00a0: seuls {{{{ un champ }}}} et {{% if … %}} sont admis, sans point ni calcul")
        if _is_deeper(tree, DEEPEST):
            raise BadText(_TOO_DEEP)
        return environment.from_string(text), frozenset(meta.find_undeclared_variables(tree))
    except TemplateSyntaxError as error:
        raise BadText(f"ligne {error.lineno}\u00a0: {error.message}") from error
    except RecursionError as error:
        raise BadText(_TOO_DEEP) from error
    except ValueError as error:  # a number of thousands of digits
        raise error if isinstance(error, BadText) else BadText(f"ce texte ne peut pas être lu\u00a0: {error}") from error


def _is_deeper(tree: nodes.Node, levels: int) -> bool:
    """Whether parts of the template stand within one another further than this."""
    here: list[nodes.Node] = [tree]
    for _ in range(levels):
        here = [child for node in here for child in node.iter_child_nodes()]
    return bool(here)


def _block(block: str) -> Markup:
    lines = block.strip("\n").split("\n")
    if all(line.startswith("- ") for line in lines):
        return Markup("<ul>{0}</ul>").format(Markup().join(Markup("<li>{0}</li>").format(_linked(line[2:])) for line in lines))
    return Markup("<p>{0}</p>").format(Markup("<br>").join(_linked(line) for line in lines))


def _linked(line: str) -> Markup:
    """The line with its addresses as links."""
    made, at = Markup(), 0
    for found in _ADDRESS.finditer(line):
        made += escape(line[at : found.start()]) + Markup('<a href="{0}">{0}</a>').format(found[0])
        at = found.end()
    return made + escape(line[at:])
