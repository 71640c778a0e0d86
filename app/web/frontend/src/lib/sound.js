// The sound for tasks that must be heard. It is made here, so nothing is fetched.
const RATE = 16_000;
const MUTED = 'yongzhi-live-muted';
let address = null;

function wave() {
  // two tones, twice: heard through street noise, short enough not to annoy
  const tones = [880, 0, 1175, 0, 880, 0, 1175];
  const length = Math.round(RATE * 0.14);
  const samples = new Int16Array(tones.length * length);
  tones.forEach((pitch, place) => {
    for (let at = 0; at < length; at += 1) {
      const fade = Math.min(1, at / 200, (length - at) / 400);
      samples[place * length + at] = pitch ? 14_000 * fade * Math.sin((2 * Math.PI * pitch * at) / RATE) : 0;
    }
  });
  const head = new DataView(new ArrayBuffer(44));
  const write = (at, text) => [...text].forEach((sign, place) => head.setUint8(at + place, sign.charCodeAt(0)));
  write(0, 'RIFF'); head.setUint32(4, 36 + samples.byteLength, true); write(8, 'WAVEfmt ');
  head.setUint32(16, 16, true); head.setUint16(20, 1, true); head.setUint16(22, 1, true);
  head.setUint32(24, RATE, true); head.setUint32(28, RATE * 2, true); head.setUint16(32, 2, true);
  head.setUint16(34, 16, true); write(36, 'data'); head.setUint32(40, samples.byteLength, true);
  return new Blob([head, samples], { type: 'audio/wav' });
}

export function isMuted() {
  try { return localStorage.getItem(MUTED) === '1'; } catch { return false; }
}

/** Ring, unless it was switched off on this device; a browser that was not touched yet rings at the first touch. */
export async function ring(anyway = false) {
  if (isMuted() && !anyway) return;
  address ??= URL.createObjectURL(wave());
  const sound = new Audio(address);
  document.documentElement.dataset.rang = String(Number(document.documentElement.dataset.rang ?? 0) + 1);
  try {
    await sound.play();
  } catch {
    document.addEventListener('pointerdown', () => sound.play().catch(() => {}), { once: true });
  }
}

document.addEventListener('change', ({ target }) => {
  if (!target.matches?.('[data-sound-off]')) return;
  try { localStorage.setItem(MUTED, target.checked ? '1' : '0'); } catch { /* it rings then */ }
});
for (const box of document.querySelectorAll('[data-sound-off]')) box.checked = isMuted();
