// While people describe what they see, the server guesses the affair; a tap takes it.
// The form says: data-suggest-url, data-suggest-from="#content", data-suggest-into="item_code".
import { send } from '../lib/net.js';
import { element, settled } from '../lib/page.js';
import { t } from '../lib/texts.js';

const SHORTEST = 2;
const LONGEST = 200;

export class Suggestions {
  constructor(form) {
    this.form = form;
    this.source = form.querySelector(form.dataset.suggestFrom || '[name=content]');
    this.target = form.elements[form.dataset.suggestInto || 'item_code'];
    this.chosenName = form.elements[`${this.target.name}_name`] ?? null;
    this.box = form.querySelector('[data-suggestions]') ?? element('div');
    if (!this.box.isConnected) this.source.after(this.box);
    this.box.classList.add('suggestions');
    this.box.setAttribute('aria-live', 'polite');
    this.asking = null;
    this.soon = settled(() => this.ask(), 350);
    this.source.addEventListener('input', () => { if (!this.target.value) this.soon(); });
    if (this.target.value) this.showChosen(this.chosenName?.value || this.target.value);
    else if (this.source.value) this.soon();
  }

  async ask() {
    const text = this.source.value.trim().slice(0, LONGEST);
    this.asking?.abort();
    if (text.length < SHORTEST) { this.box.replaceChildren(); return; }
    this.asking = new AbortController();
    const url = new URL(this.form.dataset.suggestUrl, document.baseURI);
    url.searchParams.set('q', text);
    try {
      const { suggestions } = await send(url, { signal: this.asking.signal });
      this.show(suggestions ?? []);
    } catch (problem) {
      if (problem.name !== 'AbortError') this.box.replaceChildren(); // a guess is a comfort: silence is fine
    }
  }

  show(suggestions) {
    if (!suggestions.length) { this.box.replaceChildren(element('p', { class: 'form-hint' }, t('noSuggestion'))); return; }
    this.box.replaceChildren(
      element('div', { class: 'form-hint' }, t('suggestions')),
      element('div', { class: 'suggestion-list' }, ...suggestions.map((one) => element(
        'button', { type: 'button', class: 'suggestion', onclick: () => this.choose(one) },
        element('strong', {}, one.name), one.detail ? element('small', {}, one.detail) : null))));
  }

  choose(one) {
    this.target.value = one.code;
    if (this.chosenName) this.chosenName.value = one.name;
    this.target.dispatchEvent(new Event('change', { bubbles: true }));
    this.showChosen(one.name);
  }

  showChosen(name) {
    this.box.replaceChildren(element('div', { class: 'suggestion-chosen' }, element('span', {}, t('chosen', { name })), element(
      'button', { type: 'button', class: 'btn btn-sm btn-outline-secondary', onclick: () => this.clear() }, t('clear'))));
  }

  clear() {
    this.target.value = '';
    if (this.chosenName) this.chosenName.value = '';
    this.target.dispatchEvent(new Event('change', { bubbles: true }));
    this.ask();
  }
}
