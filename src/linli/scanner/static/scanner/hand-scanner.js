// Hand scanners type very fast and end with Enter; people do not. Works whatever has the focus.

const FAST = 150; // milliseconds between two keys; what follows must be a code of ours, so a quick typist does no harm
const SURE = 4; // so many fast keys are no person
let text = "";
let last = 0;

export function listenForScanner(accept, found) {
  document.addEventListener(
    "keydown",
    (event) => {
      const now = event.timeStamp; // when the key went down, not when a busy page heard of it
      if (now - last > FAST && event.key !== "Enter") text = "";
      if (event.key === "Enter") {
        const whole = text.trim();
        const quick = now - last <= FAST * 3;
        text = "";
        if (!quick || whole.length <= SURE) return;
        // Some other barcode must not press the button that has the focus; a form takes what was typed into it.
        if (event.target.tagName !== "INPUT") event.preventDefault();
        if (accept(whole)) {
          event.preventDefault();
          event.stopPropagation();
          found(whole, performance.now());
        }
        return;
      }
      if (event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey) {
        text += event.key;
        last = now;
        if (event.key === " " && text.length > SURE) event.preventDefault();
      }
    },
    true,
  );
  // A blank inside a code must not press the button that has the focus.
  document.addEventListener(
    "keyup",
    (event) => {
      if (event.key === " " && text.length > SURE && event.timeStamp - last < FAST * 3) event.preventDefault();
    },
    true,
  );
}
