// Questions before an act. The browser's own <dialog> traps focus and closes on Escape.
import { element } from './page.js';
import { t } from './texts.js';

/** Ask; resolves to true or false. */
export function ask(question, { yes = t('confirm'), danger = false } = {}) {
  return new Promise((resolve) => {
    const agree = element('button', { class: `btn btn-sm ${danger ? 'btn-danger' : 'btn-primary'}`, value: 'yes' }, yes);
    const dialog = element(
      'dialog',
      { class: 'ask' },
      element('p', {}, question),
      element('form', { method: 'dialog', class: 'ask-buttons' },
        element('button', { class: 'btn btn-sm btn-outline-secondary', value: 'no' }, t('cancel')), agree),
    );
    dialog.addEventListener('close', () => { resolve(dialog.returnValue === 'yes'); dialog.remove(); });
    document.body.append(dialog);
    dialog.showModal();
    agree.focus();
  });
}

/** Ask for a line of text; resolves to null when cancelled or empty. */
export function askText(question, { value = '', yes = t('confirm') } = {}) {
  return new Promise((resolve) => {
    const field = element('textarea', { class: 'form-control', rows: 3, maxlength: 500, required: true });
    field.value = value;
    const dialog = element(
      'dialog',
      { class: 'ask' },
      element('form', { method: 'dialog' },
        element('label', {}, question, field),
        element('div', { class: 'ask-buttons' },
          element('button', { class: 'btn btn-sm btn-outline-secondary', value: 'no', formnovalidate: true }, t('cancel')),
          element('button', { class: 'btn btn-sm btn-primary', value: 'yes' }, yes))),
    );
    dialog.addEventListener('close', () => {
      resolve(dialog.returnValue === 'yes' ? field.value.trim() || null : null);
      dialog.remove();
    });
    document.body.append(dialog);
    dialog.showModal();
    field.focus();
  });
}

/** Show a picture large; closes on click. */
export function showPicture(url, name) {
  const dialog = element('dialog', { class: 'picture', onclick: () => dialog.close(), onclose: () => dialog.remove() },
    element('img', { src: url, alt: name }), element('p', {}, name));
  document.body.append(dialog);
  dialog.showModal();
}
