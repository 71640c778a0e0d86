// The server's findings: a list beside the diagram, and a mark on each element that has one.
import { send } from '../lib/net.js';
import { element, settled } from '../lib/page.js';
import { t } from '../lib/texts.js';

const QUIET = 1200;

export class Findings {
  constructor({ modeler, url, panel }) {
    Object.assign(this, { modeler, url, panel });
    this.asked = 0;
    this.checkSoon = settled(() => this.check(), QUIET);
  }

  say(text, name = '') {
    this.panel.replaceChildren(element('div', { class: 'findings-head' }, t('findings')), element('p', { class: `findings-said ${name}` }, text));
  }

  /** Ask the server; only the answer to the last question counts. */
  async check() {
    if (!this.url) return;
    const question = this.asked += 1;
    if (!this.panel.childElementCount) this.say(t('checking'));
    this.panel.setAttribute('aria-busy', 'true');
    try {
      const { xml } = await this.modeler.saveXML({ format: true });
      const { findings } = await send(this.url, { json: { xml } });
      if (question === this.asked) this.show(findings ?? []);
    } catch (problem) {
      if (question === this.asked) this.say(t('checkFailed', { reason: problem.message }), 'bad');
    } finally {
      if (question === this.asked) this.panel.removeAttribute('aria-busy');
    }
  }

  /** Findings are [{element, rule, text, severity?, file?}]. */
  show(findings) {
    const canvas = this.modeler.get('canvas');
    const registry = this.modeler.get('elementRegistry');
    for (const shape of registry.filter((one) => canvas.hasMarker(one, 'found'))) canvas.removeMarker(shape, 'found');
    if (!findings.length) { this.say(t('noFindings'), 'good'); return; }
    const row = (finding) => {
      const shape = finding.element && registry.get(finding.element);
      if (shape) canvas.addMarker(shape, 'found');
      const name = shape?.businessObject?.name || finding.element || finding.file || '';
      const tone = finding.severity === 'warning' ? 'amber' : 'red';
      return element('li', {}, element(
        'button', { type: 'button', onclick: () => this.select(finding.element), disabled: !shape },
        element('span', { class: `tag tag-${tone}` }, finding.rule ?? t(tone === 'red' ? 'error' : 'warning')),
        name ? element('strong', {}, name) : null,
        element('span', {}, finding.text ?? finding.message ?? '')));
    };
    this.panel.replaceChildren(
      element('div', { class: 'findings-head' }, t('findings'), element('span', { class: 'count' }, String(findings.length))),
      element('ul', { class: 'findings-list' }, ...findings.map(row)));
  }

  select(id) {
    const shape = this.modeler.get('elementRegistry').get(id);
    if (!shape) return;
    this.modeler.get('selection').select(shape);
    if (!shape.waypoints && shape.parent) this.modeler.get('canvas').scrollToElement(shape, 100);
  }
}
