// Our page within the page of a web site that may frame it: it says how high it is, and where the field is that a link leads to.
// It answers whoever asked from one of the allowed sites, and tells nobody else anything.
const sites = new Set((document.body.dataset.sites || '').split(' ').filter(Boolean));
sites.add(location.origin); // the preview of our own page
let asked = null;

function tell(grc, px) {
  if (asked) parent.postMessage({ grc, px }, asked);
}

const height = () => tell('hauteur', document.body.getBoundingClientRect().height);

addEventListener('message', (event) => {
  if (event.source !== parent || parent === window || !sites.has(event.origin) || event.data?.grc !== 'hauteur') return;
  asked = event.origin;
  height();
  // what must be mended has the focus: it is to be seen, wherever the page around stands
  const focused = document.activeElement;
  if (focused && focused !== document.body && focused.matches('[autofocus]')) place(focused);
});
new ResizeObserver(height).observe(document.body);

// a link within the page does not move the page around, whose scroll it is
function place(element) {
  tell('lieu', element.getBoundingClientRect().top);
}
addEventListener('hashchange', () => {
  const found = location.hash && document.getElementById(decodeURIComponent(location.hash.slice(1)));
  if (found) place(found);
});
