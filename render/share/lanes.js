// Eight agents at once, in vectors of WebAssembly: the dot products and the tanh of float32.js, with the same bits.
// A number of all agents is 64 bytes: eight float64 numbers whose value a float32 holds.

import { assemble, both, I32, op, V128 } from "./assembler.js";
import { FLOAT32, TWO_LOG2_E } from "./constants.js";

export const LANES = 8;
const VECTORS = 4, BYTES = 64;

/** @typedef {import("./assembler.js").Code} Code */

const { get, set } = op;
const fround = Math.fround;
const SIGN = op.bits(1n << 63n);
// Constants in locals: a sum needs the slow way if it ends in MIDDLE below MASK, or is smaller than normal float32 numbers.
const TESTS = [op.bits(0x1fffffffn), op.bits(0x10000000n), both(2 ** -125)];

/** Round a vector to float32. @param {Code} value @returns {Code} */
const round = (value) => op.promote(op.demote(value));

/** The code that makes local `to` = a b + c, rounded once. `at` is the first of five locals: the tests, product and sum.
 * @param {number} at @param {number} to @param {Code} a @param {Code} b @param {Code} c a local or a constant
 * @returns {Code}
 */
function fma(at, to, a, b, c) {
  const [mask, middle, tiny, product, sum] = [0, 1, 2, 3, 4].map((offset) => at + offset);
  const tie = op.equal(op.and(get(sum), get(mask)), get(middle)), small = op.flt(op.fabs(get(sum)), get(tiny));
  return [
    ...set(product, op.fmul(a, b)),
    ...set(sum, op.fadd(get(product), c)),
    ...op.when(op.any(op.or(tie, small)), set(sum, op.call(0, get(product), c))),
    ...set(to, round(get(sum))),
  ];
}

/** The locals of the tests get their values. @param {number} at @returns {Code} */
const prepare = (at) => TESTS.flatMap((test, offset) => set(at + offset, test));

/** x + y rounded to odd; see `addToOdd`. @returns {import("./assembler.js").Routine} */
function odd() {
  const [x, y, total, part, error] = [0, 1, 2, 3, 4], zero = both(0);
  const same = op.not(op.xor(op.fgt(get(error), zero), op.fgt(get(total), zero)));
  const towards = op.select(op.bits(1n), op.bits(0xffffffffffffffffn), same);
  const inexact = op.and(op.and(op.fne(get(error), zero), op.flt(op.fabs(get(error)), both(Infinity))),
    op.equal(op.and(get(total), op.bits(1n)), op.bits(0n)));
  const code = [
    ...set(total, op.fadd(get(x), get(y))),
    ...set(part, op.fsub(get(total), get(x))),
    ...set(error, op.fadd(op.fsub(get(x), op.fsub(get(total), get(part))), op.fsub(get(y), get(part)))),
    ...op.plus(get(total), op.and(towards, inexact)),
  ];
  return { name: "odd", parameters: [V128, V128], returns: true, locals: [V128, V128, V128], code };
}

/** Biases plus weights times sources, as `affine32`: weights, rows, many, bits, source, out; addresses in bytes.
 * @returns {import("./assembler.js").Routine}
 */
function affine() {
  const [weights, rows, many, bits, source, out, x, left] = [0, 1, 2, 3, 4, 5, 6, 7], tests = 8, product = 11, first = 13;
  const totals = Array.from({ length: VECTORS }, (_, at) => first + at);
  const step = (/** @type {number} */ local, by = BYTES) => set(local, op.add(get(local), op.number(by)));
  const columns = (/** @type {number} */ count, /** @type {(total: number, at: number) => Code} */ term) => op.when(get(count), [
    ...set(left, get(count)),
    ...op.repeat([...totals.flatMap(term), ...step(weights), ...step(x), ...step(left, -1)], get(left)),
  ]);
  const code = [...prepare(tests), ...op.repeat([
    ...totals.flatMap((total, at) => set(total, op.load(get(weights), 16 * at))),
    ...step(weights),
    ...set(x, get(source)),
    ...columns(many, (total, at) => fma(tests, total, op.load(get(weights), 16 * at), op.load(get(x), 16 * at), get(total))),
    ...columns(bits, (total, at) => [
      ...set(product, op.fmul(op.load(get(weights), 16 * at), op.load(get(x), 16 * at))),
      ...set(total, round(op.fadd(get(product), get(total)))),
    ]),
    ...totals.flatMap((total, at) => op.store(get(out), 16 * at, get(total))),
    ...step(out),
    ...step(rows, -1),
  ], get(rows))];
  const locals = [I32, I32, ...Array(5 + VECTORS).fill(V128)];
  return { name: "affine", parameters: [I32, I32, I32, I32, I32, I32], returns: false, locals, code };
}

