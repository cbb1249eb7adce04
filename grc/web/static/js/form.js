// What a citizen's form gains with JavaScript. Without it everything works: this only saves time.
//  - proof of work: computed by altcha's worker while the person types, so that no captcha is ever shown
//  - files: named and weighed before they are sent
//  - sending: once, however often one presses
const form = document.querySelector('[data-form]');
const progress = form?.querySelector('[data-progress]');

const LONGEST_WAIT = 8000; // ms; then it is sent without proof, and the server waits instead

function startProof(field) {
  if (!window.isSecureContext || !window.Worker || !window.crypto?.subtle) return Promise.resolve();
  const challenge = JSON.parse(field.dataset.challenge);
  const count = Math.min(4, Math.max(1, (navigator.hardwareConcurrency || 2) - 1));
  const workers = Array.from({ length: count }, () => new Worker(field.dataset.worker));
  const solved = workers.map((worker, index) => new Promise((resolve) => {
    worker.addEventListener('message', ({ data }) => { if (data && !data.error) resolve(data); });
    worker.postMessage({ type: 'work', challenge, counterStart: index, counterStep: count, counterMode: 'uint32', timeout: 90000 });
  }));
  return Promise.race(solved).then((solution) => {
    workers.forEach((worker) => worker.terminate());
    field.value = btoa(JSON.stringify({ challenge, solution }));
  });
}

function megabytes(bytes) {
  if (bytes < 1e6) return `${Math.max(1, Math.round(bytes / 1e3))}\u00a0ko`;
  return `${(bytes / 1e6).toLocaleString('fr-FR', { maximumFractionDigits: 1 })}\u00a0Mo`;
}

function weigh(input) {
  const limit = (name) => Number(input.dataset[name]);
  const files = [...input.files];
  const faults = [];
  if (files.length > limit('most')) faults.push(`Vous avez choisi ${files.length}\u00a0fichiers\u202f; envoyez-en ${limit('most')} au plus.`);
  for (const file of files) {
    if (file.size > limit('each')) faults.push(`«\u00a0${file.name}\u00a0» pèse ${megabytes(file.size)}, plus que ${Math.floor(limit('each') / 1e6)}\u00a0Mo.`);
  }
  const together = files.reduce((sum, file) => sum + file.size, 0);
  if (!faults.length && together > limit('together')) faults.push(`Ensemble, vos fichiers pèsent ${megabytes(together)}, plus que ${Math.floor(limit('together') / 1e6)}\u00a0Mo.`);
  return { files, faults };
}

function showFiles(input) {
  const place = input.closest('.field').querySelector('[data-chosen]');
  const { files, faults } = weigh(input);
  place.replaceChildren();
  if (faults.length) input.setAttribute('aria-invalid', 'true');
  else input.removeAttribute('aria-invalid');
  for (const text of faults) {
    const line = document.createElement('p');
    line.className = 'fault';
    line.textContent = text;
    place.append(line);
  }
  if (!files.length) return;
  const list = document.createElement('ul');
  list.setAttribute('role', 'list');
  for (const file of files) {
    const line = document.createElement('li');
    line.textContent = `${file.name} (${megabytes(file.size)})`;
    list.append(line);
  }
  place.append(list);
}

function say(text) {
  if (progress) progress.textContent = text;
}

if (form) {
  const field = form.querySelector('[data-proof]');
  const pickers = [...form.querySelectorAll('.picker input[type="file"]')];
  const choosers = [...form.querySelectorAll('input[type="file"]')];
  const button = form.querySelector('[data-send]');
  let proof = null;
  let sending = false;

  const begin = () => { if (field && !proof) proof = startProof(field).catch(() => {}); };
  form.addEventListener('focusin', begin, { once: true });
  for (const files of pickers) {
    files.closest('.picker').classList.add('picker-ours'); // we list what was chosen, so the browser need not
    files.addEventListener('change', () => showFiles(files));
  }

  form.addEventListener('submit', (event) => {
    if (event.submitter?.name === 'geste') return; // shown again, not sent
    if (sending) { event.preventDefault(); return; }
    const heavy = choosers.find((files) => weigh(files).faults.length);
    if (heavy) {
      event.preventDefault();
      heavy.focus();
      say('Vos fichiers sont trop lourds ou trop nombreux\u00a0: choisissez-les de nouveau.');
      return;
    }
    begin();
    sending = true;
    button.setAttribute('aria-disabled', 'true');
    say('Envoi en cours…');
    if (!field || field.value) return;
    event.preventDefault();
    const patience = new Promise((resolve) => { setTimeout(resolve, LONGEST_WAIT); });
    Promise.race([proof, patience]).then(() => form.submit());
  });

  // Back from the next page: the button works again.
  window.addEventListener('pageshow', () => { sending = false; button.removeAttribute('aria-disabled'); say(''); });
}
// The summary of errors, or the news that a message arrived, is what the reader should hear first.
(document.getElementById('erreurs') ?? (location.hash === '#recu' ? document.getElementById('recu') : null))?.focus();
