// The code of a slip comes in the fragment of the address (#c=…): it never reaches a server's log, and a link scanner that fetches
// the page learns and spends nothing. This puts it into the form and takes it out of the address.
const box = document.querySelector("[data-slip-code]");
const code = new URLSearchParams(location.hash.slice(1)).get("c");
if (box && code && !box.value) {
  box.value = code;
  history.replaceState(null, "", location.pathname);
  document.querySelector("input[name=password]")?.focus();
}
