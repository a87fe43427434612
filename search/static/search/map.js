/* The map beside the list. Comfort only: everything on it stands in the list, and the page is whole without it.
   As near as it begins it carries the numbers of the list; further out, how many there are in each place. */
(function () {
  "use strict";
  var frame = document.querySelector(".hb-map__live");
  var data = frame && frame.dataset.points && document.querySelector(frame.dataset.points);
  if (!data || typeof L === "undefined") return;
  var list = document.querySelector(".hb-results");
  var cards = list.querySelectorAll(".hb-card");
  var points = JSON.parse(data.textContent);
  var numbered = L.layerGroup();
  var others = L.layerGroup();
  var asked = 0;

  function link(number) {
    var found = cards[number - list.start].querySelector("a");
    var copy = document.createElement("a");
    copy.href = found.href;
    copy.textContent = number + ". " + found.textContent;
    return copy;
  }

  function bare(links) {
    var box = document.createElement("ul");
    box.className = "hb-bare";
    links.forEach(function (each) { box.appendChild(document.createElement("li")).appendChild(each); });
    return box;
  }

  function pin(at, look, shown, words) {
    return L.marker(at, { icon: L.divIcon({ className: look, html: shown, iconSize: null }), alt: words, title: words });
  }

  function draw(marks, far) {
    others.clearLayers();
    var listed = Array.prototype.map.call(cards, function (card) { return card.querySelector("a").pathname; });
    marks.forEach(function (mark) {
      if (!mark.url) {
        if (!far) return;
        pin(mark.at, "hb-pin-many", mark.shown, mark.words).on("click keypress", function (event) {
          if (event.type === "click" || event.originalEvent.key === "Enter") map.setView(mark.at, map.getZoom() + 2);
        }).addTo(others);
      } else if (far || listed.indexOf(mark.url) < 0) {
        var away = document.createElement("a");
        away.href = mark.url;
        away.textContent = mark.words;
        pin(mark.at, "hb-pin-one", "", mark.words).bindPopup(bare([away]), { maxWidth: 210, minWidth: 120 }).addTo(others);
      }
    });
  }

  function look() {
    var far = map.getZoom() < begins;
    var turn = ++asked;
    if (!frame.dataset.marks) return;
    if (far) numbered.remove(); else numbered.addTo(map);
    var box = map.getBounds();
    var piece = [box.getSouth(), Math.max(-180, box.getWest()), box.getNorth(), Math.min(180, box.getEast())];
    var question = new URLSearchParams(location.search);
    question.set("zoom", map.getZoom());
    question.set("box", piece.map(function (each) { return each.toFixed(4); }).join(","));
    fetch(frame.dataset.marks + "?" + question, { headers: { Accept: "application/json" } })
      .then(function (answer) { return answer.ok ? answer.json() : { marks: [] }; })
      .then(function (said) { if (turn === asked) draw(said.marks, far); })
      .catch(function () { others.clearLayers(); }); // without a connection the numbers stay
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
    var shown = point[2].length > 2 ? point[2][0] + "+" : point[2].join(",");
    pin([point[0], point[1]], "hb-pin-label", shown, names).addTo(numbered).bindPopup(bare(links), { maxWidth: 210, minWidth: 120 });
  });
  numbered.addTo(map);
  others.addTo(map);
  map.fitBounds(L.latLngBounds(points.map(function (point) { return [point[0], point[1]]; })).pad(0.2), { maxZoom: 13 });
  var begins = map.getZoom();
  map.on("zoomend dragend", look);
})();
