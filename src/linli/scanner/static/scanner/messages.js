// All words of the scanner, zh-Hans first. Keys are the same in both dictionaries (a test compares them).

import en from "./messages-en.js";
import zh from "./messages-zh.js";
import handover from "./messages-handover.js";
import walk from "./messages-walk.js";
import { REASONS, REVIEW } from "./rules.js";

const together = (...dictionaries) => Object.assign({}, ...dictionaries);
const LANGUAGES = { "zh-Hans": together(zh, walk["zh-Hans"], handover["zh-Hans"]), en: together(en, walk.en, handover.en) };
let language = "zh-Hans";

export const languageNow = () => language;

export function setLanguage(code) {
  language = LANGUAGES[code] ? code : "zh-Hans";
  document.documentElement.lang = language;
}

// t("queue.waiting", {n: 12}); an unknown key is shown as it is, so that a test can see it.
export function t(key, params = {}) {
  const text = LANGUAGES[language][key] ?? LANGUAGES["zh-Hans"][key] ?? key;
  return text.replace(/\{(\w+)\}/g, (whole, name) => (name in params ? String(params[name]) : whole));
}

// The sentence of a reason and the way to a review, from the closed list beside the rules.
const inLanguage = (words) => (language === "en" ? words.en : words.zh);
export const reason = (code) => (REASONS[code] ? inLanguage(REASONS[code]) : t("reason.unknown"));
export const review = () => inLanguage(REVIEW);

export const known = (key) => key in LANGUAGES["zh-Hans"];
