// The track of a grid worker: only with his consent, only while this page is open; the server keeps of it what lies
// within his duty. Points go through the store on the device, so that a gap in the network is none in the track.
import { person } from '../lib/kept.js';
import { ask } from '../lib/dialog.js';
import { t } from '../lib/texts.js';

const CONSENT = 'yongzhi-track';
const EVERY = 30_000; // a point at most
const TOGETHER = 60; // points, half an hour
const KEEP = 10 * 60_000;

let points = [];
let watching = null;
let lastAt = 0;

function agreed() {
  try { return localStorage.getItem(CONSENT) === person(); } catch { return false; }
}

function remember(is) {
  try {
    if (is) localStorage.setItem(CONSENT, person());
    else localStorage.removeItem(CONSENT);
  } catch { /* then it is asked again */ }
}

export function beginTrack({ root, act, grids, rowOf }) {
  const box = root.querySelector('[data-track]');
  const said = root.querySelector('[data-track-state]');

  const show = () => {
    box.checked = watching !== null;
    said.textContent = watching === null ? t('trackOff') : t('trackOn', { n: points.length });
  };

  async function hand() {
    const [grid] = grids();
    if (!points.length || !grid) return;
    const sent = points.splice(0, 100);
    await act({ title: t('track', { n: sent.length }), url: '/phone/track', json: { unit: grid.code, points: sent } });
  }

  function take({ coords, timestamp }) {
    if (timestamp - lastAt < EVERY) return;
    lastAt = timestamp;
    points.push({
      at: new Date(timestamp).toISOString(),
      position: { lat: Number(coords.latitude.toFixed(6)), lon: Number(coords.longitude.toFixed(6)) },
    });
    show();
    if (points.length >= TOGETHER) hand();
  }

  function watch() {
    if (!window.isSecureContext || !navigator.geolocation) return;
    watching = navigator.geolocation.watchPosition(take, () => {}, { enableHighAccuracy: true, maximumAge: 10_000 });
    show();
  }

  async function stop() {
    navigator.geolocation.clearWatch(watching);
    watching = null;
    show();
    await hand();
  }

  box.addEventListener('change', async () => {
    const said_at = new Date().toISOString();
    if (!box.checked) {
      await stop();
      remember(false);
      await rowOf('track_consents', { state: 'withdrawn', said_at }, t('consentWithdrawn'), false);
    } else if (await ask(t('trackAsk'))) {
      remember(true);
      await rowOf('track_consents', { state: 'given', said_at }, t('consentGiven'), false);
      watch();
    }
    show();
  });
  setInterval(hand, KEEP);
  document.addEventListener('visibilitychange', () => { if (document.hidden) hand(); });
  if (agreed()) watch();
  show();
}
