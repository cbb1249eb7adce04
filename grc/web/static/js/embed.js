// A form of ours in the page of another web site, by one line:
//
//   <script src="https://…/embed.js" data-collectivite="40192" data-demarche="street_light" defer></script>
//
// data-demarche is left out for the general form; data-collectivite is left out for the shared page, which finds who is competent.
// data-couleur and data-fond (#1c5a45) say the colours; without them they are read from the page.
//
// The page's policy needs script-src and frame-src of our site, and nothing inline: what is styled here is styled by properties, which
// style-src does not forbid. A message is believed from our own frame at our own origin alone, and only a height or a place in it.
(() => {
  const script = document.currentScript;
  if (!script) return; // a module, or made by another script that is gone: neither says which form is wanted
  const site = new URL(script.src).origin;
  const { collectivite = '', demarche = '', couleur = '', fond = '' } = script.dataset;
  const LOWEST = 200, TALLEST = 30000, AIR = 16;

  // #1c5a45 of a computed colour that is wholly opaque, else nothing
  function hex(colour) {
    const found = /^rgba?\((\d+), (\d+), (\d+)(?:, ([\d.]+))?\)$/.exec(colour);
    if (!found || (found[4] !== undefined && Number(found[4]) < 1)) return '';
    return found.slice(1, 4).map((part) => Number(part).toString(16).padStart(2, '0')).join('');
  }

  function ground(element) {
    for (let one = element; one; one = one.parentElement) {
      const found = hex(getComputedStyle(one).backgroundColor);
      if (found) return found;
    }
    return 'ffffff';
  }

  // the colour of links here; none where the page left it to the browser
  function accent(parent) {
    const link = document.createElement('a');
    link.href = '#';
    parent.append(link);
    const found = hex(getComputedStyle(link).color);
    link.remove();
    return found === '0000ee' ? '' : found;
  }

  const page = location.origin + location.pathname;
  const parent = script.parentElement;
  const path = collectivite
    ? `/${encodeURIComponent(collectivite)}/cadre/${demarche ? `demarches/${encodeURIComponent(demarche)}` : 'contact'}`
    : '/cadre/demarches';
  const address = new URL(path, site);
  address.searchParams.set('page', page);
  const colours = { couleur: couleur.replace('#', '') || accent(parent), fond: fond.replace('#', '') || ground(parent) };
  for (const [name, value] of Object.entries(colours)) if (value) address.searchParams.set(name, value);

  const frame = document.createElement('iframe');
  frame.src = address.href;
  frame.title = script.dataset.titre || 'Formulaire de demande';
  frame.width = '100%';
  frame.height = '900';
  frame.style.border = '0';
  frame.style.display = 'block';
  frame.referrerPolicy = 'no-referrer';

  const ask = () => frame.contentWindow.postMessage({ grc: 'hauteur' }, site);
  let shown = false;
  frame.addEventListener('load', () => {
    ask();
    // of a page after the first its beginning is seen, not where the last one ended
    if (shown && frame.getBoundingClientRect().top < 0) frame.scrollIntoView();
    shown = true;
  });
  addEventListener('message', (event) => {
    if (event.origin !== site || event.source !== frame.contentWindow) return;
    const told = event.data;
    if (told === null || typeof told !== 'object' || !Number.isFinite(told.px)) return;
    if (told.grc === 'hauteur') frame.height = String(Math.min(Math.max(Math.ceil(told.px), LOWEST), TALLEST));
    if (told.grc === 'lieu') scrollTo({ top: scrollY + frame.getBoundingClientRect().top + Math.min(Math.max(told.px, 0), TALLEST) - AIR });
  });
  script.after(frame);
})();
