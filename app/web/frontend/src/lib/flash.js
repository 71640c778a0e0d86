// Short messages at the top of the page.
import { element } from './page.js';
import { t } from './texts.js';

const AWAY_AFTER = 6000;

export function fade(message) {
  setTimeout(() => message.remove(), AWAY_AFTER);
}

/** Say something; kind is success, info, warning or danger. */
export function flash(kind, text) {
  const message = element(
    'div',
    { class: `alert alert-${kind}`, role: kind === 'danger' || kind === 'warning' ? 'alert' : 'status', 'data-flash': true },
    element('span', {}, text),
    element('button', { type: 'button', class: 'btn-close', 'data-dismiss': true, 'aria-label': t('close') }),
  );
  document.getElementById('flash')?.append(message);
  if (kind === 'success' || kind === 'info') fade(message);
  return message;
}
