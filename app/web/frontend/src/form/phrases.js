// The button beside a text: phrases that one writes again and again, put in where the cursor stands.
import { readText } from '../lib/net.js';
import { element } from '../lib/page.js';
import { t } from '../lib/texts.js';

let known = null;
const load = () => (known ??= readText('/phrases.json').then((text) => JSON.parse(text).phrases, () => []));

function insert(field, text) {
  const { selectionStart: from, selectionEnd: to, value } = field;
  field.value = value.slice(0, from) + text + value.slice(to);
  field.dispatchEvent(new Event('input', { bubbles: true }));
  field.focus();
  field.setSelectionRange(from + text.length, from + text.length);
}

async function open(button, field) {
  const shown = button.nextElementSibling;
  if (shown?.matches('.phrase-list')) { shown.remove(); button.setAttribute('aria-expanded', 'false'); return; }
  const phrases = await load();
  const choose = (text) => () => { list.remove(); button.setAttribute('aria-expanded', 'false'); insert(field, text); };
  const list = element('div', { class: 'phrase-list' }, ...phrases.map((text) => element(
    'button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick: choose(text) }, text)),
  element('a', { href: '/phrases', class: 'small' }, phrases.length ? '…' : t('phrasesNone')));
  button.setAttribute('aria-expanded', 'true');
  button.after(list);
}

/** Give every text field inside `root` that has none its button. */
export function offerPhrases(root) {
  for (const field of root.querySelectorAll('textarea:not([readonly]):not([disabled]):not([data-offered])')) {
    field.dataset.offered = 'true';
    const button = element('button', { type: 'button', class: 'btn btn-sm btn-link phrase-button', 'aria-expanded': 'false' }, t('phrases'));
    button.addEventListener('click', () => open(button, field));
    (field.closest('.fjs-input-group, .fjs-form-field')?.querySelector('textarea') ?? field).after(button);
  }
}
