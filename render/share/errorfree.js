// Error-free sums and products, and what both precisions share; see agents/engine/errorfree.py.

const number = new Float64Array(1);
const word = new Uint32Array(number.buffer);  // low word first: every processor that runs a browser is little-endian

/** 2^n, for the n that tanh needs. */
export const POWERS_OF_TWO = Float64Array.from({ length: 64 }, (_, n) => Number(1n << BigInt(n)));

/** x + y rounded to odd, so that a second rounding to fewer bits is correct (Boldo, Melquiond 2008).
 * @param {number} x @param {number} y @returns {number}
 */
export function addToOdd(x, y) {
  const total = x + y;
  const part = total - x;
  const error = (x - (total - part)) + (y - part);
  if (error === 0 || !Number.isFinite(error)) return total;
  number[0] = total;
  if (word[0] & 1) return total;
  if ((error > 0) === (total > 0)) word[0] += 1;  // the last bit is 0: there is no carry
  else if (word[0]) word[0] -= 1;
  else { word[0] = 0xffffffff; word[1] -= 1; }
  return number[0];
}

/** `magnitude`, which is not negative, with the sign of `sign`, also of zero.
 * @param {number} magnitude @param {number} sign @returns {number}
 */
export function copySign(magnitude, sign) {
  return sign < 0 || (sign === 0 && 1 / sign < 0) ? -magnitude : magnitude;
}

/** The high 26 bits of a number (Veltkamp). @param {number} a @returns {number} */
function high(a) {
  const scaled = a * 134217729;
  return scaled - (scaled - a);
}

/** a b + c of float64 numbers, rounded once. @param {number} a @param {number} b @param {number} c @returns {number} */
export function fma64(a, b, c) {
  const product = a * b;
  if (a === 0 || b === 0) return product + c;
  const size = Math.max(Math.abs(a), Math.abs(b), Math.abs(product), Math.abs(c));  // NaN if any is NaN
  if (!(size < 1e290) || Math.abs(product) < 1e-250) return fmaByIntegers(a, b, c);
  const aHigh = high(a), aLow = a - aHigh, bHigh = high(b), bLow = b - bHigh;
  const productError = aLow * bLow - (((product - aHigh * bHigh) - aLow * bHigh) - aHigh * bLow);
  const sum = c + productError, part = sum - c;
  const sumError = (c - (sum - part)) + (productError - part);
  const total = product + sum, share = total - product;
  const totalError = (product - (total - share)) + (sum - share);
  return total + addToOdd(totalError, sumError);
}

/** a b + c rounded once, computed with integers of any length: for numbers near overflow or underflow.
 * @param {number} a @param {number} b @param {number} c @returns {number}
 */
function fmaByIntegers(a, b, c) {
  if (!Number.isFinite(a) || !Number.isFinite(b)) return a * b + c;
  if (!Number.isFinite(c)) return c;
  const [one, e] = parts(a), [two, f] = parts(b), [three, g] = parts(c);
  const least = Math.min(e + f, g);
  const exact = (one * two << BigInt(e + f - least)) + (three << BigInt(g - least));
  if (exact === 0n) return a * b + c;  // which zero it is
  return rounded(exact, least);
}

/** A finite number as an integer times a power of two. @param {number} x @returns {[bigint, number]} */
function parts(x) {
  number[0] = x;
  const exponent = word[1] >>> 20 & 0x7ff;
  const fraction = (BigInt(word[1] & 0xfffff) << 32n) | BigInt(word[0]);
  const whole = exponent ? fraction | (1n << 52n) : fraction;
  return [word[1] >>> 31 ? -whole : whole, Math.max(exponent, 1) - 1075];
}

/** whole 2^exponent, rounded to float64, ties to even. @param {bigint} whole @param {number} exponent @returns {number} */
function rounded(whole, exponent) {
  const negative = whole < 0n, size = negative ? -whole : whole;
  const length = size.toString(2).length;
  const drop = Math.max(length - 53, -1074 - exponent);  // so many bits do not fit
  let kept = size << BigInt(Math.max(-drop, 0));
  if (drop > 0) {
    const rest = size & ((1n << BigInt(drop)) - 1n), half = 1n << BigInt(drop - 1);
    kept = size >> BigInt(drop);
    if (rest > half || (rest === half && (kept & 1n))) kept += 1n;
  }
  const at = exponent + drop;  // the product of two powers of two is exact, where one of them alone may be none
  const value = Number(kept) * 2 ** Math.trunc(at / 2) * 2 ** (at - Math.trunc(at / 2));
  return negative ? -value : value;
}
