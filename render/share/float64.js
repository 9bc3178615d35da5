// The arithmetic contract in float64, for deep zooms; see agents/engine/exact.py.

import { FLOAT64, TWO_LOG2_E } from "./constants.js";
import { copySign, fma64, POWERS_OF_TWO } from "./errorfree.js";

/** A polynomial by Horner's rule. @param {number[]} coefficients @param {number} x @returns {number} */
function horner64(coefficients, x) {
  let total = fma64(x, coefficients[0], coefficients[1]);
  for (let at = 2; at < coefficients.length; at++) total = fma64(total, x, coefficients[at]);
  return total;
}

/** The hyperbolic tangent. @param {number} x @returns {number} */
export function tanh64(x) {
  const { limit, near, odd, exp2, shifter } = FLOAT64;
  x = x < limit ? x : limit;
  x = -limit < x ? x : -limit;
  const a = Math.abs(x);
  if (a < near) {
    const square = a * a;
    return copySign(fma64(-a, square * horner64(odd, square), a), x);
  }
  const shifted = fma64(a, TWO_LOG2_E, shifter);
  const whole = shifted - shifter;
  const fraction = fma64(a, TWO_LOG2_E, -whole);
  return copySign(1 - 2 / fma64(horner64(exp2, fraction), POWERS_OF_TWO[whole], 1), x);
}

/** Biases plus weights times sources; see `affine32`.
 * @param {Float64Array} weights @param {number} at @param {number} rows @param {Float64Array} source
 * @param {number} many @param {number} bits @param {Float64Array} out @param {number} to
 */
export function affine64(weights, at, rows, source, many, bits, out, to) {
  for (let left = rows; left > 0; left--, to++) {
    let total = weights[at++];
    for (let column = 0; column < many; column++) total = fma64(weights[at++], source[column], total);
    for (let column = many; column < many + bits; column++) total += weights[at++] * source[column];
    out[to] = total;
  }
}

/** The operations of float64, as `network` takes them. @type {import("./cells.js").Engine} */
export const ENGINE64 = { round: (x) => x, fma: fma64, tanh: tanh64, affine: affine64 };
