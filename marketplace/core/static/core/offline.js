/* Lets a browser that has been here before say in our own words that there is no connection. Pages work without it. */
if ("serviceWorker" in navigator) navigator.serviceWorker.register("/offline-worker.js");
