// The few sentences for somebody who reads no Chinese, to be shown on the phone. A rule set's questions stand in Chinese and
// English; those that every rule set asks are here in two languages more.

export const LANGUAGES = [
  ["en", "English"],
  ["ko", "한국어"],
  ["ja", "日本語"],
  ["zh-Hans", "中文"],
];

export const WORDS = {
  en: {
    hello: "Hello. Please point to one.",
    resident: "I live here",
    visitor: "I am visiting someone",
    courier: "I am bringing a delivery",
    worker: "I am here to work or repair",
    ask: "Please answer before you go in.",
    yes: "Yes",
    no: "No",
    measure: "We will now measure your temperature. It takes a few seconds.",
    papers: "If you carry a passport or another paper with your name, please show it. It is not required.",
    thanks: "Thank you. Please hand the phone back.",
  },
  ko: {
    hello: "안녕하세요. 해당하는 것을 눌러 주세요.",
    resident: "여기에 살아요",
    visitor: "방문하러 왔어요",
    courier: "배달하러 왔어요",
    worker: "작업이나 수리를 하러 왔어요",
    ask: "들어가기 전에 대답해 주세요.",
    yes: "예",
    no: "아니요",
    measure: "지금 체온을 재겠습니다. 몇 초면 됩니다.",
    papers: "여권이나 이름이 적힌 서류가 있으면 보여 주세요. 없어도 됩니다.",
    thanks: "감사합니다. 전화기를 돌려주세요.",
  },
  ja: {
    hello: "こんにちは。あてはまるものを押してください。",
    resident: "ここに住んでいます",
    visitor: "人を訪ねて来ました",
    courier: "配達に来ました",
    worker: "工事や修理に来ました",
    ask: "お入りになる前にお答えください。",
    yes: "はい",
    no: "いいえ",
    measure: "これから体温を測ります。数秒で終わります。",
    papers: "パスポートなどお名前の分かるものがあればお見せください。なくてもかまいません。",
    thanks: "ありがとうございました。電話をお返しください。",
  },
  "zh-Hans": {
    hello: "您好，请点一个。",
    resident: "我住在这里",
    visitor: "我来看人",
    courier: "我来送东西",
    worker: "我来施工、维修",
    ask: "进门前，请回答。",
    yes: "是",
    no: "否",
    measure: "现在为您量体温，几秒钟就好。",
    papers: "如果带着护照或写有姓名的证件，请给门岗看一下。没有也可以。",
    thanks: "谢谢。请把手机还给门岗。",
  },
};

const QUESTIONS = {
  symptoms: { ko: "최근 열이 나거나 기침을 했습니까?", ja: "最近、発熱や咳がありましたか。" },
  contact: {
    ko: "지난 14일 안에 환자와 접촉했거나 지정된 지역에 계셨습니까?",
    ja: "この14日間に、患者と接したり、指定された地域にいたりしましたか。",
  },
};

// A question in a language; in English beside Chinese where nobody has translated it.
export function questionIn(language, { code, zh, en }) {
  if (language === "zh-Hans") return zh;
  if (language === "en") return en;
  return (QUESTIONS[code] || {})[language] || `${en} · ${zh}`;
}
