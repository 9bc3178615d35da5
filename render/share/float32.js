// The arithmetic contract in float32: each operation rounds once, to the bits of agents/engine/exact.py.
// Numbers are JavaScript's float64 numbers whose value a float32 holds.

import { FLOAT32, TWO_LOG2_E } from "./constants.js";
import { addToOdd, copySign, POWERS_OF_TWO } from "./errorfree.js";

const fround = Math.fround;
const LIMIT = fround(FLOAT32.limit), NEAR = fround(FLOAT32.near), SHIFTER = fround(FLOAT32.shifter);
const RATE = fround(TWO_LOG2_E);
const [A4, A3, A2, A1, A0] = FLOAT32.odd.map(fround);
const [E5, E4, E3, E2, E1, E0] = FLOAT32.exp2.map(fround);

/** a b + c of float32 numbers, rounded once.
 *
 * The product is exact in float64. The sum rounds to float64 and then to float32, which is wrong only if the float64 sum
 * lies in the middle between two float32 numbers and is itself rounded: then it is rounded to odd instead.
 * @param {number} a @param {number} b @param {number} c @returns {number}
 */
export function fma32(a, b, c) {
  const product = a * b;
  const total = product + c;
  const near = fround(total);
  const other = total + (total - near);  // the neighbour of `near` if the sum lies in the middle between them
  return fround(other) === other && other !== total ? fround(addToOdd(product, c)) : near;
}

/** The hyperbolic tangent of a float32 number. @param {number} x @returns {number} */
export function tanh32(x) {
  x = x < LIMIT ? x : LIMIT;
  x = -LIMIT < x ? x : -LIMIT;
  const a = Math.abs(x);
  if (a < NEAR) {
    const square = fround(a * a);
    const c = fma32(fma32(fma32(fma32(square, A4, A3), square, A2), square, A1), square, A0);
    return copySign(fma32(-a, fround(square * c), a), x);
  }
  const shifted = fma32(a, RATE, SHIFTER);
  const whole = fround(shifted - SHIFTER);
  const r = fma32(a, RATE, -whole);
  const power = fma32(fma32(fma32(fma32(fma32(r, E5, E4), r, E3), r, E2), r, E1), r, E0);
  return copySign(fround(1 - fround(2 / fma32(power, POWERS_OF_TWO[whole], 1))), x);
}

/** Biases plus weights times sources, for `rows` rows of `weights` from entry `at`; a row is a bias and its weights.
 *
 * The first `many` sources are any numbers. The `bits` after them are 0 or 1, so their products are exact and a plain sum
 * rounds correctly. Four rows at a time keep the processor busy: a sum waits for the one before.
 * @param {Float64Array} weights @param {number} at @param {number} rows @param {Float64Array} source
 * @param {number} many @param {number} bits @param {Float64Array} out @param {number} to the first entry written
 */
export function affine32(weights, at, rows, source, many, bits, out, to) {
  const row = 1 + many + bits;
  let left = rows;
  for (; left >= 4; left -= 4, at += 4 * row, to += 4) {
    let i = at, j = at + row, k = at + 2 * row, l = at + 3 * row;
    let t = weights[i], u = weights[j], v = weights[k], w = weights[l];
    for (let column = 0; column < many; column++) {
      const x = source[column];
      t = fma32(weights[++i], x, t);
      u = fma32(weights[++j], x, u);
      v = fma32(weights[++k], x, v);
      w = fma32(weights[++l], x, w);
    }
    for (let column = many; column < many + bits; column++) {
      const x = source[column];
      t = fround(t + weights[++i] * x);
      u = fround(u + weights[++j] * x);
      v = fround(v + weights[++k] * x);
      w = fround(w + weights[++l] * x);
    }
    out[to] = t; out[to + 1] = u; out[to + 2] = v; out[to + 3] = w;
  }
  for (; left > 0; left--, to++) {
    let total = weights[at++];
    for (let column = 0; column < many; column++) total = fma32(weights[at++], source[column], total);
    for (let column = many; column < many + bits; column++) total = fround(total + weights[at++] * source[column]);
    out[to] = total;
  }
}

/** The operations of float32, as `network` takes them. @type {import("./cells.js").Engine} */
export const ENGINE32 = { round: fround, fma: fma32, tanh: tanh32, affine: affine32 };
