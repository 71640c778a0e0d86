// bpmn.io texts in the page's language: the community's dictionary, and ours for what it lacks.
import known from 'bpmn-js-i18n/translations/zn.js';
import { isChinese } from '../lib/page.js';
import more from './chinese.json';

const dictionary = { ...known, ...more };

export function translate(template, values = {}) {
  const text = (isChinese && dictionary[template]) || template;
  return String(text).replace(/{([^}]+)}/g, (hole, key) => values[key] ?? hole);
}

export default { translate: ['value', translate] };
