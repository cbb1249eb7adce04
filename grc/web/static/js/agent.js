// What htmx does not reach: keys, drafts, the place in the list, the word that the connection is gone. Everything works without it.

const $ = (selector, root = document) => root.querySelector(selector);
const $$ = (selector, root = document) => [...root.querySelectorAll(selector)];
document.documentElement.classList.add("js");

const wide = () => matchMedia("(min-width: 800px)").matches;
const ticket = () => $(".ticket");

/* The open ticket in the list ---------------------------------------------------------------------------------------- */

function markOpen() {
  const reference = ticket()?.dataset.reference;
  for (const link of $$(".row > a")) {
    if (link.parentElement.id === `r-${reference}`) link.setAttribute("aria-current", "true");
    else link.removeAttribute("aria-current");
  }
}

// A row that moved to the first page by itself is not shown a second time further down.
function dropDoubles() {
  const seen = new Set();
  for (const row of $$(".row")) {
    if (seen.has(row.id)) row.remove();
    seen.add(row.id);
  }
}

/* A ticket that has just been opened ---------------------------------------------------------------------------------- */

let shown = null;

// Of what is to be known of the ways back, what concerns the chosen one; without a script all is read, each with its way.
function noteWay() {
  const chosen = $(".compose [name=voie]")?.value;
  for (const note of $$(".compose [data-way]")) note.hidden = note.dataset.way !== chosen;
}

function settle() {
  const here = ticket();
  noteWay();
  markOpen();
  dropDoubles();
  if (here && here !== shown) {
    shown = here;
    const fold = $(".side-fold", here);
    if (fold && here.clientWidth < 820) fold.open = false;
    const thread = $(".thread", here);
    const last = $$(".bubble:not(.machine)", thread).at(-1);
    if (thread && wide()) thread.scrollTop = thread.scrollHeight;
    else if ($$(".bubble", thread).length > 2) last?.scrollIntoView({ block: "start" });
    if (["repondre", "clore", "noter", "tiers", "tenu", "repris", "jete"].includes(here.dataset.done)) forget(here.dataset.reference);
    if (here.dataset.done === "guichet") forget("guichet");
    recall(here);
  }
}

/* Drafts --------------------------------------------------------------------------------------------------------------- */

const key = (name) => `brouillon:${name}`;
const store = {
  get(name) { try { return JSON.parse(localStorage.getItem(key(name))); } catch { return null; } },
  set(name, value) { try { localStorage.setItem(key(name), JSON.stringify(value)); } catch { /* private window: no drafts */ } },
  drop(name) { try { localStorage.removeItem(key(name)); } catch { /* nothing kept */ } },
};

function keep(form) {
  if (!form.isConnected) return; // sent meanwhile
  const text = $("textarea", form).value;
  const kept = { genre: $("[name=genre]:checked", form)?.value ?? "", texte: text };
  for (const field of $$("input[type=text], input[type=email], input[type=tel], select", form)) kept[field.name] = field.value;
  if (text.trim()) store.set(form.dataset.draft, kept);
  else store.drop(form.dataset.draft);
  $("[data-draft-state]", form).textContent = text.trim() ? "Brouillon gardé" : "";
}

function forget(name) { store.drop(name); }

function recall(root) {
  for (const form of $$("[data-draft]", root)) {
    const kept = store.get(form.dataset.draft);
    const text = $("textarea", form);
    if (!kept || text.value) continue;
    text.value = kept.texte ?? "";
    for (const field of $$("input[type=text], input[type=email], input[type=tel], select", form)) {
      if (kept[field.name] && !field.value) field.value = kept[field.name];
    }
    const kind = kept.genre && $(`[name=genre][value="${kept.genre}"]:not(:disabled)`, form);
    if (kind) kind.checked = true;
    $("[data-draft-state]", form).textContent = "Brouillon retrouvé";
  }
}

/* Back keeps its place -------------------------------------------------------------------------------------------------- */

function closeTicket() {
  const pane = $("#fiche");
  if (!pane || !$("#page")) return false;
  const reference = ticket()?.dataset.reference;
  pane.replaceChildren();
  shown = null;
  markOpen();
  $(`#r-${CSS.escape(reference ?? "")} > a`)?.focus({ preventScroll: true });
  document.title = `${$(".list-head h1")?.textContent ?? "Demandes"} · Relation citoyenne`;
  return true;
}

