// What every page can do. Plain ES modules, no build step, no inline anything.
import { setUpSquares } from "./squares.js";
import { setUpSearch } from "./search.js";
import { setUpProgress } from "./progress.js";
import { setUpDrops } from "./drop.js";
import { setUpBell, setUpSound } from "./bell.js";
import { say } from "./messages.js";

const seen = new WeakSet();

/** Each element once, also in pieces that htmx brings later. */
function each(root, selector, act) {
  for (const element of root.querySelectorAll(selector)) {
    if (seen.has(element)) continue;
    seen.add(element);
    act(element);
  }
}

/** A word at the foot of the page for three seconds, read aloud too. */
export function toast(text) {
  let box = document.querySelector(".toasts");
  if (!box) {
    box = document.createElement("div");
    box.className = "toasts";
    box.setAttribute("role", "status");
    document.body.append(box);
  }
  const line = document.createElement("div");
  line.className = "toast";
  line.textContent = text;
  box.append(line);
  setTimeout(() => line.remove(), 3000);
}

async function copy(button) {
  const from = document.getElementById(button.dataset.copy);
  const text = from ? from.value ?? from.textContent.trim() : button.dataset.copyText ?? "";
  try {
    await navigator.clipboard.writeText(text);
    toast(say("copied"));
  } catch {
    if (from) getSelection().selectAllChildren(from);
    toast(say("copyByHand"));
  }
}

/** Opens <dialog id> by data-dialog; a form with data-confirm="id" asks that dialog first. */
function confirmFirst(form) {
  const dialog = document.getElementById(form.dataset.confirm);
  if (!dialog) return;
  let agreed = false;
  let pressed = null;
  form.addEventListener("submit", (event) => {
    if (agreed) return;
    event.preventDefault();
    pressed = event.submitter;
    dialog.showModal();
  });
  dialog.addEventListener("close", () => {
    if (dialog.returnValue !== "yes") return;
    agreed = true;
    form.requestSubmit(pressed && form.contains(pressed) ? pressed : undefined);
  });
}

/** A form is sent once; the button says that it works. An answer that is a download leaves the page: 15 s release it. */
function sendOnce(form) {
  form.addEventListener("submit", (event) => {
    if (event.defaultPrevented) return;
    if (form.dataset.sent) {
      event.preventDefault();
      return;
    }
    form.dataset.sent = "1";
    const button = event.submitter;
    setTimeout(() => {
      if (!form.dataset.sent || !button) return;
      if (button.dataset.busy) {
        button.dataset.word = button.textContent;
        button.textContent = button.dataset.busy;
      }
      button.setAttribute("aria-disabled", "true");
    }, 300);
    setTimeout(() => release(form), 15000);
  });
}

function release(form) {
  delete form.dataset.sent;
  for (const button of form.querySelectorAll("[aria-disabled]")) {
    button.removeAttribute("aria-disabled");
    if (button.dataset.word) button.textContent = button.dataset.word;
  }
}

function leaveWarned(form) {
  let dirty = false;
  form.addEventListener("input", () => { dirty = true; });
  form.addEventListener("submit", () => { dirty = false; });
  addEventListener("beforeunload", (event) => { if (dirty) event.preventDefault(); });
}

function setUp(root) {
  each(root, "[data-copy], [data-copy-text]", (el) => el.addEventListener("click", () => copy(el)));
  each(root, "[data-print]", (el) => el.addEventListener("click", () => print()));
  each(root, "[data-back]", (el) => el.addEventListener("click", () => history.back()));
  each(root, "[data-dialog]", (el) => el.addEventListener("click", () => document.getElementById(el.dataset.dialog)?.showModal()));
  each(root, "form[data-confirm]", confirmFirst);
  each(root, "form[method='post']:not([hx-post]):not([data-many])", sendOnce);
  each(root, "form[data-leave]", leaveWarned);
  each(root, "form[data-auto]", (form) => form.addEventListener("change", (event) => {
    if (event.target.type !== "search" && event.target.type !== "text") form.requestSubmit();
  }));
  each(root, "[data-focus]", (el) => el.focus());
  each(root, "[data-squares]", setUpSquares);
  each(root, "[data-search]", setUpSearch);
  each(root, "[data-progress]", setUpProgress);
  each(root, "[data-drop]", setUpDrops);
  each(root, "[data-bell]", setUpBell);
  each(root, "[data-sound]", setUpSound);
}

setUp(document);
document.addEventListener("htmx:load", (event) => setUp(event.detail.elt.parentElement ?? document));

// A form that came back out of the browser's cache can be sent again.
addEventListener("pageshow", () => {
  for (const form of document.querySelectorAll("form[data-sent]")) release(form);
});

// Menus close by a tap outside and by Escape.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details[data-menu][open]")) {
    menu.open = false;
    menu.querySelector("summary").focus();
  }
});

// Offline is a state, not an error.
function connection() {
  const strip = document.querySelector("[data-offline]");
  if (navigator.onLine) { strip?.remove(); return; }
  if (strip || document.documentElement.classList.contains("print")) return;
  const line = document.createElement("div");
  line.className = "strip";
  line.dataset.offline = "";
  line.setAttribute("role", "status");
  line.textContent = say("offline");
  document.getElementById("main")?.before(line);
}
addEventListener("offline", connection);
addEventListener("online", connection);
if (!navigator.onLine) connection();

// A wall refreshes itself, but never replaces what it shows by an error page.
const seconds = Number(document.documentElement.dataset.refresh || 0);
if (seconds) {
  setInterval(async () => {
    try {
      const answer = await fetch(location.href, { cache: "no-store", credentials: "same-origin" });
      if (answer.ok) location.reload();
    } catch { /* the last page stays until the server answers again */ }
  }, seconds * 1000);
}

document.querySelector(".nav-list [aria-current]")?.scrollIntoView({ block: "nearest", inline: "center" });
// On a phone tabs run past the edge: the one that is open stands in the middle. The page itself does not move.
for (const tab of document.querySelectorAll(".tabs [aria-current]")) {
  const bar = tab.closest(".tabs");
  const [here, around] = [tab.getBoundingClientRect(), bar.getBoundingClientRect()];
  bar.scrollLeft += here.left + here.width / 2 - around.left - around.width / 2;
}
