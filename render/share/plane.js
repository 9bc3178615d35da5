// The plane through genome space: the genome of a point, with the bits of sim/landscape/plane.py.

/** @typedef {{origin: Float64Array, u: Float64Array, v: Float64Array}} Plane */

/** Pixels that are closer than this need float64. */
export const FLOAT32_PIXEL = 1e-6;

/** From which distance on pixels need no float64. */
let coarse = FLOAT32_PIXEL;

/** Use float64 for all pixels, as in a field that was swept so. */
export function useFloat64() {
  coarse = Infinity;
}

/** The arithmetic of pixels so far apart. @param {number} pixel @returns {import("./episode.js").Dtype} */
export const dtypeOf = (pixel) => (pixel >= coarse ? "float32" : "float64");

/** The genome (origin + x u) + y v of a point, rounded to the type.
 * @param {Plane} plane @param {number} x @param {number} y @param {import("./episode.js").Dtype} dtype
 * @param {Float64Array} [into] @returns {Float64Array}
 */
export function genomeAt({ origin, u, v }, x, y, dtype, into = new Float64Array(origin.length)) {
  for (let at = 0; at < origin.length; at++) into[at] = (origin[at] + x * u[at]) + y * v[at];
  if (dtype === "float32") for (let at = 0; at < into.length; at++) into[at] = Math.fround(into[at]);
  return into;
}

/** The distance from |x| to the next larger float64 number. @param {number} x @returns {number} */
export function spacing(x) {
  const size = Math.abs(x);
  if (size < 2 ** -1022) return 2 ** -1074;
  let exponent = Math.floor(Math.log2(size));
  if (2 ** exponent > size) exponent--;
  if (2 ** (exponent + 1) <= size) exponent++;
  return 2 ** Math.max(exponent - 52, -1074);
}

/** The smallest step of a coordinate from (x, y) that still changes most weights of a float64 genome.
 * @param {Plane} plane @param {number} x @param {number} y @returns {number}
 */
export function finest(plane, x, y) {
  const resolution = genomeAt(plane, x, y, "float64").map(spacing);
  const steps = [plane.u, plane.v].map((direction) => {
    /** @type {number[]} */
    const ratios = [];
    direction.forEach((d, at) => { if (d !== 0) ratios.push(resolution[at] / Math.abs(d)); });
    ratios.sort((a, b) => a - b);
    const half = ratios.length >> 1;
    return ratios.length % 2 ? ratios[half] : (ratios[half - 1] + ratios[half]) / 2;
  });
  return Math.max(spacing(Math.max(Math.abs(x), Math.abs(y))), ...steps.filter((step) => step > 0));
}
