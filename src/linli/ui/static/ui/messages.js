// Words of the shared script, in the page's language.
const WORDS = {
  "zh-Hans": {
    copied: "已复制",
    copyByHand: "没有复制成功，文字已选中，请手动复制",
    progress: "已完成 {value} / {total}",
    done: "已完成",
    lost: "暂时联系不上服务器，正在重试，进度不会丢",
    oneFile: "一次放一个文件",
    wrongKind: "这里收 {kinds}，这个文件是 {name}",
    tooLarge: "这个文件有 {size} MB，最多 {limit} MB",
    offline: "离线 · 打开着的内容还能看，连上网后再保存",
    soundOn: "提示音：开",
    soundOff: "提示音：关",
    squares: "用方向键在住户之间移动，回车打开",
  },
  en: {
    copied: "Copied",
    copyByHand: "Could not copy; the text is selected, please copy it by hand",
    progress: "{value} of {total} done",
    done: "Done",
    lost: "The server does not answer for now; trying again, nothing is lost",
    oneFile: "One file at a time",
    wrongKind: "This takes {kinds}; the file is {name}",
    tooLarge: "The file has {size} MB; at most {limit} MB",
    offline: "Offline · what is open can be read; save when the network is back",
    soundOn: "Sound: on",
    soundOff: "Sound: off",
    squares: "Arrow keys move between homes, Enter opens one",
  },
};

/** A sentence by its key, with {name} replaced. */
export function say(key, values = {}) {
  const words = document.documentElement.lang.startsWith("zh") ? WORDS["zh-Hans"] : WORDS.en;
  return words[key].replace(/\{(\w+)\}/g, (whole, name) => values[name] ?? whole);
}

/** 1431 as 1,431. */
export function number(value) {
  return Number(value).toLocaleString("en");
}
