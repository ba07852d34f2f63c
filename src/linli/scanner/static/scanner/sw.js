// The scanner's service worker. `self.LINLI` ({version, shell, files}) is written above this text by the server.
// All files of a version are stored in one step or not at all; an old version serves its page until the page lets go.

/* global LINLI */
const CACHE = `linli-scan-${LINLI.version}`;

self.addEventListener("install", (event) => {
  const store = async () => {
    const cache = await caches.open(CACHE);
    const fresh = (address) => new Request(address, { cache: "reload", credentials: "omit" });
    await cache.addAll([LINLI.shell, ...LINLI.files].map(fresh));
  };
  event.waitUntil(store());
});

self.addEventListener("message", (event) => {
  if (event.data === "take-over") self.skipWaiting();
});

self.addEventListener("activate", (event) => {
  const tidy = async () => {
    const names = await caches.keys();
    await Promise.all(
      names.filter((name) => name.startsWith("linli-scan-") && name !== CACHE).map((name) => caches.delete(name)),
    );
    await self.clients.claim();
  };
  event.waitUntil(tidy());
});

self.addEventListener("fetch", (event) => {
  const url = new URL(event.request.url);
  if (event.request.method !== "GET" || url.origin !== self.location.origin) return;
  if (url.pathname.startsWith("/scan/api/")) return; // facts come from the server or not at all
  const shell = event.request.mode === "navigate" && url.pathname === LINLI.shell;
  if (!shell && !url.pathname.startsWith(`${LINLI.shell}v/`)) return;
  const answer = async () => {
    const cache = await caches.open(CACHE);
    const kept = await cache.match(shell ? LINLI.shell : event.request, { ignoreSearch: shell });
    return kept || fetch(event.request);
  };
  event.respondWith(answer());
});
