// Number plates: the province by a button, the rest by the keyboard, a last character (学 警 挂 …) by a button.

import { button, h } from "./dom.js";
import { t } from "./messages.js";
import { stepBar, whereNow } from "./parts.js";

const PROVINCES = [..."沪苏浙皖京津冀晋蒙辽吉黑闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新使领"];
const ENDINGS = [..."学警挂港澳领使"];
const LAST = "linli-scan-province";
const LONGEST = 12;
// GA 36: no I and no O, but O as the letter of a city is the police's. Five follow; the last may name what the car is for.
const PLATE = /^[\u4e00-\u9fff][A-HJ-Z][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9学警港澳挂领]$/;
// Six follow: D or F, since 2021 also A B C E G H J K, first (small cars) or last (large ones).
const NEW_ENERGY = /^[\u4e00-\u9fff][A-HJ-Z](?:[A-HJK][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJK])$/;
// Embassies and consulates: six figures after the word, on newer plates before it.
const ENVOY = /^(?:[使领][0-9]{6}|[0-9]{6}[使领])$/;

export const isPlate = (text) => [PLATE, NEW_ENERGY, ENVOY].some((form) => form.test(text));

const plain = (text) => text.toUpperCase().replace(/[\s·.-]/g, "");
const entry = (facts) =>
  h("input", { autocomplete: "off", autocapitalize: "characters", spellcheck: false, id: "plate", ...facts });
const accept = () => h("button", { type: "submit", class: "main" }, t("done"));

function page(finish, cancel, ...content) {
  const wrong = h("p", { class: "wrong", role: "alert" });
  const submit = (event) => {
    event.preventDefault();
    finish(wrong);
  };
  return [
    stepBar(whereNow(), cancel),
    h(
      "main",
      { class: "scroll" },
      h(
        "form",
        { class: "plate", onsubmit: submit },
        h("h1", { class: "small" }, t("plate.title")),
        content[0],
        wrong,
        content.slice(1),
      ),
    ),
  ];
}

// `layer(parts)` shows a page above the question; `pick(plate)` takes the plate.
export function platePicker({ before, pick, cancel, layer }) {
  if (before && !isPlate(before)) return copied({ before, pick, cancel });
  const leading = before && PROVINCES.includes(before[0]) ? before[0] : null;
  let province = leading || localStorage.getItem(LAST) || PROVINCES[0];
  const value = before ? before.slice(leading ? 1 : 0) : "";
  const input = entry({ value, maxLength: 8, "aria-label": t("plate.rest") });
  const chosen = h("span", { class: "province", "aria-hidden": "true" }, province);
  const finish = (wrong) => {
    const typed = plain(input.value);
    const plate = /^[0-9]{6}[使领]$/.test(typed) ? typed : province + typed;
    if (!isPlate(plate)) {
      wrong.textContent = t("plate.bad");
      return;
    }
    localStorage.setItem(LAST, province);
    pick(plate);
  };
  const choose = (value_) => {
    province = value_;
    chosen.textContent = value_;
    keys.forEach((key) => key.setAttribute("aria-pressed", String(key.textContent === value_)));
    input.focus();
  };
  const keys = PROVINCES.map((one) =>
    button(one, () => choose(one), { class: "key", "aria-pressed": String(one === province) }),
  );
  const end = (one) => {
    input.value = plain(input.value).replace(/[\u4e00-\u9fff]$/, "") + one;
    input.focus();
  };
  const endings = ENDINGS.map((one) => button(one, () => end(one), { class: "key" }));
  return page(
    finish,
    cancel,
    h("div", { class: "typing" }, chosen, input, accept()),
    h("div", { class: "provinces", role: "group", "aria-label": t("plate.province") }, keys),
    h("h2", {}, t("plate.ending")),
    h("div", { class: "provinces", role: "group", "aria-label": t("plate.ending") }, endings),
    button(t("plate.copy"), () => layer(copied({ before: "", pick, cancel })), { class: "row second", id: "plate-copy" }),
  );
}

// Military, armed police, temporary and foreign plates: as they are written.
function copied({ before, pick, cancel }) {
  const input = entry({ value: before, maxLength: LONGEST, "aria-label": t("plate.copy") });
  const finish = (wrong) => {
    const plate = input.value.toUpperCase().trim();
    if (plate.length < 2) wrong.textContent = t("plate.short");
    else pick(plate);
  };
  return page(finish, cancel, h("div", { class: "typing" }, input, accept()), h("p", {}, t("plate.copyHelp")));
}
