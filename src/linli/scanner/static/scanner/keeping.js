// Writing something down, then going on. The disk takes its time, and thumbs do not: one thing is written at a time, whichever
// buttons are tapped meanwhile; and who has gone to another page before the disk was done is not taken away from it.

import { pageNow } from "./dom.js";
import { go } from "./routes.js";

let writing = false;

// `write()` → what record.js says of the row, {stored, …}; `next()` goes on from the page on which the tap was.
export async function keepThen(write, next) {
  if (writing) return;
  writing = true;
  const page = pageNow();
  try {
    const kept = await write();
    if (kept.stored === "memory") go("store", { kept });
    else if (page === pageNow()) next();
  } finally {
    writing = false;
  }
}
