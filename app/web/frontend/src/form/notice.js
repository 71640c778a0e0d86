// The strips above a form and above its buttons: what is wrong, what was restored, what to do now, what comes next.
import { element } from '../lib/page.js';

/** Put a notice up, or `below` where the buttons are; `acts` are [label, action] pairs. Replaces the one before. */
export function notice(root, kind, text, { lines = [], acts = [], below = false } = {}) {
  clearNotice(root);
  const strip = root.querySelector(below ? '.form-next' : '.form-notice');
  strip.replaceChildren(element(
    'div',
    { class: `alert alert-${kind}`, role: kind === 'info' ? 'status' : 'alert', tabindex: -1 },
    element('div', {}, text),
    lines.length ? element('ul', {}, ...lines.map((line) => element('li', {}, line))) : null,
    acts.length ? element('div', { class: 'buttons' }, ...acts.map(([label, action]) => element(
      'button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick: action }, label))) : null,
  ));
  // what stands by itself on an opened page does not move it; an answer is seen by whoever asked
  if (kind !== 'info' || below) strip.scrollIntoView({ block: 'nearest' });
}

export function clearNotice(root) {
  root.querySelectorAll('.form-notice').forEach((strip) => strip.replaceChildren());
}
