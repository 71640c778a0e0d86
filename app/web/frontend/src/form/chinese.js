// form-js speaks English only. Its views are preact, and preact shows every view node to `options.vnode`:
// there the known texts are put into Chinese, without touching the library.
import flatpickr from 'flatpickr';
import { Mandarin } from 'flatpickr/dist/l10n/zh.js';
import { Fragment, options } from 'preact';
import texts from './chinese.json';

const SENTENCES = [
  [/^Field is required\.$/, () => '此项必填。'],
  [/^Field must have minimum value of (.+)\.$/, (found) => `不得小于 ${found[1]}。`],
  [/^Field must have maximum value of (.+)\.$/, (found) => `不得大于 ${found[1]}。`],
  [/^Field must have minimum length of (.+)\.$/, (found) => `至少填写 ${found[1]} 个字。`],
  [/^Field must have maximum length of (.+)\.$/, (found) => `最多 ${found[1]} 个字。`],
  [/^Field must match pattern /, () => '格式不正确。'],
  [/^Field must be a valid email\.$/, () => '请填写有效的邮箱地址。'],
  [/^Field must be a valid\s+international phone number/, () => '请填写带国家代码的电话号码，如 +8657487180000。'],
  [/^Value is not a number\.$/, () => '请填写数字。'],
  [/^Value is expected to be an integer\.$/, () => '请填写整数。'],
  [/^Value is expected to have at most (\d+) decimal digits?\.$/, (found) => `最多 ${found[1]} 位小数。`],
  [/^Page (\d+) of (\d+)$/, (found) => `第 ${found[1]} 页，共 ${found[2]} 页`],
  [/^Expand all \((\d+)\)$/, (found) => `全部展开（${found[1]}）`],
  [/^Show all \((\d+)\)$/, (found) => `全部显示（${found[1]}）`],
  [/^Remove list item (\d+)$/, (found) => `移除第 ${found[1]} 项`],
];
const NAMED = ['placeholder', 'title', 'aria-label'];

function inChinese(text) {
  if (typeof text !== 'string') return text;
  const bare = text.trim();
  if (Object.hasOwn(texts, bare)) return text.replace(bare, texts[bare]);
  for (const [pattern, say] of SENTENCES) {
    const found = bare.match(pattern);
    if (found) return say(found);
  }
  return text;
}

/** From now on form-js shows Chinese texts. What people typed (values of fields) is never changed. */
export function speakChinese() {
  flatpickr.localize(Mandarin);
  const before = options.vnode;
  options.vnode = (node) => {
    const { props, type } = node;
    if ((typeof type === 'string' || type === Fragment) && props) {
      const { children } = props;
      if (type !== 'textarea' && children !== undefined) {
        props.children = Array.isArray(children) ? children.map(inChinese) : inChinese(children);
      }
      for (const name of NAMED) if (props[name]) props[name] = inChinese(props[name]);
    }
    before?.(node);
  };
}
