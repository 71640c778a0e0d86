// A read-only diagram with zoom buttons and marks.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import { element } from '../lib/page.js';
import { t } from '../lib/texts.js';
import english from './english.js';
import spiff from './spiff.json';
import touch from './touch.js';
import translate from './translate.js';

const STEP = 1.25;

export function zoomButtons(canvas) {
  const button = (sign, name, action) => element('button', {
    type: 'button', class: 'btn btn-sm btn-outline-secondary', title: t(name), 'aria-label': t(name), onclick: action,
  }, sign);
  return element('div', { class: 'diagram-zoom btn-group' },
    button('＋', 'zoomIn', () => canvas().zoom(canvas().zoom() * STEP)),
    button('－', 'zoomOut', () => canvas().zoom(canvas().zoom() / STEP)),
    button('⤢', 'fit', () => fit(canvas())));
}

const MARGIN = 24;
const LARGEST = 1.2;
const TOO_SMALL = 0.45;
const READABLE = 0.75;

/** Show all of the diagram with a margin, but not much larger than drawn. */
export function fit(canvas) {
  canvas.resized();
  const { inner, outer } = canvas.viewbox();
  if (!inner.width || !outer.width) return;
  const scale = Math.min(LARGEST, (outer.width - 2 * MARGIN) / inner.width, (outer.height - 2 * MARGIN) / inner.height);
  const width = outer.width / scale;
  const height = outer.height / scale;
  canvas.viewbox({ x: inner.x - (width - inner.width) / 2, y: inner.y - (height - inner.height) / 2, width, height });
}

export class Screen {
  constructor(container) {
    this.container = container;
    this.viewer = new NavigatedViewer({ container, additionalModules: [english, touch, translate], moddleExtensions: { spiffworkflow: spiff } });
    this.marked = [];
    this.shown = null;
  }

  get canvas() { return this.viewer.get('canvas'); }

  /** Show that XML; `name` lets callers ask what is shown. */
  async show(xml, name) {
    this.marked = [];
    await this.viewer.importXML(xml);
    this.shown = name;
    fit(this.canvas);
  }

  has(id) { return Boolean(this.shown !== null && this.viewer.get('elementRegistry').get(id)); }

  mark(id, name) {
    if (!this.has(id)) return;
    this.canvas.addMarker(id, name);
    this.marked.push([id, name]);
  }

  /** Put a word at the upper edge of a node, for those who do not tell colours apart. */
  badge(id, text, name) {
    if (!this.has(id)) return;
    this.viewer.get('overlays').add(id, 'badge', {
      position: { top: -11, left: 6 }, html: element('span', { class: `badge-word badge-${name}` }, text),
    });
  }

  clear() {
    for (const [id, name] of this.marked) this.canvas.removeMarker(id, name);
    this.marked = [];
    this.viewer.get('overlays').clear();
  }

  /** The sequence flow that leads from one node straight to another, if there is one. */
  flowBetween(from, to) {
    const start = this.viewer.get('elementRegistry').get(from);
    return start?.outgoing?.find((flow) => flow.target?.id === to && flow.type === 'bpmn:SequenceFlow')?.id ?? null;
  }

  /** Bring a node into view if it is outside; on small screens also close enough to read. */
  reveal(id) {
    const shape = this.viewer.get('elementRegistry').get(id);
    if (!shape || shape.waypoints) return;
    const small = this.canvas.zoom() < TOO_SMALL;
    if (small) this.canvas.zoom(READABLE);
    const { x, y, width, height } = this.canvas.viewbox();
    const inside = shape.x > x && shape.y > y && shape.x + shape.width < x + width && shape.y + shape.height < y + height;
    if (inside && !small) return;
    this.canvas.viewbox({
      x: shape.x + shape.width / 2 - width / 2, y: shape.y + shape.height / 2 - height / 2, width, height,
    });
  }
}
