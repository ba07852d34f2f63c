// A field to sign in with a finger, a pen or a mouse. Writes path data of whole numbers (600 × 240) into the hidden field beside it.
// Without a script the field stays hidden, and a typed name with the code signs instead.
const WIDTH = 600;
const HEIGHT = 240;
const LONGEST = 8000;
const APART = 3;

function setUp(pad) {
  const canvas = pad.querySelector("canvas");
  const field = pad.querySelector("input[type='hidden']");
  const clear = pad.querySelector("[data-sign-clear]");
  const pen = canvas.getContext("2d");
  let last = null;

  function place(event) {
    const box = canvas.getBoundingClientRect();
    const x = Math.round(((event.clientX - box.left) / box.width) * WIDTH);
    const y = Math.round(((event.clientY - box.top) / box.height) * HEIGHT);
    return [Math.min(Math.max(x, 0), WIDTH), Math.min(Math.max(y, 0), HEIGHT)];
  }

  function draw() {
    const style = getComputedStyle(canvas);
    pen.clearRect(0, 0, WIDTH, HEIGHT);
    pen.strokeStyle = style.color;
    pen.lineWidth = 4;
    pen.lineCap = pen.lineJoin = "round";
    pen.stroke(new Path2D(field.value));
  }

  canvas.addEventListener("pointerdown", (event) => {
    if (!event.isPrimary || field.value.length > LONGEST - 20) return;
    event.preventDefault();
    canvas.setPointerCapture(event.pointerId);
    last = place(event);
    field.value += `M${last[0]} ${last[1]}`;
  });
  canvas.addEventListener("pointermove", (event) => {
    if (last === null || !event.isPrimary || field.value.length > LONGEST - 20) return;
    const next = place(event);
    if (Math.hypot(next[0] - last[0], next[1] - last[1]) < APART) return;
    last = next;
    field.value += `L${next[0]} ${next[1]}`;
    draw();
  });
  for (const end of ["pointerup", "pointercancel"]) canvas.addEventListener(end, () => { last = null; });
  clear.addEventListener("click", () => { field.value = ""; draw(); });
  const ways = [...(pad.closest("fieldset")?.querySelectorAll("input[type='radio']") ?? [])];
  const show = () => {
    pad.hidden = ways.length > 0 && !ways.some((one) => one.checked && one.value === "signature");
    if (!pad.hidden) draw();
  };
  for (const way of ways) way.addEventListener("change", show);
  show();
}

for (const pad of document.querySelectorAll("[data-sign]")) setUp(pad);
