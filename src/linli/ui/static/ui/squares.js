// Squares: one tab stop a page, arrows inside and across groups, the words in a line that is seen and heard.
import { say } from "./messages.js";

const all = () => [...document.querySelectorAll("[data-squares] a.sq")];

function place(square) {
  const box = square.getBoundingClientRect();
  return { x: box.left + box.width / 2, y: box.top + box.height / 2 };
}

/** The nearest square in a direction, measured on the page as it is laid out now. */
function nearest(from, key) {
  const here = place(from);
  let best = null;
  let bestCost = Infinity;
  for (const other of all()) {
    if (other === from) continue;
    const there = place(other);
    const dx = there.x - here.x;
    const dy = there.y - here.y;
    const along = { ArrowLeft: -dx, ArrowRight: dx, ArrowUp: -dy, ArrowDown: dy }[key];
    const across = key === "ArrowLeft" || key === "ArrowRight" ? Math.abs(dy) : Math.abs(dx);
    if (along < 4) continue;
    const cost = along + across * 6;
    if (cost < bestCost) { best = other; bestCost = cost; }
  }
  return best;
}

function tell(square) {
  const line = document.querySelector("[data-square-say]");
  if (!line) return;
  const words = square.getAttribute("aria-label");
  const where = square.closest("section, .panel")?.querySelector("h2, h3")?.textContent.trim() ?? "";
  line.textContent = words.startsWith(where) ? words : `${where} ${words}`;
}

function onKey(event) {
  const square = event.target.closest("a.sq");
  if (!square || event.ctrlKey || event.metaKey || event.altKey) return;
  let next = null;
  if (event.key.startsWith("Arrow")) next = nearest(square, event.key);
  else if (event.key === "Home") next = square.closest("[data-squares]").querySelector("a.sq");
  else if (event.key === "End") next = [...square.closest("[data-squares]").querySelectorAll("a.sq")].at(-1);
  else return;
  event.preventDefault();
  if (!next) return;
  square.tabIndex = -1;
  next.tabIndex = 0;
  next.focus();
}

export function setUpSquares(group) {
  const taken = document.querySelector('[data-squares] a.sq[tabindex="0"]');
  for (const [index, square] of [...group.querySelectorAll("a.sq")].entries()) {
    square.tabIndex = !taken && index === 0 ? 0 : -1;
  }
  group.addEventListener("keydown", onKey);
  group.addEventListener("focusin", (event) => {
    const square = event.target.closest("a.sq");
    if (!square) return;
    for (const other of document.querySelectorAll('[data-squares] a.sq[tabindex="0"]')) {
      if (other !== square) other.tabIndex = -1;
    }
    square.tabIndex = 0;
    tell(square);
  });
  group.addEventListener("mouseover", (event) => {
    const square = event.target.closest(".sq");
    if (square) tell(square);
  });
  const line = document.querySelector("[data-square-say]");
  if (line && !line.textContent.trim() && matchMedia("(hover: hover)").matches) line.textContent = say("squares");
}
