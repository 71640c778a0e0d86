// Diagrams for reading: [data-viewer] where a case stands, [data-replay] how it came there.
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import './viewer.css';
import { showPosition } from './diagram/position.js';
import { showReplay } from './diagram/replay.js';
import { element } from './lib/page.js';
import { t } from './lib/texts.js';

const ROOMS = [['[data-viewer]', showPosition], ['[data-replay]', showReplay]];

for (const [selector, show] of ROOMS) {
  for (const root of document.querySelectorAll(selector)) {
    show(root).catch((reason) => {
      root.prepend(element('div', { class: 'alert alert-danger', role: 'alert' }, t('diagramBroken', { reason: reason.message })));
      throw reason;
    });
  }
}
