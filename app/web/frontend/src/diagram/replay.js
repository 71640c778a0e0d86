// The auditor's page: step through a case on the diagrams of the versions that ran.
import { readText, send } from '../lib/net.js';
import { element } from '../lib/page.js';
import { t } from '../lib/texts.js';
import { Screen, zoomButtons } from './screen.js';
import { describe } from './step.js';

const PACE = 1100;

export class Replay {
  constructor(root) {
    this.root = root;
    this.at = 0;
    this.timer = null;
    this.sources = new Map();
    this.build();
  }

  build() {
    const button = (sign, name, action) => element('button', {
      type: 'button', class: 'btn btn-sm btn-outline-secondary', 'data-act': name, title: t(name), 'aria-label': t(name), onclick: action,
    }, sign);
    this.slider = element('input', { type: 'range', min: 1, max: 1, value: 1, class: 'replay-slider', 'aria-label': t('slider'), oninput: () => this.go(Number(this.slider.value) - 1) });
    this.count = element('output', { class: 'replay-count number' });
    this.playing = button('▶', 'play', () => this.toggle());
    this.title = element('div', { class: 'diagram-title' });
    this.canvas = element('div', { class: 'diagram-canvas' });
    this.side = element('aside', { class: 'replay-side', 'aria-live': 'polite' });
    this.list = element('ol', { class: 'replay-list' });
    this.root.replaceChildren(
      element('div', { class: 'replay-bar' },
        button('❙◀', 'first', () => this.go(0)), button('◀', 'previous', () => this.go(this.at - 1)), this.playing,
        button('▶❙', 'next', () => this.go(this.at + 1)), this.slider, this.count),
      element('div', { class: 'replay-body' },
        element('div', { class: 'replay-stage' }, this.title, this.canvas, element('div', { class: 'diagram-foot' }, element('span'), zoomButtons(() => this.screen.canvas))),
        element('div', { class: 'replay-right' }, this.side, this.list)),
    );
    this.screen = new Screen(this.canvas);
  }

  async load() {
    const { steps, diagrams, titles = {} } = await send(this.root.dataset.stepsUrl);
    Object.assign(this, { steps, diagrams, titles });
    if (!steps.length) { this.side.textContent = t('noSteps'); return; }
    this.slider.max = String(steps.length);
    this.list.replaceChildren(...steps.map((step, index) => element('li', {}, element(
      'button', { type: 'button', onclick: () => this.go(index) }, `${step.seq} ${step.title ?? step.kind}`))));
    const asked = Number(new URLSearchParams(window.location.search).get('step') ?? NaN);
    const index = steps.findIndex((step) => step.seq === asked);
    await this.go(index < 0 ? steps.length - 1 : index);
    this.root.addEventListener('keydown', (event) => {
      if (event.target === this.slider) return;
      if (event.key === 'ArrowRight') this.go(this.at + 1);
      if (event.key === 'ArrowLeft') this.go(this.at - 1);
    });
  }

  /** Show step `index` (from 0). Steps asked for while a diagram loads are not lost: the last one wins. */
  async go(index) {
    if (index < 0 || index >= this.steps.length) return;
    this.at = index;
    this.slider.value = String(index + 1);
    this.count.textContent = t('stepOf', { n: index + 1, all: this.steps.length });
    const step = this.steps[index];
    this.side.replaceChildren(describe(step));
    this.list.querySelector('[aria-current]')?.removeAttribute('aria-current');
    const entry = this.list.children[index]?.firstChild;
    entry?.setAttribute('aria-current', 'step');
    if (entry) this.list.scrollTop = entry.offsetTop - this.list.clientHeight / 2;
    await this.showDiagram(this.diagramOf(index), index);
    this.root.dataset.step = String(step.seq);
  }

  /** The diagram of the step, or of the last step before it that has one. */
  diagramOf(index) {
    for (let at = index; at >= 0; at -= 1) {
      if (this.steps[at].process && this.diagrams[this.steps[at].process]) return this.steps[at].process;
    }
    return Object.keys(this.diagrams)[0];
  }

  async showDiagram(name, index) {
    if (!this.sources.has(name)) this.sources.set(name, readText(this.diagrams[name]));
    const xml = await this.sources.get(name);
    if (this.at !== index) return;
    if (this.screen.shown !== name) {
      // One import at a time: a second one would draw into a canvas that the first still fills.
      this.importing = (this.importing ?? Promise.resolve()).then(() => (this.at === index ? this.screen.show(xml, name) : null));
      await this.importing;
      if (this.at !== index) return;
      this.title.textContent = `${t('diagram')}：${this.titles[name] ?? name}`;
    }
    this.paint(name, index);
  }

  paint(name, index) {
    this.screen.clear();
    let last = null;
    const passed = new Set();
    for (const step of this.steps.slice(0, index + 1)) {
      for (const flow of step.flows ?? []) passed.add(flow);
      if (step.process !== name || !step.node) continue;
      const flow = last && last !== step.node && this.screen.flowBetween(last, step.node);
      if (flow) passed.add(flow);
      passed.add(step.node);
      last = step.node;
    }
    const { node, process, kind } = this.steps[index];
    const current = process === name && node;
    for (const id of passed) if (id !== current) this.screen.mark(id, 'done');
    if (!current) return;
    const failed = /fail/i.test(kind ?? '');
    this.screen.mark(current, failed ? 'failed' : 'active');
    this.screen.badge(current, String(this.steps[index].seq), failed ? 'failed' : 'active');
    this.screen.reveal(current);
  }

  toggle() {
    if (this.timer) { this.pause(); return; }
    if (this.at >= this.steps.length - 1) this.go(0);
    this.playing.textContent = '❙❙';
    this.playing.setAttribute('aria-label', t('pause'));
    this.timer = setInterval(() => {
      if (this.at >= this.steps.length - 1) this.pause();
      else this.go(this.at + 1);
    }, PACE);
  }

  pause() {
    clearInterval(this.timer);
    this.timer = null;
    this.playing.textContent = '▶';
    this.playing.setAttribute('aria-label', t('play'));
  }
}

/** [data-replay] with data-steps-url. */
export async function showReplay(root) {
  const replay = new Replay(root);
  await replay.load();
  root.dataset.ready = 'true';
}
