// From a finished task to the next one without leaving the page: scripts stay, what stands in the page changes. Loading
// the scripts of a form anew takes longer than everything else on the way.
import { meta } from '../lib/page.js';

/** Loading the whole page after all takes longer than whatever is slow here. */
const PATIENCE = 20_000;
const TASK = /\/tasks\/[^/]+$/;
let shown = window.location.pathname;
let turned = false;

/** What a page is made of, besides its content: another release or another person need a new page. */
const frameOf = (page) => [page.documentElement.lang, meta('actor', page),
  ...[...page.head.querySelectorAll('link[rel=stylesheet], script[src]')].map((one) => one.getAttribute('href') ?? one.getAttribute('src'))].join();

async function read(target) {
  const answer = await fetch(target, { headers: { Accept: 'text/html' }, credentials: 'same-origin', signal: AbortSignal.timeout(PATIENCE) });
  const isThere = answer.ok && new URL(answer.url).pathname === target.pathname;
  return isThere ? new DOMParser().parseFromString(await answer.text(), 'text/html') : null;
}

/**
 * Show a task in place of what this page shows; false if that takes a page of its own.
 * The document tells with `page:turned` that there is something to bring to life.
 */
export async function turn(location) {
  const target = new URL(location, document.baseURI);
  if (target.origin !== window.location.origin || !TASK.test(target.pathname)) return false;
  const next = await read(target).catch(() => null);
  if (!next || frameOf(next) !== frameOf(document)) return false;
  window.history.pushState({ turned: true }, '', target);
  [shown, turned] = [target.pathname, true];
  document.title = next.title;
  document.querySelector('meta[name="csrf-token"]').content = meta('csrf-token', next);
  document.body.className = next.body.className;
  document.body.replaceChildren(...next.body.childNodes);
  window.scrollTo(0, 0);
  // whoever listens to the page hears where he is
  document.getElementById('content')?.focus({ preventScroll: true });
  document.dispatchEvent(new CustomEvent('page:turned'));
  return true;
}

// Back and forward lead to tasks that this page does not show any more.
window.addEventListener('popstate', () => { if (turned && window.location.pathname !== shown) window.location.reload(); });
