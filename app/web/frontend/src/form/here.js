// "Use my position" for a pair of fields marked `geo: lat` and `geo: lon` in the same group.
import { FormContext } from '@bpmn-io/form-js-viewer';
import { h } from 'preact';
import { useContext, useState } from 'preact/hooks';
import { locate } from '../lib/position.js';
import { t } from '../lib/texts.js';

/** The keyed instances of the pair that has this parent (or any, when none is named): {lat, lon}. */
export function geoPair(form, parent, indexes = {}) {
  const registry = form.get('formFieldRegistry');
  const pair = {};
  for (const instance of form.get('formFieldInstanceRegistry').getAllKeyed()) {
    const field = registry.get(instance.id);
    const kind = field.properties?.geo;
    const same = parent === undefined || field._parent === parent;
    const sameRow = Object.entries(indexes).every(([list, index]) => instance.indexes?.[list] === index);
    if (same && sameRow && (kind === 'lat' || kind === 'lon')) pair[kind] ??= instance;
  }
  return pair;
}

function fill(form, pair, found) {
  for (const [kind, instance] of Object.entries(pair)) {
    const { serializeToString } = form.get('formFieldRegistry').get(instance.id);
    form._update({ fieldInstance: instance, value: serializeToString ? String(found[kind]) : found[kind] });
  }
}

export function HereButton({ field, indexes, readonly, disabled }) {
  const form = useContext(FormContext).getService('form');
  const [said, setSaid] = useState('');
  if (readonly || disabled || form._getState().properties.readOnly) return null;
  const find = async () => {
    setSaid(t('positioning'));
    try {
      const found = await locate();
      fill(form, geoPair(form, field._parent, indexes), found);
      setSaid(t('positionFound', { n: found.accuracy }));
    } catch (reason) {
      setSaid(reason.message);
    }
  };
  return h('div', { class: 'fjs-form-field here' },
    h('button', { type: 'button', class: 'fjs-button', onClick: find }, t('myPosition')),
    h('span', { class: 'here-said', role: 'status' }, said));
}

HereButton.config = {
  type: 'herebutton',
  keyed: false,
  name: 'Position',
  group: 'action',
  create: (options = {}) => ({ ...options }),
};
