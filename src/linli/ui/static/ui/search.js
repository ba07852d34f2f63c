// Live search: 250 ms after the last key, and never in the middle of a Chinese word.
// <input type="search" data-search data-target="#results"> inside a GET form; the server answers the whole page or,
// to the header HX-Request, the piece alone. The address keeps what was asked for.
export function setUpSearch(input) {
  const form = input.form;
  if (!form) return;
  let composing = false;
  let timer = 0;
  let asked = input.value;
  let running = null;

  const ask = async () => {
    if (composing || input.value === asked) return;
    asked = input.value;
    running?.abort();
    running = new AbortController();
    const query = new URLSearchParams(new FormData(form));
    query.delete("page");
    for (const [key, value] of [...query]) if (value === "") query.delete(key);
    const address = `${form.getAttribute("action") || location.pathname}?${query}`;
    const target = document.querySelector(input.dataset.target || "#results");
    if (!target) { form.requestSubmit(); return; }
    target.setAttribute("aria-busy", "true");
    try {
      const answer = await fetch(address, {
        headers: { "HX-Request": "true", "HX-Target": target.id },
        signal: running.signal,
        credentials: "same-origin",
      });
      if (!answer.ok || answer.redirected) { location.assign(address); return; }
      const page = new DOMParser().parseFromString(await answer.text(), "text/html");
      const piece = page.getElementById(target.id);
      target.replaceChildren(...(piece ? piece.childNodes : page.body.childNodes));
      history.replaceState(null, "", address);
      document.dispatchEvent(new CustomEvent("htmx:load", { detail: { elt: target } }));
    } catch (error) {
      if (error.name !== "AbortError") asked = null;
    } finally {
      target.removeAttribute("aria-busy");
    }
  };

  const later = () => { clearTimeout(timer); timer = setTimeout(ask, 250); };
  input.addEventListener("compositionstart", () => { composing = true; });
  input.addEventListener("compositionend", () => { composing = false; later(); });
  input.addEventListener("input", (event) => { if (!event.isComposing && !composing) later(); });
}
