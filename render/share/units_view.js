// The hidden units of a forager over its episode: a row for each unit, a column for each step.

const SPAN = 1.2;  // the palette spans -1.2 to 1.2, as in render/lifeline.py

/** The picture of all hidden states, units ordered by their mean. @param {import("./episode.js").Episode} episode
 * @param {number} hidden @param {Uint8Array} palette @returns {HTMLCanvasElement}
 */
export function unitsPicture(episode, hidden, palette) {
  const steps = episode.actions.length, last = palette.length / 3 - 1;
  const width = Math.min(steps, 2000), image = new ImageData(width, hidden);
  const means = Array.from({ length: hidden }, (_, unit) => {
    let sum = 0;
    for (let step = 0; step < steps; step++) sum += episode.hidden[step * hidden + unit];
    return sum / steps;
  });
  const order = means.map((_, unit) => unit).sort((one, other) => means[other] - means[one]);
  order.forEach((unit, row) => {
    for (let column = 0; column < width; column++) {
      const value = episode.hidden[Math.floor(column * steps / width) * hidden + unit];
      const at = 3 * Math.round(Math.min(1, Math.max(0, 0.5 + value / SPAN / 2)) * last);
      image.data.set([palette[at], palette[at + 1], palette[at + 2], 255], 4 * (row * width + column));
    }
  });
  const canvas = Object.assign(document.createElement("canvas"), { width, height: hidden });
  /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")).putImageData(image, 0, 0);
  return canvas;
}

/** Draw the picture up to a time, the rest darker, and the step at which two foragers part.
 * @param {HTMLCanvasElement} canvas @param {HTMLCanvasElement} picture @param {number} share of the episode that is over
 * @param {number} parted the share at which they part, or -1
 */
export function drawUnits(canvas, picture, share, parted) {
  const pen = /** @type {CanvasRenderingContext2D} */ (canvas.getContext("2d")), { width, height } = canvas;
  pen.imageSmoothingEnabled = false;
  pen.drawImage(picture, 0, 0, width, height);
  pen.fillStyle = "rgba(13, 14, 18, 0.62)";
  pen.fillRect(share * width, 0, width, height);
  const line = (/** @type {number} */ at, /** @type {string} */ ink) => {
    pen.fillStyle = ink;
    pen.fillRect(Math.round(at * width) - 1, 0, 2, height);
  };
  if (parted >= 0) line(parted, "#f0a060");
  line(Math.min(share, 1 - 1 / width), "#fff");
}