document.addEventListener("htmx:before:history:restore", (event) => {
  const url = new URL(event.detail.path, location.href);
  const opened = url.pathname.match(/^\/agent\/demandes\/([^/]+)$/);
  if (!$("#page")) return;
  if (opened) {
    event.preventDefault();
    htmx.ajax("GET", url.pathname + url.search, { target: "#fiche", swap: "innerHTML" });
  } else if (url.pathname === "/agent" && ticket() && url.search === (listAddress ?? url.search)) {
    event.preventDefault();
    closeTicket();
  }
});

let listAddress = location.pathname === "/agent" ? location.search : null;
document.addEventListener("htmx:after:history:update", () => {
  if (location.pathname === "/agent") listAddress = location.search;
});

/* Clicks and changes ---------------------------------------------------------------------------------------------------- */

document.addEventListener("click", (event) => {
  const dismiss = event.target.closest("[data-dismiss]");
  if (dismiss) dismiss.closest(".notice").remove();
  const back = event.target.closest("[data-back]");
  if (back && $("#page")) {
    event.preventDefault();
    const address = back.getAttribute("href").split("#")[0];
    if (closeTicket()) history.pushState({ htmx: true }, "", address);
  }
  for (const open of $$("details.ask[open]")) if (!open.contains(event.target)) open.open = false;
});
document.addEventListener("change", (event) => {
  if (event.target.matches("[data-submit]")) event.target.form.requestSubmit();
  if (event.target.matches("[data-pick-all]")) {
    for (const box of $$("input[type=checkbox]", event.target.closest("[data-picks]"))) box.checked = event.target.checked;
  }
  if (event.target.matches(".back-way")) noteWay();
  const form = event.target.closest("[data-draft]");
  if (form) keep(form);
  const names = event.target.matches(".attach input") && $("[data-files]", event.target.parentElement);
  if (names) {
    const files = [...event.target.files];
    names.textContent = files.length > 1 ? `${files.length} fichiers` : files[0]?.name ?? "Joindre";
    names.title = files.map((file) => file.name).join(", ");
  }
});
let pause;
document.addEventListener("input", (event) => {
  const form = event.target.closest("[data-draft]");
  if (!form) return;
  clearTimeout(pause);
  pause = setTimeout(() => keep(form), 250);
});
addEventListener("pagehide", () => { for (const form of $$("[data-draft]")) if ($("textarea", form).value) keep(form); });
document.addEventListener("submit", (event) => {
  if (!event.target.dataset.draft) return;
  clearTimeout(pause);
  if (event.target.dataset.draft === "nouveau") store.drop("nouveau");
  else keep(event.target); // until the answer says that it was taken
});

// The seconds in which what was sent can be taken back. Not read aloud: the button says what matters.
setInterval(() => {
  for (const left of $$("[data-countdown]")) {
    const seconds = Math.max(0, Number(left.dataset.countdown) - 1);
    left.dataset.countdown = String(seconds);
    left.textContent = seconds ? `encore ${seconds} s` : "part à l’instant";
  }
}, 1000);

/* Keys ------------------------------------------------------------------------------------------------------------------ */

const typing = (element) => element.closest("input:not([type=radio], [type=checkbox], [type=file]), textarea, select, [contenteditable], dialog[open]");

function step(by) {
  const links = $$(".row > a");
  if (!links.length) return;
  const at = links.findIndex((link) => link.hasAttribute("aria-current") || link === document.activeElement);
  const next = links[Math.min(Math.max(at + by, 0), links.length - 1)];
  next.scrollIntoView({ block: "nearest" });
  next.focus({ preventScroll: true });
  next.click();
}

function compose(kind) {
  const choice = $(`.compose [value="${kind}"]:not(:disabled)`);
  if (!choice) return;
  choice.checked = true;
  const text = $(".compose textarea");
  text.focus();
  text.scrollIntoView({ block: "nearest" });
}

// What is there to be copied is marked whole as soon as it has the focus.
document.addEventListener("focusin", ({ target }) => { if (target.matches("[data-select]")) target.select(); });

const keys = {
  j: () => step(1),
  k: () => step(-1),
  r: () => compose("reponse"),
  n: () => compose("note"),
  t: () => compose("tiers"),
  a: () => { const fold = $(".side-fold"); if (fold) fold.open = true; $("#s-agent")?.focus(); },
  e: () => $("[data-close]")?.click(),
  c: () => { location.href = "/agent/ecrire"; },
  g: () => { location.href = "/agent/guichet"; },
  "/": () => { const search = $("#q"); if (search) { search.focus(); search.select(); } else location.href = "/agent"; },
  "?": () => $("#touches").showModal(),
};

