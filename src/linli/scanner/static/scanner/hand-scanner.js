// Hand scanners type very fast and end with Enter; people do not. Works whatever has the focus.

const FAST = 60; // milliseconds between two keys
let text = "";
let last = 0;

export function listenForScanner(accept, found) {
  document.addEventListener(
    "keydown",
    (event) => {
      const now = performance.now();
      if (now - last > FAST && event.key !== "Enter") text = "";
      if (event.key === "Enter") {
        const whole = text.trim();
        const quick = now - last <= FAST * 3;
        text = "";
        if (quick && whole.length > 20 && accept(whole)) {
          event.preventDefault();
          event.stopPropagation();
          found(whole, now);
        }
        return;
      }
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
        text += event.key;
        last = now;
      }
    },
    true,
  );
}
