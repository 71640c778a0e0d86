// A form is written in Chinese; each component may carry its English in `properties`:
// label_en, description_en, text_en, …_en for any text, options_en {value: label}, patternErrorMessage_en.
import { isChinese } from '../lib/page.js';

const TEXT_KEYS = ['label', 'description', 'text', 'title', 'alt', 'content', 'dateLabel', 'timeLabel', 'emptyText'];

function englishOptions(values, properties) {
  const given = properties.options_en ?? {};
  const named = typeof given === 'string' ? JSON.parse(given) : given;
  return values.map((option) => ({ ...option, label: named[option.value] ?? option.label_en ?? option.label }));
}

function inEnglish(component) {
  const properties = component.properties ?? {};
  const turned = { ...component };
  for (const key of TEXT_KEYS) {
    if (properties[`${key}_en`]) turned[key] = properties[`${key}_en`];
  }
  if (component.type === 'datetime') {
    turned.dateLabel = properties.dateLabel_en ?? properties.label_en ?? turned.dateLabel;
    turned.timeLabel = properties.timeLabel_en ?? 'Time';
  }
  if (component.values) turned.values = englishOptions(component.values, properties);
  if (properties.patternErrorMessage_en && component.validate) {
    turned.validate = { ...component.validate, patternErrorMessage: properties.patternErrorMessage_en };
  }
  for (const side of ['prefixAdorner', 'suffixAdorner']) {
    if (properties[`${side}_en`]) turned.appearance = { ...turned.appearance, [side]: properties[`${side}_en`] };
  }
  return turned;
}

/** The schema in the page's language, with a position button before each lat/lon pair. */
export function localised(schema) {
  const walk = (component) => {
    const turned = isChinese ? { ...component } : inEnglish(component);
    if (component.components) turned.components = withPositionButtons(component.components.map(walk));
    return turned;
  };
  return walk(schema);
}

function withPositionButtons(components) {
  const first = components.findIndex((one) => ['lat', 'lon'].includes(one.properties?.geo));
  if (first < 0) return components;
  const button = { type: 'herebutton', id: `here_${components[first].id ?? first}` };
  return [...components.slice(0, first), button, ...components.slice(first)];
}

/** `#form-options` lists in the page's language: {key: [{value, label, label_en?}]}. */
export function localisedOptions(lists) {
  const turned = {};
  for (const [key, options] of Object.entries(lists ?? {})) {
    turned[key] = Array.isArray(options)
      ? options.map((one) => ({ ...one, label: (!isChinese && one.label_en) || one.label }))
      : options;
  }
  return turned;
}
