// Drop zone: <label class="drop" data-drop data-kinds=".xlsx,.csv" data-limit="20"> around an <input type="file">.
import { say } from "./messages.js";

export function setUpDrops(zone) {
  const input = zone.querySelector('input[type="file"]');
  const name = zone.querySelector("[data-drop-name]");
  const wrong = zone.querySelector("[data-drop-wrong]") ?? zone.parentElement.querySelector("[data-drop-wrong]");
  const kinds = (zone.dataset.kinds || "").split(",").filter(Boolean);
  const limit = Number(zone.dataset.limit || 0);

  const problem = (file, count) => {
    if (count > 1 && !input.multiple) return say("oneFile");
    const lower = file.name.toLowerCase();
    if (kinds.length && !kinds.some((kind) => lower.endsWith(kind))) return say("wrongKind", { kinds: kinds.join(" "), name: file.name });
    if (limit && file.size > limit * 1048576) return say("tooLarge", { size: (file.size / 1048576).toFixed(1), limit });
    return "";
  };

  const show = () => {
    const file = input.files[0];
    const text = file ? problem(file, input.files.length) : "";
    if (wrong) { wrong.textContent = text; wrong.hidden = !text; }
    if (text) input.value = "";
    if (name) name.textContent = file && !text ? `${file.name} · ${(file.size / 1024).toFixed(0)} KB` : "";
    if (file && !text && zone.dataset.send !== undefined) input.form?.requestSubmit();
  };

  input.addEventListener("change", show);
  for (const kind of ["dragenter", "dragover"]) {
    zone.addEventListener(kind, (event) => { event.preventDefault(); zone.classList.add("drop-over"); });
  }
  for (const kind of ["dragleave", "drop"]) zone.addEventListener(kind, () => zone.classList.remove("drop-over"));
  zone.addEventListener("drop", (event) => {
    event.preventDefault();
    if (!event.dataTransfer.files.length) return;
    input.files = event.dataTransfer.files;
    show();
  });
}
