// The to-do list of this tab: two tabs may show two lists, and whoever finishes a task goes on in the list of its tab.
import { meta } from './page.js';

const NAME = 'yongzhi:list';
/** A longer one does not fit into a header; the server then takes the list that was looked at last. */
const LONGEST = 4000;

function stored() {
  try {
    const [actor, list] = JSON.parse(sessionStorage.getItem(NAME)) ?? [];
    return actor === meta('actor') ? list ?? '' : '';
  } catch {
    return '';
  }
}

/** The list that this page shows; of a tab that was opened from a list, that list. */
function shown() {
  const here = document.querySelector('[data-list]')?.dataset.list;
  if (here || stored() || !document.referrer) return here ?? '';
  const from = new URL(document.referrer);
  const isList = from.origin === window.location.origin && from.pathname === '/inbox';
  return isList && (from.searchParams.get('box') ?? 'todo') === 'todo' ? `box=todo&${from.search.slice(1)}` : '';
}

function keepList() {
  const list = shown();
  if (!list || list.length > LONGEST) return;
  try {
    sessionStorage.setItem(NAME, JSON.stringify([meta('actor'), list]));
  } catch {
    // a browser that keeps nothing: the server knows the last list
  }
}

/** Whoever signs out leaves nothing that he looked for. */
export function forgetList() {
  try {
    sessionStorage.removeItem(NAME);
  } catch {
    // nothing was kept
  }
}

const isOfTask = (url) => new URL(url, document.baseURI).pathname.startsWith('/tasks/');

/** The header that tells with a request about a task which list it belongs to. */
export function listHeader(url) {
  const list = stored();
  return list && isOfTask(url) ? { 'X-List': list } : {};
}

/** Keep the list of every page that shows one, and send it with plain forms too. */
export function rememberList() {
  keepList();
  for (const kind of ['htmx:afterSwap', 'page:turned']) document.addEventListener(kind, keepList);
  document.addEventListener('formdata', ({ target, formData }) => {
    const list = stored();
    if (list && target.method === 'post' && isOfTask(target.action)) formData.set('list', list);
  });
}
