// What the fields of a form gain with JavaScript; without it everything works by one more page.
//  - questions whose condition depends on an answer appear and go as one answers
//  - lines of a repeated group are added and taken away in place
//  - an address is completed, and shown on a map, where the installation has a geocoder and tiles
document.documentElement.classList.add('js');

/* Conditions --------------------------------------------------------------------------------------------------------- */

// The answer of a field: a list for several boxes, a boolean for a box or a yes, else its text; undefined where the form has no such input.
function answer(form, key, prefix) {
  for (const start of [prefix, 'c.']) {
    const inputs = [...form.elements].filter((one) => one.name === start + key || one.name === `${start}${key}.text` || one.name === `${start}${key}.name`);
    if (!inputs.length) continue;
    if (inputs[0].closest('[data-field]')?.hidden) return '';
    const said = inputs.filter((one) => !['checkbox', 'radio'].includes(one.type) || one.checked).map((one) => one.value.trim()).filter(Boolean);
    const boxes = inputs.filter((one) => one.type === 'checkbox');
    if (boxes.length === 1 && boxes[0].value === 'oui') return boxes[0].checked;
    if (said.length === 1 && (said[0] === 'oui' || said[0] === 'non') && inputs[0].type === 'radio') return said[0] === 'oui';
    return boxes.length ? said : said[0] ?? '';
  }
  return undefined;
}

const number = (text) => Number(String(text).replace(/[\s\u00a0\u202f]/g, '').replace(',', '.'));
const filled = (value) => value !== '' && value !== undefined && !(Array.isArray(value) && !value.length);
const same = (value, other) => (typeof value === 'boolean' || typeof other === 'boolean' ? value === other : String(value) === String(other) || number(value) === number(other));

function ordered(low, high) {
  if (!Number.isNaN(number(low)) && !Number.isNaN(number(high))) return number(low) <= number(high);
  return String(low) <= String(high);
}

// The same questions as Condition.holds (workflows/condition.py). What the page cannot know, only the server can: then nothing changes.
function holds(test, value) {
  const values = Array.isArray(value) ? value : [value];
  if ('filled' in test && filled(value) !== test.filled) return false;
  if (test.not && values.some((one) => test.not.some((other) => same(one, other)))) return false;
  if (test.is && !values.some((one) => test.is.some((other) => same(one, other)))) return false;
  if ('min' in test && !(filled(value) && ordered(test.min, value))) return false;
  return !('max' in test && !(filled(value) && ordered(value, test.max)));
}

function follow(form) {
  for (const field of form.querySelectorAll('[data-when]')) {
    const line = field.closest('.line');
    const group = line?.closest('[data-field]')?.dataset.field;
    const prefix = line ? `${group}.${line.dataset.number}.` : 'c.';
    const told = JSON.parse(field.dataset.when).map((test) => [test, answer(form, test.key, prefix)]);
    if (told.some(([, value]) => value === undefined)) continue;
    const shown = told.every(([test, value]) => holds(test, value));
    field.hidden = !shown;
    const seen = field.querySelector(':scope > input[name="vu"]');
    if (seen) seen.disabled = !shown;
  }
}

/* Lines ---------------------------------------------------------------------------------------------------------------- */

function rank(lines) {
  [...lines.children].forEach((line, index) => {
    line.querySelector('[data-rank]').textContent = index + 1;
    line.querySelector('[data-which]').textContent = ` la ligne ${index + 1}`;
  });
  const add = lines.parentElement.querySelector('[data-add]');
  if (add) add.hidden = lines.children.length >= Number(lines.dataset.most);
}

function addLine(lines) {
  const copy = lines.parentElement.querySelector('template[data-line]').content.cloneNode(true);
  const next = String(Math.max(-1, ...[...lines.children].map((line) => Number(line.dataset.number))) + 1);
  for (const element of copy.querySelectorAll('*')) {
    for (const attribute of element.attributes) {
      if (attribute.value.includes('__n__')) attribute.value = attribute.value.replaceAll('__n__', next);
    }
  }
  lines.append(copy);
  rank(lines);
  lines.lastElementChild.querySelector('input:not([type="hidden"]), select, textarea')?.focus();
}

function dropLine(line) {
  const lines = line.parentElement;
  const next = line.nextElementSibling ?? line.previousElementSibling;
  line.remove();
  rank(lines);
  (next?.querySelector('input:not([type="hidden"]), select, textarea') ?? lines.parentElement.querySelector('[data-add]'))?.focus();
}

document.addEventListener('click', (event) => {
  const add = event.target.closest('[data-add]');
  const drop = event.target.closest('[data-drop]');
  const map = event.target.closest('[data-map]');
  if (!add && !drop && !map) return;
  event.preventDefault();
  if (map) { showMap(map); return; }
  if (add) addLine(add.parentElement.querySelector('[data-lines]'));
  else dropLine(drop.closest('.line'));
  const form = (add ?? document.activeElement).closest('form');
  if (form) { follow(form); count(form); }
});

/* Computed values ------------------------------------------------------------------------------------------------------- */

// The server reckons: it is asked for the form again, as « Continuer » would, and only the values are taken from the answer.
let counting;
let asked = 0;

