// One step in words: who, when, where, and what it changed. Everything is put in as text.
import { element, isChinese } from '../lib/page.js';
import { t } from '../lib/texts.js';

/** The wall-clock time as recorded; a time in UTC is shown in the city's zone. */
export function wallTime(at) {
  if (!at) return '';
  const parts = /^(\d{4}-\d\d-\d\d)[T ](\d\d:\d\d:\d\d)(?:\.\d+)?(Z|[+-]\d\d:?\d\d)?$/.exec(at);
  if (!parts) return String(at);
  if (parts[3] && parts[3] !== 'Z' && !/^[+-]00:?00$/.test(parts[3])) return `${parts[1]} ${parts[2]}`;
  return new Intl.DateTimeFormat('sv-SE', { dateStyle: 'short', timeStyle: 'medium', timeZone: 'Asia/Shanghai' }).format(new Date(at));
}

function actorText(actor) {
  if (!actor || typeof actor === 'string') return actor ?? '';
  const joint = isChinese ? '，' : ', ';
  return [actor.name ?? actor.username ?? actor.id, actor.role_name ?? actor.role, actor.unit_name ?? actor.unit].filter(Boolean).join(joint);
}

function valueText(value) {
  if (value === null || value === undefined || value === '') return '—';
  return typeof value === 'object' ? JSON.stringify(value, null, 1) : String(value);
}

function changeCell(value) {
  const both = value && typeof value === 'object' && !Array.isArray(value) && ('before' in value || 'after' in value);
  if (!both) return element('td', {}, valueText(value));
  return element('td', {}, element('del', {}, valueText(value.before)), ' → ', element('ins', {}, valueText(value.after)));
}

function changesTable(changes) {
  const rows = Array.isArray(changes)
    ? changes.map((one) => [one.label ?? one.key ?? one.name, 'before' in one || 'after' in one ? one : one.value])
    : Object.entries(changes ?? {});
  if (!rows.length) return element('p', { class: 'mute small' }, t('noChanges'));
  return element('table', { class: 'changes' }, element('tbody', {},
    ...rows.map(([name, value]) => element('tr', {}, element('th', { scope: 'row' }, String(name)), changeCell(value)))));
}

export function describe(step) {
  const rows = [
    [t('time'), wallTime(step.at)],
    [t('actor'), actorText(step.actor)],
    [t('fact'), step.kind_name ?? step.kind],
    [t('place'), step.node_name ?? step.node],
  ].filter(([, text]) => text);
  return element('div', {},
    element('h2', {}, `${step.seq} · ${step.title ?? step.kind}`),
    element('dl', { class: 'facts' }, ...rows.flatMap(([name, text]) => [element('dt', {}, name), element('dd', {}, text)])),
    step.hash ? element('p', { class: 'step-hash' }, step.hash) : null,
    element('h3', {}, t('changes')), changesTable(step.changes));
}
