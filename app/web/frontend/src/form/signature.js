// A signature by hand: drawn in a frame, kept as a picture among the files of the field.
import { element } from '../lib/page.js';
import { t } from '../lib/texts.js';

const WIDE = 600;
const HIGH = 220;

function drawOn(canvas) {
  const pen = canvas.getContext('2d');
  pen.lineWidth = 3;
  pen.lineCap = 'round';
  pen.lineJoin = 'round';
  let drawn = 0;
  const at = (event) => {
    const box = canvas.getBoundingClientRect();
    return [(event.clientX - box.left) * (WIDE / box.width), (event.clientY - box.top) * (HIGH / box.height)];
  };
  canvas.addEventListener('pointerdown', (event) => { canvas.setPointerCapture(event.pointerId); pen.beginPath(); pen.moveTo(...at(event)); });
  canvas.addEventListener('pointermove', (event) => {
    if (!canvas.hasPointerCapture(event.pointerId)) return;
    pen.lineTo(...at(event));
    pen.stroke();
    drawn += 1;
  });
  const clear = () => { pen.fillStyle = '#fff'; pen.fillRect(0, 0, WIDE, HIGH); pen.strokeStyle = '#111'; drawn = 0; };
  clear();
  return { clear, empty: () => drawn < 3 };
}

/** Ask for a signature; resolves to a PNG file, or to null. */
export function askSignature() {
  return new Promise((resolve) => {
    const canvas = element('canvas', { width: WIDE, height: HIGH, class: 'signature', tabindex: 0, role: 'img', 'aria-label': t('signHint') });
    const pad = drawOn(canvas);
    const dialog = element('dialog', { class: 'ask' }, element('p', {}, t('signHint')), canvas,
      element('form', { method: 'dialog', class: 'ask-buttons' },
        element('button', { class: 'btn btn-sm btn-outline-secondary', type: 'button', onclick: () => pad.clear() }, t('signClear')),
        element('button', { class: 'btn btn-sm btn-outline-secondary', value: 'no' }, t('cancel')),
        element('button', { class: 'btn btn-sm btn-primary', value: 'yes' }, t('confirm'))));
    dialog.addEventListener('close', () => {
      dialog.remove();
      if (dialog.returnValue !== 'yes' || pad.empty()) { resolve(null); return; }
      canvas.toBlob((blob) => resolve(blob && new File([blob], `signature-${Date.now()}.png`, { type: 'image/png', lastModified: Date.now() })), 'image/png');
    });
    document.body.append(dialog);
    dialog.showModal();
  });
}
