// The bench of types: what was focused stays so when the part is drawn anew, a variable goes where one writes, a line number leads to its line.

const $ = (selector, root = document) => root.querySelector(selector);

let focused = "";
document.addEventListener("htmx:before:swap", () => { focused = document.activeElement?.id ?? ""; });
document.addEventListener("htmx:after:swap", () => {
  const wanted = $("#atelier [autofocus]");
  if (wanted) {
    wanted.removeAttribute("autofocus");
    wanted.focus();
    wanted.scrollIntoView({ block: "nearest" });
  } else if (focused && document.activeElement === document.body) {
    document.getElementById(focused)?.focus();
  }
});

function insert(area, words) {
  area.setRangeText(words, area.selectionStart, area.selectionEnd, "end");
  area.focus();
  area.dispatchEvent(new Event("change", { bubbles: true }));
}

function goToLine(area, number) {
  const lines = area.value.split("\n");
  const start = lines.slice(0, number - 1).reduce((sum, line) => sum + line.length + 1, 0);
  area.focus();
  area.setSelectionRange(start, start + (lines[number - 1]?.length ?? 0));
  area.scrollTop = Math.max(0, (number - 4) * (area.scrollHeight / lines.length));
}

document.addEventListener("click", (event) => {
  const chip = event.target.closest("[data-into]");
  const area = chip && document.getElementById(chip.dataset.into);
  if (!area) return;
  if (chip.dataset.variable) insert(area, `{{ ${chip.dataset.variable} }}`);
  if (chip.dataset.line) goToLine(area, Number(chip.dataset.line));
});

// A fault of the part that is open: its part opens, and what is to be mended has the focus.
function openTarget() {
  const piece = location.hash && document.getElementById(location.hash.slice(1));
  const fold = piece && $("details", piece);
  if (fold) {
    fold.open = true;
    $("summary", fold).focus({ preventScroll: true });
    piece.scrollIntoView({ block: "start" });
  }
}
addEventListener("hashchange", openTarget);
// Once all is loaded: until then the browser goes to the fragment by itself, and takes the focus away.
if (document.readyState === "complete") openTarget();
else addEventListener("load", openTarget);

// The picture begins where a life begins: in the middle.
function centre() {
  for (const frame of document.querySelectorAll(".wf-frame:not([data-seen])")) {
    frame.dataset.seen = "";
    const start = $(".wf-start", frame)?.getBoundingClientRect();
    if (start) frame.scrollLeft += start.x - frame.getBoundingClientRect().x - frame.clientWidth / 2;
  }
}
document.addEventListener("htmx:after:swap", centre);
centre();