async function recount(form) {
  const turn = ++asked;
  const typed = new FormData(form);
  for (const name of new Set([...typed.keys()])) if (typed.get(name) instanceof File) typed.delete(name);
  typed.set('geste', 'continuer');
  try {
    const response = await fetch(form.action, { method: 'POST', body: typed });
    if (!response.ok || turn !== asked) return;
    const page = new DOMParser().parseFromString(await response.text(), 'text/html');
    for (const output of form.querySelectorAll('[data-reckoned]')) {
      const found = page.querySelector(`[data-reckoned="${CSS.escape(output.dataset.reckoned)}"]`);
      if (!found) continue;
      output.textContent = found.textContent;
      output.closest('.reckoned').hidden = found.closest('.reckoned').hidden;
    }
  } catch { /* away: the values come with the answer */ }
}

function count(form) {
  if (!form.querySelector('[data-reckoned]')) return;
  clearTimeout(counting);
  counting = setTimeout(() => recount(form), 700);
}

/* Addresses -------------------------------------------------------------------------------------------------------------- */

const part = (place, name) => place.querySelector(`[data-part="${name}"]`);
let waiting;

async function suggest(input) {
  const place = input.closest('[data-place]');
  const asked = input.value.trim();
  if (asked.length < 4) return;
  const address = new URL(input.dataset.suggest, location.href);
  address.searchParams.set('q', asked);
  if (input.dataset.commune) address.searchParams.set('commune', input.dataset.commune);
  try {
    const response = await fetch(address, { headers: { Accept: 'application/json' } });
    const found = response.ok ? await response.json() : [];
    if (input.value.trim() !== asked) return;
    let list = place.querySelector('datalist[data-found]');
    if (!list) {
      list = document.createElement('datalist');
      list.id = `${input.id}-adresses`;
      list.dataset.found = '';
      place.append(list);
      input.setAttribute('list', list.id);
    }
    list.replaceChildren(...found.map((one) => {
      const option = document.createElement('option');
      option.value = one.text;
      option.dataset.point = JSON.stringify(one);
      return option;
    }));
  } catch { /* away: the text is enough */ }
}

// A text that is one of the suggestions brings its point; any other text has none.
function choose(input) {
  const place = input.closest('[data-place]');
  const option = [...place.querySelectorAll('datalist[data-found] option')].find((one) => one.value === input.value);
  const point = option ? JSON.parse(option.dataset.point) : {};
  for (const name of ['insee', 'lat', 'lon']) part(place, name).value = point[name] ?? '';
  place.dispatchEvent(new CustomEvent('point'));
}

async function showMap(button) {
  const place = button.closest('[data-place]');
  const box = place.querySelector('.map');
  button.setAttribute('aria-expanded', 'true');
  button.hidden = true;
  box.hidden = false;
  if (!document.querySelector(`link[href="${button.dataset.leafletCss}"]`)) {
    const sheet = document.createElement('link');
    sheet.rel = 'stylesheet';
    sheet.href = button.dataset.leafletCss;
    const read = new Promise((resolve) => { sheet.addEventListener('load', resolve); sheet.addEventListener('error', resolve); });
    document.head.append(sheet);
    await read;
  }
  const leaflet = await import(button.dataset.leaflet);
  const here = () => { const [lat, lon] = ['lat', 'lon'].map((name) => Number(part(place, name).value)); return part(place, 'lat').value ? [lat, lon] : null; };
  const map = leaflet.map(box, { attributionControl: true }).setView(here() ?? [43.9, -0.75], here() ? 17 : 9);
  map.attributionControl.setPrefix(false);
  leaflet.tileLayer(button.dataset.tiles, { maxZoom: 19, attribution: button.dataset.credit }).addTo(map);
  const pin = leaflet.circleMarker([0, 0], { radius: 10, weight: 4 });
  const mark = (zoom) => { const at = here(); if (at) { pin.setLatLng(at).addTo(map); if (zoom) map.setView(at, 17); } else pin.remove(); };
  mark(false);
  place.addEventListener('point', () => mark(true));
  map.on('click', ({ latlng }) => {
    part(place, 'lat').value = latlng.lat.toFixed(6);
    part(place, 'lon').value = latlng.lng.toFixed(6);
    mark(false);
  });
}

/* What happens ------------------------------------------------------------------------------------------------------------- */

function settle(event) {
  const input = event.target;
  if (!(input instanceof Element) || !input.closest('[data-fields]')) return;
  if (input.dataset.suggest) {
    choose(input);
    clearTimeout(waiting);
    waiting = setTimeout(() => suggest(input), 250);
  }
  follow(input.closest('form'));
  count(input.closest('form'));
}
document.addEventListener('input', settle);
document.addEventListener('change', settle);

export function prepare(root = document) {
  for (const button of root.querySelectorAll('[data-map]')) if (button.getAttribute('aria-expanded') === 'false') button.hidden = false;
  for (const fields of root.querySelectorAll('[data-fields]')) follow(fields.closest('form'));
}
prepare();
document.addEventListener('htmx:after:swap', () => prepare());
