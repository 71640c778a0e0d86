// An input with data-lookup offers what the server finds for the typed text; without scripts its first choices stay.
import { element, settled } from './page.js';

async function offer(input) {
  const words = input.value.trim();
  if ([...input.list.options].some((one) => one.value === words)) return;
  const address = new URL(input.dataset.lookup, window.location.href);
  address.searchParams.set('q', words);
  const answer = await fetch(address, { headers: { Accept: 'application/json' } }).catch(() => null);
  if (!answer?.ok || words !== input.value.trim()) return;
  const { options } = await answer.json();
  input.list.replaceChildren(...options.map((one) => element('option', { value: one.value }, one.label)));
}

export function lookUp() {
  for (const input of document.querySelectorAll('input[data-lookup]')) {
    input.addEventListener('input', settled(() => offer(input), 250));
  }
}
