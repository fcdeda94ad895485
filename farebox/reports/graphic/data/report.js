"use strict";
// Search and sort of the lines. Without it the page shows all of them, dearest first.
const parts = Array.from(document.getElementById("lines").children);
const lines = parts.flatMap((part) => Array.from(part.children));
const inPart = parts.length ? parts[0].children.length : 1;
const texts = lines.map((line) => line.textContent.toLowerCase());
const shown = document.getElementById("shown");
const search = document.getElementById("search");
const order = document.getElementById("order");

function filter() {
  const words = search.value.toLowerCase().split(/\s+/).filter(Boolean);
  let count = 0;
  lines.forEach((line, place) => {
    const found = words.every((word) => texts[place].includes(word));
    line.hidden = !found;
    count += found ? 1 : 0;
  });
  shown.textContent = `${count} of ${lines.length} lines`;
}

function sort() {
  const key = order.value;
  const by = key === "usd"
    ? (a, b) => Number(b.dataset.usd) - Number(a.dataset.usd)
    : (a, b) => a.dataset[key].localeCompare(b.dataset[key]);
  const sorted = [...lines].sort(by);
  parts.forEach((part, place) => {
    part.append(...sorted.slice(place * inPart, (place + 1) * inPart));
  });
}

search.addEventListener("input", filter);
order.addEventListener("change", sort);
filter();
