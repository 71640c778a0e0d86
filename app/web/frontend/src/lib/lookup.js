// An input with data-lookup offers what the server finds for the typed text; without scripts its first choices stay.
import { element, isChinese, settled } from './page.js';

async function offer(input) {
  const words = input.value.trim();
  if ([...input.list.options].some((one) => one.value === words)) return;
  const answer = await fetch(`${input.dataset.lookup}?q=${encodeURIComponent(words)}`, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok || words !== input.value.trim()) return;
  const { units } = await answer.json();
  const named = (one) => (!isChinese && one.name_en) || one.name;
  input.list.replaceChildren(...units.map((one) => element('option', { value: one.code }, named(one))));
}

export function lookUp() {
  for (const input of document.querySelectorAll('input[data-lookup]')) {
    input.addEventListener('input', settled(() => offer(input), 250));
  }
}
