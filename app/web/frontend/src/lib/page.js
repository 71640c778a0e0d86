// What the page says about itself.
export const lang = document.documentElement.lang || 'zh-CN';
export const isChinese = lang.startsWith('zh');

export function meta(name, page = document) {
  return page.querySelector(`meta[name="${name}"]`)?.content ?? '';
}

/** Read a JSON block of the page (`<script type="application/json" id=…>`). */
export function readBlock(id, otherwise = null) {
  const block = document.getElementById(id);
  return block ? JSON.parse(block.textContent) : otherwise;
}

/** Make an element; text goes in as text, never as markup. */
export function element(tag, attributes = {}, ...children) {
  const made = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) made.addEventListener(name.slice(2), value);
    else if (value === true) made.setAttribute(name, '');
    else if (value !== false && value !== null && value !== undefined) made.setAttribute(name, value);
  }
  made.append(...children.filter((child) => child !== null && child !== undefined && child !== ''));
  return made;
}

/** Call `action` once things have been quiet for `wait` milliseconds; `.now()` does not wait, `.hurry()` neither, if it is due. */
export function settled(action, wait) {
  let timer = null;
  const later = (...args) => {
    clearTimeout(timer);
    timer = setTimeout(() => { timer = null; action(...args); }, wait);
  };
  later.now = (...args) => { clearTimeout(timer); timer = null; return action(...args); };
  later.hurry = () => { if (timer !== null) later.now(); };
  later.cancel = () => { clearTimeout(timer); timer = null; };
  return later;
}
