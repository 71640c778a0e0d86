// The strip above a form: what is wrong, what was restored, what to do now.
import { element } from '../lib/page.js';

/** Put a notice up; `acts` are [label, action] pairs. Replaces the one before. */
export function notice(root, kind, text, { lines = [], acts = [] } = {}) {
  const strip = root.querySelector('.form-notice');
  strip.replaceChildren(element(
    'div',
    { class: `alert alert-${kind}`, role: kind === 'info' ? 'status' : 'alert', tabindex: -1 },
    element('div', {}, text),
    lines.length ? element('ul', {}, ...lines.map((line) => element('li', {}, line))) : null,
    acts.length ? element('div', { class: 'buttons' }, ...acts.map(([label, action]) => element(
      'button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick: action }, label))) : null,
  ));
  if (kind !== 'info') strip.scrollIntoView({ block: 'nearest' });
}

export function clearNotice(root) {
  root.querySelector('.form-notice').replaceChildren();
}
