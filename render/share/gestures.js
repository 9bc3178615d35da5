// Mouse, touch and keyboard on the landscape: drag and pinch, wheel, tap, arrows.

const SLACK = 6;  // CSS pixels that a tap may move
const STEP = 40;  // CSS pixels that an arrow key moves the view

/** @typedef {object} Actions
 * @property {(right: number, down: number) => void} pan by CSS pixels
 * @property {(factor: number, x?: number, y?: number) => void} zoom about a place
 * @property {(x: number, y: number) => void} tap
 * @property {(x: number, y: number) => void} hover
 * @property {(key: string) => boolean} press a key that does not move the view; true if it means something
 */

/** Listen to a canvas. @param {HTMLCanvasElement} canvas @param {Actions} actions */
export function listen(canvas, actions) {
  /** @type {Map<number, {x: number, y: number}>} */
  const fingers = new Map();
  let travelled = 0;
  /** @param {MouseEvent} event */
  const placeOf = (event) => { const box = canvas.getBoundingClientRect(); return { x: event.clientX - box.left, y: event.clientY - box.top }; };
  canvas.addEventListener("pointerdown", (event) => {
    if (event.button) return;
    canvas.setPointerCapture(event.pointerId);
    if (!fingers.size) travelled = 0;
    fingers.set(event.pointerId, placeOf(event));
  });
  canvas.addEventListener("pointermove", (event) => {
    const before = fingers.get(event.pointerId), now = placeOf(event);
    if (!before) { if (event.pointerType === "mouse") actions.hover(now.x, now.y); return; }
    travelled += Math.hypot(now.x - before.x, now.y - before.y);
    const others = [...fingers].filter(([id]) => id !== event.pointerId).map(([, place]) => place);
    fingers.set(event.pointerId, now);
    if (travelled < SLACK && !others.length) return;
    if (!others.length) { actions.pan(before.x - now.x, before.y - now.y); return; }
    const [other] = others, middle = { x: (now.x + other.x) / 2, y: (now.y + other.y) / 2 };
    actions.pan((before.x - now.x) / 2, (before.y - now.y) / 2);
    const gap = Math.hypot(before.x - other.x, before.y - other.y);
    if (gap > 8) actions.zoom(Math.hypot(now.x - other.x, now.y - other.y) / gap, middle.x, middle.y);
    travelled += SLACK;
  });
  const lift = (/** @type {PointerEvent} */ event) => {
    const place = fingers.get(event.pointerId);
    fingers.delete(event.pointerId);
    if (place && event.type === "pointerup" && travelled < SLACK && !fingers.size) actions.tap(place.x, place.y);
  };
  canvas.addEventListener("pointerup", lift);
  canvas.addEventListener("pointercancel", lift);
  canvas.addEventListener("wheel", (event) => {
    event.preventDefault();
    const { x, y } = placeOf(event), lines = event.deltaMode ? 30 * event.deltaY : event.deltaY;
    actions.zoom(2 ** (-Math.max(-200, Math.min(200, lines)) / (event.ctrlKey ? 60 : 240)), x, y);
  }, { passive: false });
  canvas.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey) return;
    const { clientWidth: width, clientHeight: height } = canvas;
    /** @type {Record<string, () => void>} */
    const keys = {
      ArrowLeft: () => actions.pan(-STEP, 0), ArrowRight: () => actions.pan(STEP, 0),
      ArrowUp: () => actions.pan(0, -STEP), ArrowDown: () => actions.pan(0, STEP),
      "+": () => actions.zoom(2), "=": () => actions.zoom(2), "-": () => actions.zoom(0.5),
      Enter: () => actions.tap(width / 2, height / 2),
    };
    if (keys[event.key]) keys[event.key]();
    else if (!actions.press(event.key)) return;
    event.preventDefault();
  });
}
