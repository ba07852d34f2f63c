// The desk where cards are handed out: the field is empty and ready again before the server has answered, so that a hand
// scanner that reads the next card meanwhile loses no character. Without this file the form is an ordinary one.
const form = document.getElementById("desk");
const field = document.getElementById("desk-text");

form?.addEventListener("htmx:beforeRequest", () => {
  field.value = "";
  field.focus();
});

// A key pressed anywhere else on the page, as by a scanner after a click on "take back", still lands in the field.
document.addEventListener("keydown", (event) => {
  const typing = event.key.length === 1 && !event.ctrlKey && !event.metaKey && !event.altKey;
  const elsewhere = event.target === document.body || event.target instanceof HTMLButtonElement;
  if (typing && elsewhere && event.key !== " ") field?.focus();
});

// A request that did not arrive is said beside the field: that card is not recorded.
const failed = document.getElementById("desk-failed");
document.addEventListener("htmx:afterRequest", (event) => {
  if (failed) failed.hidden = event.detail.successful;
});
