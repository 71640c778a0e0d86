// The service worker: opens the phone page without network, and shows notifications.
//
// It keeps the shell alone: a page without anybody's data, and the built scripts and styles that it names. Everything
// else goes to the server as if this were not here.
const CACHE = 'yongzhi-shell-1';
const SHELL = '/phone/shell';

async function fill() {
  const cache = await caches.open(CACHE);
  const answer = await fetch(SHELL, { cache: 'no-store', credentials: 'same-origin' });
  if (!answer.ok || answer.redirected) return;
  const wanted = new Set();
  const text = await answer.clone().text();
  for (const [, path] of text.matchAll(/(?:src|href)="(\/static\/[^"]+)"/g)) wanted.add(path.replaceAll('&amp;', '&'));
  const found = [];
  for (const path of wanted) await take(path, found);
  for (const [path, content] of found) await cache.put(path, content);
  await cache.put(SHELL, answer);
  // what an earlier release needed
  const known = new Set([...found.map(([path]) => new URL(path, self.location).href), new URL(SHELL, self.location).href]);
  for (const request of await cache.keys()) if (!known.has(request.url)) await cache.delete(request);
}

/** Fetch a file, and the pieces that a script imports. */
async function take(path, found) {
  if (found.some(([known]) => known === path)) return;
  const answer = await fetch(path, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
  found.push([path, answer.clone()]);
  if (!/\.js(\?|$)/.test(path)) return;
  const text = await answer.text();
  for (const [, piece] of text.matchAll(/(?:from|import)\s*\(?\s*"(\.[^"]+\.js)"/g)) {
    const address = new URL(piece, new URL(path, self.location));
    await take(address.pathname + address.search, found);
  }
}

self.addEventListener('install', (event) => event.waitUntil(fill().then(() => self.skipWaiting())));
self.addEventListener('activate', (event) => event.waitUntil((async () => {
  for (const name of await caches.keys()) if (name !== CACHE) await caches.delete(name);
  await self.clients.claim();
})()));
self.addEventListener('message', (event) => { if (event.data === 'fill') event.waitUntil(fill().catch(() => {})); });

self.addEventListener('fetch', (event) => {
  const { request } = event;
  if (request.method !== 'GET') return;
  const address = new URL(request.url);
  if (address.origin !== self.location.origin) return;
  if (request.mode === 'navigate') {
    event.respondWith(fetch(request).catch(async () => (await caches.match(SHELL)) ?? Response.error()));
  } else if (address.pathname.startsWith('/static/')) {
    event.respondWith(fetch(request).catch(async () => (await caches.match(request)) ?? Response.error()));
  }
});

self.addEventListener('notificationclick', (event) => {
  event.notification.close();
  const { url } = event.notification.data ?? {};
  event.waitUntil((async () => {
    const [open] = await self.clients.matchAll({ type: 'window' });
    if (open) {
      await open.focus();
      if (url) await open.navigate(url);
    } else await self.clients.openWindow(url || '/');
  })());
});
