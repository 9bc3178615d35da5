// The words and numbers below and over the landscape: the colour bar, the quantity, the height of a pixel, the place.

import { heightOf } from "./colours.js";
import { element, few } from "./elements.js";

const NEAR = 10;  // octaves from the floor

/** @typedef {import("./land.js").Land} Land */

/** Draw the colours of a landscape and their numbers. @param {Land} land */
export function drawBar({ colours, quantity, ranks }) {
  const bar = /** @type {HTMLCanvasElement} */ (element("bar")), pen = /** @type {CanvasRenderingContext2D} */ (bar.getContext("2d"));
  const last = colours.length / 3 - 1, several = ranks.values.length > 1;
  for (let x = 0; x < bar.width; x++) {
    const at = 3 * Math.round(x / (bar.width - 1) * last);
    pen.fillStyle = `rgb(${colours[at]}, ${colours[at + 1]}, ${colours[at + 2]})`;
    pen.fillRect(x, 0, 1, bar.height);
  }
  for (const [id, share] of /** @type {[string, number][]} */ ([["low", 0], ["median", 0.5], ["high", 1]])) {
    const told = !quantity.categorical && (several || share === 0.5), height = heightOf(ranks, share);
    element(id).textContent = told && height === height ? few(height) : "";
  }
}

/** What the colours show. @param {Land} land @returns {string} */
export function unitText({ quantity: { label, categorical }, terrain: { lifetime, maze }, contents }) {
  const count = contents.world.boards.length, shown = `${label}${maze ? ` in maze ${maze}` : ""} in ${lifetime} steps`;
  return maze || count === 1 ? shown : `${shown}, ${categorical ? "all" : "mean of"} ${count} mazes`;
}

/** The height of a pixel, empty where it is not known.
 * @param {import("./contents.js").Offered} quantity @param {import("./land.js").Pixel} pixel @returns {string}
 */
export function heightText({ name, categorical, unit }, { height }) {
  if (height !== height) return "";
  if (categorical) return `${name} ${height.toString(16).padStart(4, "0")}`;
  return name === "divergence" || name === "last_meal" ? `step ${few(height)}` : `${few(height)} ${unit}`;
}

/** How fine the pixels are, while they are computed or where they can hardly be finer; else nothing lies over the picture.
 * @param {Land} land @returns {string}
 */
export function whereText({ view, live, share, crew, contents }) {
  if (!live) return "";
  if (!crew || crew.broken) return "this browser computes no new pixels";
  const computing = share < 1;
  if (!computing && view.deepest - view.level > NEAR) return "";
  const parts = [`from pixel to pixel, weights change by ${few(100 * contents.unit * 2 ** -view.level, 2)} %`];
  if (computing) parts.push(`${share < 0.01 ? "under 1" : Math.floor(100 * share)} % computed`);
  if (view.atFloor) parts.push("the floor: float64 tells no finer pixels apart");
  return parts.join(" · ");
}