/** The hyperbolic tangent of `count` vectors from one address to another, as `tanh32`.
 * @returns {import("./assembler.js").Routine}
 */
function tanh() {
  const [from, to, count] = [0, 1, 2], tests = 3, [x, a, square, near, whole, part, far] = [8, 9, 10, 11, 12, 13, 14];
  const limit = fround(FLOAT32.limit), odds = FLOAT32.odd.map(fround), powers = FLOAT32.exp2.map(fround);
  const rate = both(fround(TWO_LOG2_E)), shifter = both(fround(FLOAT32.shifter));
  const horner = (/** @type {number} */ into, /** @type {number} */ at, /** @type {number[]} */ list) => [
    ...fma(tests, into, get(at), both(list[0]), both(list[1])),
    ...list.slice(2).flatMap((each) => fma(tests, into, get(into), get(at), both(each))),
  ];
  // 2^52 + 1023 + n holds n + 1023 in its lowest bits, which become the exponent of 2^n
  const exponent = op.shift(op.fadd(get(whole), both(2 ** 52 + 1023)), 52);
  const body = [
    ...set(x, op.pmax(both(-limit), op.pmin(both(limit), op.load(get(from), 0)))),
    ...set(a, op.fabs(get(x))),
    ...set(square, round(op.fmul(get(a), get(a)))),
    ...horner(near, square, odds),
    ...set(near, round(op.fmul(get(square), get(near)))),
    ...fma(tests, near, op.fneg(get(a)), get(near), get(a)),
    ...fma(tests, whole, get(a), rate, shifter),
    ...set(whole, round(op.fsub(get(whole), shifter))),
    ...set(far, op.fneg(get(whole))),
    ...fma(tests, part, get(a), rate, get(far)),
    ...horner(far, part, powers),
    ...fma(tests, far, get(far), exponent, both(1)),
    ...set(far, round(op.fsub(both(1), round(op.fdiv(both(2), get(far)))))),
    ...set(near, op.select(get(near), get(far), op.flt(get(a), both(FLOAT32.near)))),
    ...op.store(get(to), 0, op.select(get(x), get(near), SIGN)),
    ...set(from, op.add(get(from), op.number(16))),
    ...set(to, op.add(get(to), op.number(16))),
    ...set(count, op.add(get(count), op.number(-1))),
  ];
  const code = [...prepare(tests), ...op.repeat(body, get(count))];
  return { name: "tanh", parameters: [I32, I32, I32], returns: false, locals: Array(12).fill(V128), code };
}

/** The Elman networks of eight agents. `weights`, `source` and `outputs` hold number n of agent l at n * LANES + l. */
export class Lanes {
  /** Raises an error where the browser has no vectors. @param {import("./cells.js").Layout} layout */
  constructor({ hidden, inputs, outputs }) {
    this.row = 1 + hidden + inputs;
    this.sizes = { hidden, inputs, outputs };
    const size = hidden * this.row + outputs * (1 + hidden);
    const begins = [0, size, size + hidden + inputs, size + 2 * hidden + inputs].map((number) => number * BYTES);
    const end = begins[3] + outputs * BYTES;
    const binary = assemble([odd(), affine(), tanh()], Math.ceil(end / 65536));
    const made = new WebAssembly.Instance(new WebAssembly.Module(/** @type {BufferSource} */ (binary))).exports;
    const { buffer } = /** @type {WebAssembly.Memory} */ (made.memory);
    this.affine = /** @type {Function} */ (made.affine);
    this.tanh = /** @type {Function} */ (made.tanh);
    this.atSource = begins[1];
    this.atGates = begins[2];
    this.atOutputs = begins[3];
    this.weights = new Float64Array(buffer, 0, size * LANES);
    this.source = new Float64Array(buffer, this.atSource, (hidden + inputs) * LANES);
    this.outputs = new Float64Array(buffer, this.atOutputs, outputs * LANES);
  }

  /** One step of all agents. */
  forward() {
    const { hidden, inputs, outputs } = this.sizes;
    this.affine(0, hidden, hidden, inputs, this.atSource, this.atGates);
    this.tanh(this.atGates, this.atSource, hidden * VECTORS);
    this.affine(hidden * this.row * BYTES, outputs, hidden, 0, this.atSource, this.atOutputs);
  }
}
