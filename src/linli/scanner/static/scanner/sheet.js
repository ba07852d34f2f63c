// A question of a round's sheet: how an answer is read, and which answer is something to put right. A mirror of rounds/asking.py and of
// kernel/celsius.py; all run the cases of rounds/tests/vectors/sheet.json and kernel/tests/vectors/celsius.json.

const LONGEST_TEXT = 200;
const LARGEST = 1e11;
const BODY = ["30", "45"]; // °C, unless the sheet says other limits
const YES = new Set(["yes", "y", "true", "1", "是", "有", "完成", "已完成"]);
const NO = new Set(["no", "n", "false", "0", "否", "无", "没有", "未完成"]);
const CELSIUS = /^(-?[0-9]{1,4}(?:[.,。][0-9]+)?) *(?:°? *C|度)?$/i;
const UUID = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export const said = (raw) => String(raw ?? "").normalize("NFKC").trim();
const bound = (text) => (text === null || text === undefined ? null : Number(text));
const outside = (number, least, most) =>
  (bound(least) !== null && number < bound(least)) || (bound(most) !== null && number > bound(most));

function limits(ask) {
  const open = (ask.lowest ?? null) === null && (ask.highest ?? null) === null;
  return ask.kind === "temperature" && open ? BODY : [ask.lowest, ask.highest];
}

function readNumber(ask, text) {
  if (!text) return {};
  let plain = text.replace(/ /g, "");
  if (/^-?\d{1,3}(,\d{3})+(\.\d+)?$/.test(plain)) plain = plain.replace(/,/g, "");
  if (!/^-?\d+(\.\d+)?$/.test(plain)) return { problem: "number" };
  const behind = (plain.split(".")[1] || "").length;
  if (behind > 2 || Math.abs(Number(plain)) >= LARGEST) return { problem: "range" };
  return outside(Number(plain), ...limits(ask)) ? { problem: "limits" } : { number: plain };
}

function readTemperature(ask, text) {
  if (!text) return {};
  const found = CELSIUS.exec(text);
  if (!found) return { problem: "number" };
  const plain = found[1].replace(/[,。]/, ".");
  if (/\.[0-9]{2}[0-9]*[1-9]/.test(plain)) return { problem: "range" };
  return outside(Number(plain), ...limits(ask)) ? { problem: "limits" } : { number: plain };
}

function readYes(_ask, text) {
  const word = text.toLowerCase();
  if (!word) return {};
  if (YES.has(word)) return { yes: true };
  return NO.has(word) ? { yes: false } : { problem: "yes_no" };
}

function readText(_ask, text, raw) {
  const words = text ? String(raw).split(/\s+/).filter(Boolean).join(" ") : "";
  if ([...words].length > LONGEST_TEXT) return { problem: "long" };
  return words ? { text: words } : {};
}

function readCodes(ask, text) {
  const chosen = new Set(text.split(/\s+/).filter(Boolean));
  const codes = (ask.choices || []).map((one) => one.code).filter((code) => chosen.has(code));
  if (codes.length !== chosen.size || (ask.kind === "choice" && codes.length > 1)) return { problem: "choice" };
  return codes.length ? { codes } : {};
}

function readTime(_ask, text) {
  if (!text) return {};
  const found = /^(\d{1,2}):?(\d{2})$/.exec(text);
  if (!found || Number(found[1]) > 23 || Number(found[2]) > 59) return { problem: "time" };
  return { time: `${found[1].padStart(2, "0")}:${found[2]}` };
}

function readPhoto(_ask, text) {
  if (!text) return {};
  return UUID.test(text) ? { photo: text } : { problem: "photo" };
}

const READERS = {
  number: readNumber,
  temperature: readTemperature,
  yes_no: readYes,
  text: readText,
  choice: readCodes,
  choices: readCodes,
  time: readTime,
  photo: readPhoto,
};

// → {value, problem}: one of them. `value` has exactly one of number, yes, text, codes, time, photo, or nothing.
export function read(ask, raw) {
  const { problem, ...value } = READERS[ask.kind](ask, said(raw), raw);
  if (problem) return { value: null, problem };
  if (!Object.keys(value).length && ask.required !== false) return { value: null, problem: "required" };
  return { value, problem: null };
}

// Whether an answer becomes a finding.
export function amiss(ask, value) {
  if (value.yes !== undefined) return value.yes === (ask.wrong ?? null);
  if (value.number !== undefined) return outside(Number(value.number), ask.least, ask.most);
  return (ask.choices || []).some((one) => one.wrong && (value.codes || []).includes(one.code));
}
