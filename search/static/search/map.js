/* The map beside the list. Comfort only: everything on it stands in the list, and the page is whole without it. */
(function () {
  "use strict";
  var frame = document.querySelector(".hb-map__live");
  var data = frame && frame.dataset.points && document.querySelector(frame.dataset.points);
  if (!data || typeof L === "undefined") return;
  var list = document.querySelector(".hb-results");
  var cards = list.querySelectorAll(".hb-card");
  var points = JSON.parse(data.textContent);

  function link(number) {
    var found = cards[number - list.start].querySelector("a");
    var copy = document.createElement("a");
    copy.href = found.href;
    copy.textContent = number + ". " + found.textContent;
    return copy;
  }

  frame.closest("figure").hidden = false; // before the map measures its frame
  frame.textContent = "";
  var map = L.map(frame, { minZoom: 6, maxZoom: 14, scrollWheelZoom: false, zoomControl: false });
  L.control.zoom({ position: "bottomleft" }).addTo(map);
  map.attributionControl.setPrefix(false);
  L.tileLayer("/map/{z}/{x}/{y}.png", { minZoom: 6, maxZoom: 14 }).addTo(map);
  points.forEach(function (point) {
    var links = point[2].map(link);
    var names = links.map(function (each) { return each.textContent; }).join("; ");
    var box = document.createElement("ul");
    box.className = "hb-bare";
    links.forEach(function (each) { box.appendChild(document.createElement("li")).appendChild(each); });
    var shown = point[2].length > 2 ? point[2][0] + "+" : point[2].join(",");
    var icon = L.divIcon({ className: "hb-pin-label", html: shown, iconSize: null });
    L.marker([point[0], point[1]], { icon: icon, alt: names, title: names }).addTo(map).bindPopup(box, { maxWidth: 210, minWidth: 120 });
  });
  map.fitBounds(L.latLngBounds(points.map(function (point) { return [point[0], point[1]]; })).pad(0.2), { maxZoom: 13 });
})();
