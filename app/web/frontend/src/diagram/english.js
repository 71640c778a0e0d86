// Shows a diagram's English names (property name_en) when the page is English. For reading only:
// the modeler shows and saves the names as they are.
import { isChinese } from '../lib/page.js';

function englishName(object) {
  const values = object.get?.('extensionElements')?.get('values') ?? [];
  const properties = values.find((one) => one.$type === 'spiffworkflow:Properties')?.get('properties') ?? [];
  return properties.find((one) => one.name === 'name_en')?.value;
}

const LETTER = 5.6;
const WIDEST = 96;

/** Labels were laid out for Chinese: a Latin word needs more width, around the same middle. */
function makeRoom(drawn) {
  const bounds = drawn.label?.bounds;
  const longest = Math.max(0, ...(drawn.bpmnElement?.name ?? '').split(/\s+/).map((word) => word.length));
  const width = Math.min(WIDEST, Math.max(bounds?.width ?? 0, longest * LETTER + 8));
  if (!bounds || width <= bounds.width) return;
  bounds.x -= (width - bounds.width) / 2;
  bounds.width = width;
}

function English(eventBus) {
  if (isChinese) return;
  eventBus.on('import.parse.complete', ({ elementsById }) => {
    const objects = Object.values(elementsById ?? {});
    for (const object of objects) {
      const name = object.$instanceOf?.('bpmn:BaseElement') && englishName(object);
      if (name) object.name = name;
    }
    objects.forEach(makeRoom);
  });
}
English.$inject = ['eventBus'];

export default { __init__: ['english'], english: ['type', English] };
