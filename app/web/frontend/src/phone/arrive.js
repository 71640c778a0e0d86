// The five occasions: say that somebody is needed, and check in where one is. Both go through the store on the device.
import { person } from '../lib/kept.js';
import { send } from '../lib/net.js';
import { element } from '../lib/page.js';
import { t } from '../lib/texts.js';
import { flash } from '../lib/flash.js';

const KNOWN = 'yongzhi-arrivals';
const FINDINGS = ['settled', 'care', 'work', 'nobody'];

/** What waits for this person; without network what was known last. */
async function waiting() {
  const answer = await send('/api/v1/tasks?box=todo&limit=50&where=process%3Dmust_arrive').catch(() => null);
  try {
    if (answer) {
      const mine = answer.tasks.map(({ id, summary, event_no, due_at, holder }) => ({ id, summary, event_no, due_at, held: Boolean(holder) }));
      localStorage.setItem(KNOWN, JSON.stringify({ person: person(), mine }));
      return mine;
    }
    const known = JSON.parse(localStorage.getItem(KNOWN));
    return known?.person === person() ? known.mine : [];
  } catch {
    return [];
  }
}

/** What is checked in already waits no longer, whether the server has heard of it or not. */
function forgetTask(id) {
  try {
    const known = JSON.parse(localStorage.getItem(KNOWN));
    localStorage.setItem(KNOWN, JSON.stringify({ ...known, mine: known.mine.filter((one) => one.id !== id) }));
  } catch { /* then the server refuses it the second time */ }
}

export function beginArrivals({ root, act, grids, findSpot, keptTasks }) {
  const list = root.querySelector('[data-arrivals]');

  async function checkIn(event, task, card) {
    event.preventDefault();
    const { finding, note } = card.elements;
    const spot = await findSpot();
    if (!spot) { flash('warning', t('needSpot')); return; }
    forgetTask(task.id);
    card.parentElement.remove();
    await act({
      title: `${t('arrived')} · ${task.summary || task.event_no}`, url: `/api/v1/tasks/${task.id}/complete`, task: task.id,
      first: task.held ? '' : `/api/v1/tasks/${task.id}/claim`,
      json: { answers: { lat: spot.lat, lon: spot.lon, finding: finding.value, note: note.value.trim(), arrived_at: new Date().toISOString(), photos: [] } },
    });
    show();
  }

  function card(task) {
    const due = task.due_at ? new Date(task.due_at).toLocaleString([], { month: 'numeric', day: 'numeric', hour: '2-digit', minute: '2-digit' }) : '';
    const form = element('form', { 'data-task': task.id, 'aria-label': task.summary || task.event_no },
      element('div', { class: 'chips' }, ...FINDINGS.map((value, index) => element('label', { class: 'chip' },
        element('input', { type: 'radio', name: 'finding', value, checked: index === 0 }), element('span', {}, t(`finding_${value}`))))),
      element('textarea', { class: 'form-control', name: 'note', rows: 2, maxlength: 1000, required: true, placeholder: t('arriveNote'), 'aria-label': t('arriveNote') }),
      element('button', { type: 'submit', class: 'btn btn-primary' }, t('arriveHere')));
    form.addEventListener('submit', (event) => { event.stopPropagation(); checkIn(event, task, form); });
    return element('li', {}, element('h3', {}, task.summary || task.event_no),
      element('div', { class: 'mute small' }, [task.event_no, due && t('arriveUntil', { due })].filter(Boolean).join(' · ')), form);
  }

  async function show() {
    const sent = await keptTasks();
    const tasks = (await waiting()).filter((one) => !sent.includes(one.id));
    list.replaceChildren(...tasks.map(card));
    root.querySelector('[data-arrivals-none]').hidden = tasks.length > 0;
  }

  async function needed(form) {
    const [grid] = grids();
    if (!grid) { flash('warning', t('noGrid')); return; }
    const { trigger, subject, address, details } = form.elements;
    const answers = {
      trigger: trigger.value, subject: subject.value.trim(), address: address.value.trim(), details: details.value.trim(), grid: grid.code,
    };
    await act({ title: `${t('needed')} · ${answers.subject}`, url: '/api/v1/processes/must_arrive/cases', json: { answers } });
    form.reset();
    show();
  }

  return { show, needed };
}
