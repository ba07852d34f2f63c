// Making this phone a gate phone: in the installed app, with a one-time code that only a POST spends.

import { Unreachable } from "./api.js";
import { button, h, show } from "./dom.js";
import { languageNow, setLanguage, t } from "./messages.js";
import { lost } from "./memory.js";
import { stepBar } from "./parts.js";
import { go } from "./routes.js";
import { scanPage } from "./screen-scan.js";
import { enrol, linkOf, plainToken, session } from "./session.js";
import { unlockSound } from "./signals.js";
import { StoreError } from "./store.js";

const LANGUAGE = "linli-scan-language";
let prompt = null; // Chrome's own installation dialogue, when it offers one

window.addEventListener("beforeinstallprompt", (event) => {
  event.preventDefault();
  prompt = event;
});

export const installed = () =>
  window.matchMedia("(display-mode: standalone)").matches || window.navigator.standalone === true;
const ios = () =>
  /iPhone|iPad|iPod/.test(navigator.userAgent) || (navigator.platform === "MacIntel" && navigator.maxTouchPoints > 1);

export function languageButton(again) {
  return button(
    t("language.other"),
    () => {
      setLanguage(languageNow() === "en" ? "zh-Hans" : "en");
      localStorage.setItem(LANGUAGE, languageNow());
      again();
    },
    { class: "second language", lang: languageNow() === "en" ? "zh-Hans" : "en" },
  );
}

export const restoreLanguage = () => setLanguage(localStorage.getItem(LANGUAGE) || "zh-Hans");

export function enrolment({ token = "", walker = false } = {}) {
  const code = plainToken(token);
  const next = () => (walker ? atOnce(code) : form(code));
  return ios() && !installed() ? homeScreenFirst(code, next) : next();
}

// A walker chose this phone by name already: his code is spent without another tap, and without a form to race it.
async function atOnce(code) {
  const title = h("h1", { role: "status" }, t("enrol.working"));
  show("enrolling", [stepBar(t("app.title")), h("main", { class: "scroll calm" }, title)]);
  try {
    await enrol(code, "", true);
    go("start");
  } catch (error) {
    form(code, { walker: true, why: reason(error) });
  }
}

function reason(error) {
  if (error instanceof StoreError) return t(`store.${error.kind}`);
  return error instanceof Unreachable ? t("enrol.offline") : error.message;
}

const readable = (code) => (code.length === 8 ? `${code.slice(0, 4)} ${code.slice(4)}` : code);
const steps = (...lines) =>
  h(
    "ol",
    { class: "steps" },
    lines.map((line) => h("li", {}, line)),
  );

function homeScreenFirst(code, next) {
  const last = code ? t("enrol.ios.step3", { code: readable(code) }) : t("enrol.ios.step3plain");
  show("ios", [
    stepBar(t("app.title")),
    h(
      "main",
      { class: "scroll calm" },
      h("h1", {}, t("enrol.ios.title")),
      h("p", {}, t("enrol.ios.why")),
      steps(t("enrol.ios.step1"), t("enrol.ios.step2"), last),
      languageButton(() => homeScreenFirst(code, next)),
    ),
    h(
      "footer",
      { class: "thumb" },
      button(t("enrol.here"), next, { class: "second" }),
    ),
  ]);
}

// `walker`: a code of the rounds, whose link was not enough; `why`: what the server or the phone said.
function form(code, { walker = false, why = "" } = {}) {
  const again = () => form(plainToken(token.value), { walker });
  const token = h("input", {
    id: "token",
    value: readable(code),
    autocomplete: "off",
    autocapitalize: "characters",
    spellcheck: false,
    maxLength: 12,
    class: "code",
  });
  const name = h("input", {
    id: "phone",
    autocomplete: "off",
    maxLength: 40,
    value: (session.device && session.device.name) || "",
  });
  const wrong = h("p", { class: "wrong", role: "alert" }, why);
  const go_ = h("button", { type: "submit", class: "main", id: "enrol" }, t("enrol.go"));
  const submit = async (event) => {
    event.preventDefault();
    if (go_.disabled) return; // one is on its way
    unlockSound();
    const plain = plainToken(token.value);
    if (plain.length !== 8) {
      wrong.textContent = t("enrol.bad");
      return;
    }
    go_.disabled = true;
    wrong.textContent = t("enrol.working");
    try {
      await enrol(plain, name.value.trim(), walker);
      go("start");
    } catch (error) {
      wrong.textContent = reason(error);
      go_.disabled = false;
    }
  };
  show("enrol", [
    stepBar(t("app.title"), session.device ? () => go("status") : undefined),
    h(
      "main",
      { class: "scroll calm" },
      h(
        "form",
        { class: "stack", onsubmit: submit },
        h("h1", {}, t("enrol.title")),
        lostNote(),
        h("p", {}, t(walker ? "walk.enrol.intro" : "enrol.intro")),
        button(t("enrol.scan"), scan, { class: "second wide", id: "scan" }),
        h("label", { for: "token" }, t("enrol.type")),
        token,
        walker ? null : h("label", { for: "phone" }, t("enrol.name")),
        walker ? null : name,
        wrong,
        go_,
        installBlock(),
        walker ? null : h("a", { href: "/gates/work/", class: "button", id: "work" }, t("enrol.work")),
        languageButton(again),
      ),
    ),
  ]);
  return undefined;
}

// A browser that has cleared its storage: what was sent is safe, what was not is said with its number.
function lostNote() {
  const gone = session.device ? null : lost();
  if (!gone) return null;
  const left = gone.waiting ? t("lost.waiting", { n: gone.waiting }) : t("lost.none");
  return h("section", { class: "notice" }, h("h2", {}, t("lost.title", { gate: gone.gate })), h("p", {}, left));
}

function installBlock() {
  if (!prompt || installed()) return null;
  const ask = () => {
    prompt.prompt();
    prompt = null;
  };
  return h(
    "section",
    { class: "block" },
    h("p", { class: "small" }, t("enrol.install.why")),
    button(t("enrol.install"), ask, { class: "second wide" }),
  );
}

function scan() {
  return scanPage("enrol-scan", {
    title: t("enrol.scan"),
    hint: t("camera.hintEnrol"),
    accept: (text) => linkOf(text) !== undefined,
    found: (text) => enrolment(linkOf(text)),
    back: () => form(""),
  });
}
