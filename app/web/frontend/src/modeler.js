// The designer's page: [data-modeler] edits one diagram, shows the server's findings, and proposes it.
import BpmnModeler from 'bpmn-js/lib/Modeler';
import { CreateAppendAnythingModule } from 'bpmn-js-create-append-anything';
import { BpmnPropertiesPanelModule, BpmnPropertiesProviderModule } from 'bpmn-js-properties-panel';
import minimap from 'diagram-js-minimap';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import './modeler.css';
import touch from './diagram/touch.js';
import translate from './diagram/translate.js';
import { askText } from './lib/dialog.js';
import { forget, keep, recall } from './lib/drafts.js';
import { flash } from './lib/flash.js';
import { follow, newKey, readText, send } from './lib/net.js';
import { element, readBlock, settled } from './lib/page.js';
import { t } from './lib/texts.js';
import { Findings } from './modeler/findings.js';
import offers from './modeler/offers.js';
import vocabulary from './modeler/properties.js';
import spiff from './diagram/spiff.json';

const PALETTE = 150;

/** Show the whole diagram beside the palette. */
function fitBeside(modeler) {
  const canvas = modeler.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  const { inner, outer } = canvas.viewbox();
  if (outer.width < 600 || !inner.width) return;
  const scale = Math.min(1, (outer.width - PALETTE - 30) / inner.width, (outer.height - 40) / inner.height);
  canvas.viewbox({
    x: inner.x - PALETTE / scale, y: inner.y + inner.height / 2 - outer.height / 2 / scale,
    width: outer.width / scale, height: outer.height / scale,
  });
}

function build(root) {
  const button = (act, label, style = 'outline-secondary') => element('button', { type: 'button', class: `btn btn-sm btn-${style}`, 'data-act': act }, label);
  const canvas = element('div', { class: 'modeler-canvas' });
  const properties = element('div', { class: 'modeler-properties' });
  const findings = element('div', { class: 'findings', 'aria-live': 'polite' });
  const said = element('span', { class: 'modeler-said mute small', role: 'status' });
  root.replaceChildren(
    element('div', { class: 'modeler-bar' },
      button('undo', t('undo')), button('redo', t('redo')), button('fit', t('fit')), button('panel', t('panel')), said,
      button('download', t('download')), root.dataset.draftUrl ? button('draft', t('keepDraft')) : null, root.dataset.proposeUrl ? button('propose', t('propose'), 'primary') : null),
    canvas, element('div', { class: 'modeler-side' }, properties, findings));
  return { canvas, properties, findings, said };
}

function download(name, xml) {
  const link = element('a', { href: URL.createObjectURL(new Blob([xml], { type: 'application/xml' })), download: name });
  link.click();
  setTimeout(() => URL.revokeObjectURL(link.href), 1000);
}

async function propose(root, modeler, findings, draftName) {
  const message = await askText(t('proposeFirst'), { yes: t('propose') });
  if (!message) return;
  const { xml } = await modeler.saveXML({ format: true });
  try {
    const answer = await send(root.dataset.proposeUrl, { json: { xml, message }, key: newKey() });
    forget(draftName);
    root.dataset.dirty = '';
    flash('success', t('proposed'));
    if (answer?.location) follow(answer.location);
  } catch (problem) {
    if (problem.document?.findings) findings.show(problem.document.findings);
    flash('danger', problem.message);
  }
}

async function keepOnServer(root, modeler, draftName) {
  const { xml } = await modeler.saveXML({ format: true });
  try {
    const answer = await send(root.dataset.draftUrl, { json: { xml, message: '' }, key: newKey() });
    forget(draftName);
    root.dataset.dirty = '';
    if (answer?.location) follow(answer.location);
  } catch (problem) {
    flash('danger', problem.message);
  }
}

function connect(root, modeler, findings, parts, draftName) {
  const stack = modeler.get('commandStack');
  const keepSoon = settled(async () => {
    const { xml } = await modeler.saveXML({ format: true });
    // it may have been proposed meanwhile: then nothing is left to restore
    if (root.dataset.dirty) keep(draftName, { xml });
  }, 1000);
  const refresh = () => {
    root.querySelector('[data-act=undo]').disabled = !stack.canUndo();
    root.querySelector('[data-act=redo]').disabled = !stack.canRedo();
  };
  modeler.on('commandStack.changed', () => {
    refresh();
    root.dataset.dirty = 'true';
    parts.said.textContent = t('unsaved');
    findings.checkSoon();
    keepSoon();
  });
  refresh();
  const acts = {
    undo: () => stack.undo(),
    redo: () => stack.redo(),
    fit: () => fitBeside(modeler),
    panel: () => root.classList.toggle('side-open'),
    download: async () => download(root.dataset.fileName || 'process.bpmn', (await modeler.saveXML({ format: true })).xml),
    draft: () => keepOnServer(root, modeler, draftName),
    propose: () => propose(root, modeler, findings, draftName),
  };
  root.addEventListener('click', (event) => acts[event.target.closest('[data-act]')?.dataset.act]?.());
  window.addEventListener('beforeunload', (event) => { if (root.dataset.dirty) event.preventDefault(); });
}

async function start(root) {
  const parts = build(root);
  const draftName = root.dataset.draftKey || `diagram:${root.dataset.xmlUrl}`;
  const modeler = new BpmnModeler({
    container: parts.canvas,
    propertiesPanel: { parent: parts.properties },
    yongzhi: readBlock('modeler-options', {}),
    additionalModules: [
      BpmnPropertiesPanelModule, BpmnPropertiesProviderModule, CreateAppendAnythingModule, minimap, translate, touch, vocabulary, offers,
    ],
    moddleExtensions: { spiffworkflow: spiff },
  });
  const findings = new Findings({ modeler, url: root.dataset.checkUrl, panel: parts.findings });
  const kept = recall(draftName);
  const published = await readText(root.dataset.xmlUrl);
  await modeler.importXML(kept?.xml ?? published).catch(() => modeler.importXML(published));
  fitBeside(modeler);
  connect(root, modeler, findings, parts, draftName);
  if (kept) {
    root.dataset.dirty = 'true';
    parts.said.replaceChildren(`${t('restored')} `, element('button', {
      type: 'button', class: 'btn btn-sm btn-outline-secondary',
      onclick: () => { forget(draftName); root.dataset.dirty = ''; window.location.reload(); },
    }, t('discard')));
  }
  await findings.check();
  root.dataset.ready = 'true';
}

for (const root of document.querySelectorAll('[data-modeler]')) {
  start(root).catch((reason) => {
    root.prepend(element('div', { class: 'alert alert-danger', role: 'alert' }, t('diagramBroken', { reason: reason.message })));
    throw reason;
  });
}
