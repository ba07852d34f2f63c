// "Show this to the person": large words in the person's language, to be pointed at. What was pointed at is kept.

import { button, choices, h, show } from "./dom.js";
import { t } from "./messages.js";
import * as packs from "./pack.js";
import { emergencyButton, stepBar } from "./parts.js";
import { go } from "./routes.js";
import { residents } from "./screen-rooms.js";
import { LANGUAGES, questionIn, WORDS } from "./words-foreign.js";

let language = "en"; // the last one used: people come in groups

function card(again, back, content, main) {
  const pick = (value) => {
    language = value;
    again();
  };
  const options = LANGUAGES.map(([value, text]) => ({ value, text, lang: value }));
  const same = document.getElementById("app").dataset.screen === "foreign";
  const parts = [
    stepBar(t("foreign.title"), back),
    h(
      "main",
      { class: "scroll list" },
      choices(t("foreign.language"), options, language, pick, { class: "two" }),
      h("section", { class: "stack", lang: language }, content),
    ),
    h("footer", { class: "thumb" }, emergencyButton(), main),
  ];
  show("foreign", parts, { same });
}

const big = (text) => h("p", { class: "who" }, text);

// At the beginning: why has he come?
export function welcome() {
  const words = WORDS[language];
  const stranger = (klass) => () => go("stranger", { klass, facts: { papers: "foreign" } });
  const errands = [
    ["resident", () => residents()],
    ...["visitor", "courier", "worker"].map((klass) => [klass, stranger(klass)]),
  ];
  card(
    welcome,
    () => go("people"),
    [
      h("h1", {}, words.hello),
      errands.map(([name, pick]) => button(words[name], pick, { class: "row who", id: `errand-${name}` })),
    ],
    null,
  );
}

// The questions of the rules, with yes and no to point at. `done({answers, papers})` goes back to the guard's page.
export function foreign({ draft, done }, given = {}) {
  const { questions, measures } = packs.current().rules;
  const words = WORDS[language];
  const said = { ...(draft.answers || {}), ...given };
  const again = () => foreign({ draft, done }, said);
  const answer = (code) => (value) => foreign({ draft, done }, { ...said, [code]: value });
  const options = [
    { value: true, text: words.yes },
    { value: false, text: words.no },
  ];
  const whole = questions.every(({ code }) => code in said);
  const asked = questions.map((question) => [
    big(questionIn(language, question)),
    choices(questionIn(language, question), options, said[question.code], answer(question.code), { class: "two" }),
  ]);
  const take = () => done({ papers: draft.papers || "foreign", answers: whole ? said : draft.answers });
  card(
    again,
    () => done(),
    [
      h("h1", {}, words.ask),
      asked,
      measures ? big(words.measure) : null,
      big(words.papers),
      whole ? big(words.thanks) : null,
    ],
    button(t("foreign.back"), take, { class: "main", id: "foreign-done" }),
  );
}
