// The case page's diagram: where the case stands now.
import { readText, send } from '../lib/net.js';
import { element, settled } from '../lib/page.js';
import { t } from '../lib/texts.js';
import { fit, Screen, zoomButtons } from './screen.js';

const STATES = [['done', 'stateDone'], ['active', 'stateActive'], ['failed', 'stateFailed']];

function legend() {
  return element('div', { class: 'diagram-legend' },
    ...STATES.map(([name, text]) => element('span', { class: `legend legend-${name}` }, t(text))));
}

function showState(screen, state) {
  screen.clear();
  for (const id of state.flows ?? []) screen.mark(id, 'done');
  for (const [name, text] of STATES) {
    for (const id of state[name] ?? []) {
      screen.mark(id, name);
      if (name !== 'done') screen.badge(id, t(text), name);
    }
  }
}

function followLinks(screen, links = {}) {
  for (const id of Object.keys(links)) screen.mark(id, 'linked');
  screen.viewer.on('element.click', ({ element: clicked }) => {
    if (Object.hasOwn(links, clicked.id)) window.location.assign(links[clicked.id]);
  });
}

/** [data-viewer] with data-xml-url and data-state-url. */
export async function showPosition(root) {
  const canvas = element('div', { class: 'diagram-canvas' });
  root.replaceChildren(canvas);
  const screen = new Screen(canvas);
  root.append(element('div', { class: 'diagram-foot' }, root.dataset.stateUrl ? legend() : null, zoomButtons(() => screen.canvas)));
  const [xml, state] = await Promise.all([
    readText(root.dataset.xmlUrl), root.dataset.stateUrl ? send(root.dataset.stateUrl) : {},
  ]);
  await screen.show(xml, root.dataset.xmlUrl);
  showState(screen, state);
  const [now] = state.active ?? [];
  if (now) screen.reveal(now);
  followLinks(screen, state.links);
  let width = canvas.clientWidth;
  const resized = settled(() => {
    if (!canvas.clientWidth || canvas.clientWidth === width) return;
    width = canvas.clientWidth;
    fit(screen.canvas);
    if (now) screen.reveal(now);
  }, 150);
  new ResizeObserver(resized).observe(canvas);
  root.dataset.ready = 'true';
}
