// Shows a diagram's English names (property name_en) when the page is English. For reading only:
// the modeler shows and saves the names as they are.
import { isChinese } from '../lib/page.js';

function englishName(object) {
  const values = object.get?.('extensionElements')?.get('values') ?? [];
  const properties = values.find((one) => one.$type === 'spiffworkflow:Properties')?.get('properties') ?? [];
  return properties.find((one) => one.name === 'name_en')?.value;
}

function English(eventBus) {
  if (isChinese) return;
  eventBus.on('import.parse.complete', ({ elementsById }) => {
    for (const object of Object.values(elementsById ?? {})) {
      const name = object.$instanceOf?.('bpmn:BaseElement') && englishName(object);
      if (name) object.name = name;
    }
  });
}
English.$inject = ['eventBus'];

export default { __init__: ['english'], english: ['type', English] };
