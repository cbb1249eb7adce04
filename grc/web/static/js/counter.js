// The draft of the counter: all that was typed, the person that was chosen and the answers to a type's questions, until it was taken.
// The server draws the form again, so that the persons found and the questions stand in it as they did.
const KEY = "brouillon:guichet";
const OWN = new Set(["csrf", "envoi", "faire", "geste"]); // of this very page
const SETTLED = new Set(["collectivite", "voie", "reponse", "pose", "vu"]); // there before anything is typed
const form = document.querySelector("[data-counter]");
const entries = () => [...new FormData(form)].filter(([name, value]) => !OWN.has(name) && typeof value === "string");
const isBlank = (kept) => kept.every(([name, value]) => SETTLED.has(name) || !value.trim());
const say = (text) => { form.querySelector("[data-draft-state]").textContent = text; };

function keep() {
  const kept = entries();
  const blank = isBlank(kept);
  try {
    if (blank) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, JSON.stringify(kept));
    say(blank ? "" : "Brouillon gardé");
  } catch { /* private window: no drafts */ }
}

function kept() {
  try {
    const found = JSON.parse(localStorage.getItem(KEY));
    return Array.isArray(found) ? found : [];
  } catch { return []; }
}

async function recall() {
  const found = kept();
  if (!found.length || !isBlank(entries())) return;
  const body = new URLSearchParams([...found, ["csrf", form.elements.csrf.value], ["faire", "champs"]]);
  const response = await fetch(form.action, { method: "POST", body }).catch(() => null);
  if (!response?.ok || response.redirected || !isBlank(entries())) return; // the draft waits for the next time
  const drawn = new DOMParser().parseFromString(await response.text(), "text/html").querySelector("[data-counter]");
  if (!drawn) return;
  form.replaceChildren(...drawn.childNodes);
  htmx.process(form);
  form.dispatchEvent(new Event("change", { bubbles: true })); // what hangs on answers is shown
  form.elements.qui.focus();
  say("Brouillon retrouvé");
}

if (form) {
  let pause;
  const later = () => { clearTimeout(pause); pause = setTimeout(keep, 250); };
  if ("taken" in form.dataset) localStorage.removeItem(KEY);
  form.addEventListener("input", later);
  form.addEventListener("change", (event) => { if (event.target !== form) later(); });
  form.addEventListener("submit", () => { clearTimeout(pause); keep(); }); // until the answer says that it was taken
  addEventListener("pagehide", () => { if (!isBlank(entries())) keep(); });
  recall();
}
