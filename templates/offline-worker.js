{% load static %}/* Keeps one page and what it is drawn with; never a page that somebody has read. */
const KEPT = "offline-{{ version }}";
const PARTS = [{% for part in parts %}"{{ part|escapejs }}"{% if not forloop.last %}, {% endif %}{% endfor %}];
self.addEventListener("install", (event) => event.waitUntil(
  caches.open(KEPT).then((kept) => kept.addAll(PARTS)).then(() => self.skipWaiting())));
self.addEventListener("activate", (event) => event.waitUntil(
  caches.keys().then((names) => Promise.all(names.filter((name) => name !== KEPT).map((name) => caches.delete(name))))));
self.addEventListener("fetch", (event) => {
  const asked = event.request;
  if (asked.mode === "navigate" && asked.method === "GET")
    event.respondWith(fetch(asked).catch(() => caches.match(PARTS[0])));
  else if (PARTS.includes(new URL(asked.url).pathname))
    event.respondWith(fetch(asked).catch(() => caches.match(asked)));
});
