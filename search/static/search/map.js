/* The map beside the list. Comfort only: everything on it stands in the list, and the page is whole without it. */
(function () {
  "use strict";
  var frame = document.querySelector(".hb-map__live");
  var data = frame && document.querySelector(frame.dataset.points);
  if (!data || typeof L === "undefined") return;
  var points = JSON.parse(data.textContent);
  var map = L.map(frame, { minZoom: 6, maxZoom: 14, scrollWheelZoom: false });
  L.tileLayer("/map/{z}/{x}/{y}.png", { minZoom: 6, maxZoom: 14 }).addTo(map);
  map.attributionControl.setPrefix(false);
  points.forEach(function (point) {
    var numbers = point.all.map(function (each) { return each.number; });
    var label = numbers.length > 3 ? numbers[0] + " +" + (numbers.length - 1) : numbers.join(", ");
    var names = point.all.map(function (each) { return each.number + ". " + each.name; }).join("; ");
    var icon = L.divIcon({ className: "hb-pin-label", html: document.createTextNode(label).textContent, iconSize: null });
    var list = document.createElement("ul");
    list.className = "hb-bare";
    point.all.forEach(function (each) {
      var item = document.createElement("li");
      var link = document.createElement("a");
      link.href = each.url;
      link.textContent = each.number + ". " + each.name;
      item.appendChild(link);
      list.appendChild(item);
    });
    L.marker([point.lat, point.lon], { icon: icon, alt: names, title: names, keyboard: true }).addTo(map).bindPopup(list);
  });
  map.fitBounds(L.latLngBounds(points.map(function (point) { return [point.lat, point.lon]; })).pad(0.2), { maxZoom: 13 });
})();
