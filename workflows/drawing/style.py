"""How the picture looks: rules on its classes, and the colours of the product for a picture that stands alone.

A page has both from its own style sheets, under a policy that refuses any other: `grc/web/static/css/workflow.css` holds these
rules and `tokens.css` these colours, which a test compares.
"""

from __future__ import annotations

RULES = """\
.wf { font-family: var(--font); height: auto; }
.wf-paper, .wf-label rect { fill: var(--surface); }
.wf text { fill: currentcolor; text-anchor: middle; }
.wf-title, .wf-node, .wf-start { color: var(--encre); }
.wf .wf-title { font-size: 18px; font-weight: 700; text-anchor: start; }
.wf-node rect, .wf-sample-closed rect { fill: var(--sunken); stroke: var(--line-strong); stroke-width: 1.5; }
.wf-node-closed rect, .wf-sample-closed rect { fill: var(--surface); }
.wf-name { font-size: 15px; font-weight: 700; }
.wf-note { font-size: 12.5px; color: var(--muted); }
.wf-node .wf-count rect { fill: var(--encre); stroke: none; }
.wf-count text { font-size: 12.5px; font-weight: 700; fill: var(--surface); }
.wf-start circle, .wf-head { fill: currentcolor; }
.wf-edge, .wf-label, .wf-sample { color: var(--pin); }
.wf-edge-reaction, .wf-label-reaction, .wf-sample-reaction { color: var(--ocean); }
.wf-edge-deadline, .wf-label-deadline, .wf-sample-deadline { color: var(--resine); }
.wf-line { fill: none; stroke: currentcolor; stroke-width: 1.6; stroke-linecap: round; }
.wf-edge-reaction .wf-line, .wf-sample-reaction .wf-line { stroke-dasharray: 7 5; }
.wf-edge-deadline .wf-line, .wf-sample-deadline .wf-line { stroke-width: 2.4; stroke-dasharray: 0.1 5.5; }
.wf-label text { font-size: 13px; }
.wf-or { stroke: currentcolor; stroke-width: 1; opacity: 0.45; }
.wf .wf-legend text { font-size: 12.5px; text-anchor: start; fill: var(--muted); }
@media (forced-colors: active) {
  .wf-paper, .wf-label rect, .wf-node rect, .wf-sample-closed rect, .wf-count text { fill: Canvas; }
  .wf-node rect, .wf-sample-closed rect { stroke: CanvasText; }
  .wf-node .wf-count rect, .wf .wf-legend text { fill: CanvasText; }
  .wf-edge, .wf-label, .wf-sample, .wf-node, .wf-note, .wf-start, .wf-title { color: CanvasText; }
}
"""

FONT = '"Atkinson Hyperlegible", "Segoe UI", Roboto, "Noto Sans", "Liberation Sans", Arial, sans-serif'

LIGHT = {
    "surface": "#fffdf9",
    "sunken": "#f1ebdf",
    "encre": "#1d1c18",
    "muted": "#5d584c",
    "line-strong": "#8d8675",
    "pin": "#1c5a45",
    "ocean": "#1b5c86",
    "resine": "#835000",
}
DARK = {
    "surface": "#1b201d",
    "sunken": "#242a26",
    "encre": "#ece8de",
    "muted": "#aeab9e",
    "line-strong": "#7c8279",
    "pin": "#86cfae",
    "ocean": "#8fc6ec",
    "resine": "#ecba62",
}


def sheet() -> str:
    """The style sheet of a picture that stands alone, light or dark as its reader prefers."""
    light, dark = (" ".join(f"--{name}: {value};" for name, value in colours.items()) for colours in (LIGHT, DARK))
    return f".wf {{ --font: {FONT}; {light} }}\n@media (prefers-color-scheme: dark) {{ .wf {{ {dark} }} }}\n{RULES}"
