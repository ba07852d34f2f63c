// A page of the camera that waits for one kind of text.

import { openCamera } from "./camera.js";
import { h, show } from "./dom.js";
import { known, t } from "./messages.js";
import { stepBar, strip } from "./parts.js";

// `accept(text)`: whether it is one; `found(text)`: the first, once; `back`: where the bar leads; `without`: what to do where no camera
// can be used; `footer`: what stands under the thumb.
export async function scanPage(name, { title, hint, accept, found, back, without = "", footer = null }) {
  const video = h("video", { muted: true, playsInline: true, id: "video", "aria-hidden": "true" });
  const line = h("h1", { class: "hint" }, t("camera.starting"));
  const view = h("main", { class: "view" }, video, h("div", { class: "frame", "aria-hidden": "true" }), line);
  let camera = null;
  let left = false;
  const onleave = () => {
    left = true;
    if (camera) camera.stop();
  };
  show(name, [stepBar(title, back), strip(), view, footer], { onleave });
  try {
    camera = await openCamera(video, {
      accept,
      found: (text) => !left && found(text),
      failed: () => {
        line.textContent = t("camera.reader");
      },
    });
    if (left) camera.stop();
    else line.textContent = hint;
  } catch (error) {
    line.textContent = without || t(known(`camera.${error.why}`) ? `camera.${error.why}` : "camera.failed", { why: error.name || "" });
  }
}
