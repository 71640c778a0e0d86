// The server's objections, beside the fields that they are about.
import { flatErrors } from '../lib/net.js';

/** Nest `texts` below [field id, row, row…], as form-js keeps errors of repeated fields. */
function place(errors, path, texts) {
  let here = errors;
  for (const part of path.slice(0, -1)) here = here[part] ??= {};
  here[path[path.length - 1]] = texts;
}

/** Show `errors` ({key path: [texts]}) in the form; gives back those that belong to no visible field. */
export function showServerErrors(form, errors) {
  const left = {};
  for (const [name, texts] of Object.entries(flatErrors(errors))) left[name.replace(/^answers\./, '')] = texts;
  const placed = {};
  for (const instance of form.get('formFieldInstanceRegistry').getAllKeyed()) {
    const path = instance.valuePath.join('.');
    // An objection to an entry of a list (`photos.0`) belongs to the list's field.
    const own = Object.keys(left).filter((name) => name === path || name.startsWith(`${path}.`));
    if (!own.length) continue;
    place(placed, [instance.id, ...Object.values(instance.indexes ?? {})], own.flatMap((name) => left[name]));
    own.forEach((name) => delete left[name]);
  }
  form._setState({ errors: placed });
  return left;
}

/** Move to the first field with an objection. */
export function focusFirstError(root) {
  const field = root.querySelector('.fjs-has-errors, .fjs-form-field-error')?.closest('.fjs-form-field, .fjs-element');
  field?.scrollIntoView({ block: 'center' });
  field?.querySelector('input:not(.fjs-hidden), textarea, select, button')?.focus({ preventScroll: true });
}

export function countErrors(errors) {
  return Object.values(errors ?? {}).reduce((sum, one) => sum + (Array.isArray(one) ? 1 : countErrors(one)), 0);
}
