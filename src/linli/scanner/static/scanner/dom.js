// Building the page without any inline markup: h("button", {class: "big", onclick}, "text").

export function h(tag, props = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(props || {})) {
    if (value === undefined || value === null || value === false) continue;
    if (name.startsWith("on")) element.addEventListener(name.slice(2), value);
    else if (name in element && !["list", "form", "role"].includes(name) && !name.includes("-")) element[name] = value;
    else element.setAttribute(name === "class" ? "class" : name, value === true ? "" : value);
  }
  element.append(
    ...children.flat(Infinity).filter((child) => child !== null && child !== undefined && child !== false),
  );
  return element;
}

const holder = () => document.getElementById("app");
let leave = null;
let page = 0;

// Which page stands here: another number after every page that is not the same one drawn again.
export const pageNow = () => page;

export const isShown = (name) => holder().dataset.screen === name;

// Show one screen: `parts` are elements; `onleave` runs before the next screen. Focus goes to the heading, so that a
// screen reader says it; the page is back at its top. With `same`, the screen is drawn again after a tap: focus (by
// `data-key`) and place stay.
export function show(name, parts, { onleave, same } = {}) {
  const box = holder();
  if (same) {
    const key = document.activeElement && document.activeElement.dataset.key;
    const body = box.querySelector(".scroll");
    const top = body ? body.scrollTop : 0;
    box.replaceChildren(...[parts].flat(Infinity).filter(Boolean));
    const after = box.querySelector(".scroll");
    if (after) after.scrollTop = top;
    const again = key && box.querySelector(`[data-key="${CSS.escape(key)}"]`);
    if (again) again.focus({ preventScroll: true });
    return;
  }
  if (leave) leave();
  leave = onleave || null;
  page += 1;
  box.dataset.screen = name;
  box.replaceChildren(...[parts].flat(Infinity).filter(Boolean));
  window.scrollTo(0, 0);
  // Text longer than the screen must be reachable by the keyboard too.
  const body = box.querySelector(".scroll");
  if (body && !body.querySelector("button, input, a")) body.tabIndex = 0;
  const heading = box.querySelector("h1, [data-focus]");
  if (heading) {
    heading.tabIndex = -1;
    heading.focus({ preventScroll: true });
  }
}

export function say(text) {
  document.getElementById("said").textContent = text;
}

// While what a tap began is still being written, another tap on the same button is the same tap: a tired thumb taps
// twice, and one thing seen would be kept as two.
const once = (act) => {
  let running = null;
  return (event) => {
    if (running) return;
    const done = act(event);
    if (!done || typeof done.then !== "function") return;
    running = done.finally(() => {
      running = null;
    });
  };
};

export const button = (text, onclick, props = {}) =>
  h("button", { type: "button", onclick: onclick && once(onclick), ...props }, text);

// A row of choices of which one is pressed; `pick(value)` is called on a tap.
export function choices(label, options, chosen, pick, props = {}) {
  return h(
    "div",
    { class: `choices ${props.class || ""}`, role: "group", "aria-label": label },
    options.map(({ value, text, ...rest }) =>
      button(text, () => pick(value), {
        "aria-pressed": String(value === chosen),
        "data-key": `${label}:${value}`,
        ...rest,
      }),
    ),
  );
}

const drawing = (viewBox, name, path) => {
  const ns = "http://www.w3.org/2000/svg";
  const svg = document.createElementNS(ns, "svg");
  svg.setAttribute("viewBox", viewBox);
  svg.setAttribute("class", name);
  svg.setAttribute("aria-hidden", "true");
  const line = document.createElementNS(ns, "path");
  line.setAttribute("d", path);
  svg.append(line);
  return svg;
};

// The colour and the shape of a gate group, drawn as on its cards.
export const face = ({ colour, shape }) => {
  const shapes = {
    circle: "M2 12a10 10 0 1 0 20 0a10 10 0 1 0-20 0Z",
    square: "M3 3h18v18H3Z",
    triangle: "M12 2 23 21H1Z",
    diamond: "M12 1 23 12 12 23 1 12Z",
    hexagon: "M7 2.5h10L23 12l-6 9.5H7L1 12Z",
  };
  const svg = drawing("0 0 24 24", "face", shapes[shape] || shapes.circle);
  svg.setAttribute("fill", colour);
  return svg;
};

export const mark = (kind) => {
  // ✓ ✕ and the rest are drawn, so that no phone shows them as a coloured picture.
  const shapes = {
    good: "M12 34 27 50 54 16",
    held: "M33 10 58 54H8ZM33 26v14M33 46v3",
    bad: "M16 16 50 50M50 16 16 50",
    ask: "M22 25a11 11 0 1 1 16 10c-4 2-5 4-5 8M33 52v2",
    open: "M10 33h40M36 18l16 15-16 15",
  };
  return drawing("0 0 66 66", "mark", shapes[kind]);
};
