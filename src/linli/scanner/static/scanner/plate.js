// Number plates: the province by a button, the rest by the keyboard (six characters, seven for new-energy cars).

import { button, h } from "./dom.js";
import { t } from "./messages.js";
import { stepBar, whereNow } from "./parts.js";

const PROVINCES = [..."沪苏浙皖京津冀晋蒙辽吉黑闽赣鲁豫鄂湘粤桂琼渝川贵云藏陕甘青宁新使领"];
const LAST = "linli-scan-province";
// GA 36: no I, no O; the last place may be 学 警 港 澳 挂 使 领; new-energy: D or F first or last.
const PLATE = /^[\u4e00-\u9fff][A-HJ-NP-Z0-9][A-HJ-NP-Z0-9]{4}[A-HJ-NP-Z0-9学警港澳挂使领]$/;
const NEW_ENERGY = /^[\u4e00-\u9fff][A-HJ-NP-Z](?:[A-HJ-NP-Z][A-HJ-NP-Z0-9][0-9]{4}|[0-9]{5}[A-HJ-NP-Z])$/;

export const isPlate = (text) => PLATE.test(text) || NEW_ENERGY.test(text);

export function platePicker({ before, pick, cancel }) {
  let province = before ? before[0] : localStorage.getItem(LAST) || PROVINCES[0];
  const input = h("input", {
    id: "plate",
    value: before ? before.slice(1) : "",
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: false,
    maxLength: 8,
    "aria-label": t("plate.rest"),
  });
  const chosen = h("span", { class: "province", "aria-hidden": "true" }, province);
  const wrong = h("p", { class: "wrong", role: "alert" });
  const finish = (event) => {
    event.preventDefault();
    const plate = province + input.value.toUpperCase().replace(/[\s·.-]/g, "");
    if (!isPlate(plate)) {
      wrong.textContent = t("plate.bad");
      return;
    }
    localStorage.setItem(LAST, province);
    pick(plate);
  };
  const keys = PROVINCES.map((value) =>
    button(
      value,
      () => {
        province = value;
        chosen.textContent = value;
        keys.forEach((key) => key.setAttribute("aria-pressed", String(key.textContent === value)));
        input.focus();
      },
      { class: "key", "aria-pressed": String(value === province) },
    ),
  );
  return [
    stepBar(whereNow(), cancel),
    h(
      "main",
      { class: "scroll" },
      h(
        "form",
        { class: "plate", onsubmit: finish },
        h("h1", { class: "small" }, t("plate.title")),
        h("div", { class: "typing" }, chosen, input, h("button", { type: "submit", class: "main" }, t("done"))),
        wrong,
        h("div", { class: "provinces", role: "group", "aria-label": t("plate.province") }, keys),
      ),
    ),
  ];
}