document.addEventListener("keydown", (event) => {
  if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") { event.preventDefault(); openPalette(); return; }
  if ((event.ctrlKey || event.metaKey) && event.key === "Enter" && event.target.matches(".compose textarea")) {
    event.preventDefault();
    const as = { note: "as-note", tiers: "as-third" }[$(".compose [name=genre]:checked")?.value] ?? "as-reply";
    event.target.form.requestSubmit($(`.compose .primary.${as}`));
    return;
  }
  if (event.key === "Escape" && !event.target.closest("dialog")) {
    const menu = $("details.ask[open]");
    if (menu) { menu.open = false; $("summary", menu).focus(); }
    else if (typing(event.target)) event.target.blur();
    else $("[data-back]")?.click();
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || document.body.dataset.keys === "off" || typing(event.target)) return;
  const own = /^[a-z0-9]$/.test(event.key) ? $(`[data-key="${event.key}"]`) : null; // a page's own key, shown beside what it does
  const act = own ? () => { own.focus(); own.click(); } : keys[event.key];
  if (act) { event.preventDefault(); act(); }
});

/* The palette ------------------------------------------------------------------------------------------------------------- */

const palette = $("#palette");
const field = palette && $("input", palette);
const choices = palette && $("ul", palette);

function places(asked) {
  const folded = (text) => text.normalize("NFKD").replace(/[\u0300-\u036f]/g, "").toLowerCase();
  const found = $$(".views a, .ways a, .write, .me").map((link) => ({ text: (link.querySelector("span:not(.face)") ?? link).textContent.trim(), go: link.getAttribute("href") }));
  for (const button of $$(".t-acts button, .t-acts summary")) found.unshift({ text: button.textContent.trim(), press: button, hint: "cette demande" });
  const kept = found.filter((place) => folded(place.text).includes(folded(asked)));
  if (asked.trim()) kept.push({ text: `Chercher « ${asked.trim()} »`, go: `/agent?vue=tous&q=${encodeURIComponent(asked.trim())}` });
  return kept;
}

function openPalette() {
  if (!palette || palette.open) return;
  field.value = "";
  palette.showModal();
  drawPalette();
}

let offered = [];
let chosen = 0;
function drawPalette() {
  offered = places(field.value).slice(0, 12);
  chosen = Math.min(chosen, Math.max(offered.length - 1, 0));
  choices.replaceChildren(...offered.map((place, index) => {
    const line = document.createElement("li");
    line.id = `palette-${index}`;
    line.role = "option";
    line.ariaSelected = String(index === chosen);
    line.textContent = place.text;
    if (place.hint) { const hint = document.createElement("small"); hint.textContent = place.hint; line.append(hint); }
    line.addEventListener("click", () => take(place));
    return line;
  }));
  field.setAttribute("aria-activedescendant", `palette-${chosen}`);
}
function take(place) {
  palette.close();
  if (place.press) place.press.click();
  else location.href = place.go;
}
field?.addEventListener("input", () => { chosen = 0; drawPalette(); });
field?.addEventListener("keydown", (event) => {
  if (event.key === "ArrowDown" || event.key === "ArrowUp") {
    event.preventDefault();
    chosen = (chosen + (event.key === "ArrowDown" ? 1 : -1) + offered.length) % Math.max(offered.length, 1);
    drawPalette();
  } else if (event.key === "Enter" && offered[chosen]) { event.preventDefault(); take(offered[chosen]); }
});

/* The stream ---------------------------------------------------------------------------------------------------------------- */

const stream = $("#flux");
const offline = $("#hors-ligne");
stream?.addEventListener("htmx:sse:error", (event) => {
  if (event.detail.status === 401) location.reload(); // the session has ended: the sign-in page says so
  else offline.hidden = false;
});
stream?.addEventListener("htmx:sse:after:connection", () => {
  // what came while we were away is read again
  if (!offline.hidden) { htmx.trigger(stream, "liste"); htmx.trigger(stream, "fiche"); }
  offline.hidden = true;
});
addEventListener("offline", () => { offline.hidden = false; });
addEventListener("online", () => { offline.hidden = true; });

// A request that never reached us (not one that was refused): what was typed is still there.
document.addEventListener("htmx:error", (event) => {
  if (event.detail?.error instanceof TypeError && event.detail.ctx && !event.detail.ctx.response) offline.hidden = false;
});

for (const here of $$(".trunk nav [aria-current]")) here.scrollIntoView({ block: "nearest", inline: "center" });

document.addEventListener("htmx:after:swap", settle);
document.addEventListener("htmx:after:process", settle);
settle();
recall(document);
