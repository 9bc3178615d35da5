// An assembler for the little WebAssembly that the lanes need: code is a list of bytes, made by functions.

/** @typedef {number[]} Code */

/** An unsigned number in LEB128. @param {number} value @returns {Code} */
export function leb(value) {
  const bytes = [];
  do {
    bytes.push((value & 127) | (value > 127 ? 128 : 0));
    value >>>= 7;
  } while (value);
  return bytes;
}

/** A signed number in LEB128. @param {number} value @returns {Code} */
function signed(value) {
  const bytes = [];
  for (;;) {
    const low = value & 127;
    value >>= 7;
    if ((value === 0 && !(low & 64)) || (value === -1 && low & 64)) return [...bytes, low];
    bytes.push(low | 128);
  }
}

/** An operation on vectors after its operands. @param {number} number @returns {(...operands: Code[]) => Code} */
const vector = (number) => (...operands) => [...operands.flat(), 0xfd, ...leb(number)];

export const I32 = 0x7f;
export const V128 = 0x7b;

/** The operations, named as in the standard of WebAssembly; operands come first. */
export const op = {
  get: (/** @type {number} */ local) => [0x20, ...leb(local)],
  set: (/** @type {number} */ local, /** @type {Code} */ value) => [...value, 0x21, ...leb(local)],
  number: (/** @type {number} */ value) => [0x41, ...signed(value)],
  add: (/** @type {Code} */ a, /** @type {Code} */ b) => [...a, ...b, 0x6a],
  call: (/** @type {number} */ index, /** @type {Code[]} */ ...operands) => [...operands.flat(), 0x10, ...leb(index)],
  /** Repeat code until its last value, a number, is 0. */
  repeat: (/** @type {Code} */ body, /** @type {Code} */ again) => [0x03, 0x40, ...body, ...again, 0x0d, 0, 0x0b],
  when: (/** @type {Code} */ condition, /** @type {Code} */ body) => [...condition, 0x04, 0x40, ...body, 0x0b],
  load: (/** @type {Code} */ at, /** @type {number} */ offset) => [...at, 0xfd, 0, 3, ...leb(offset)],
  store: (/** @type {Code} */ at, /** @type {number} */ offset, /** @type {Code} */ value) => [...at, ...value, 0xfd, 11, 3, ...leb(offset)],
  /** A vector of twice the same eight bytes. */
  bits: (/** @type {bigint} */ word) => {
    const bytes = Array.from({ length: 8 }, (_, at) => Number((word >> BigInt(8 * at)) & 255n));
    return [0xfd, 12, ...bytes, ...bytes];
  },
  equal: vector(0xd6), plus: vector(0xce),
  shift: (/** @type {Code} */ value, /** @type {number} */ left) => [...value, ...op.number(left), 0xfd, ...leb(0xcb)],
  not: vector(0x4d), and: vector(0x4e), or: vector(0x50), xor: vector(0x51), select: vector(0x52), any: vector(0x53),
  fne: vector(0x48), flt: vector(0x49), fgt: vector(0x4a),
  fabs: vector(0xec), fneg: vector(0xed), fadd: vector(0xf0), fsub: vector(0xf1), fmul: vector(0xf2), fdiv: vector(0xf3),
  pmin: vector(0xf6), pmax: vector(0xf7), demote: vector(0x5e), promote: vector(0x5f),
};

/** A vector of twice the same float64. @param {number} value @returns {Code} */
export function both(value) {
  return op.bits(new BigUint64Array(new Float64Array([value]).buffer)[0]);
}

/** One function: the types of its parameters and locals, whether it returns a vector, and its code.
 * @typedef {{name: string, parameters: number[], returns: boolean, locals: number[], code: Code}} Routine
 */

/** The bytes of a module with some functions and one memory of so many pages, all exported.
 * @param {Routine[]} functions @param {number} pages @returns {Uint8Array}
 */
export function assemble(functions, pages) {
  /** @param {Code[]} entries @returns {Code} */
  const list = (entries) => [...leb(entries.length), ...entries.flat()];
  /** @param {number} id @param {Code} content @returns {Code} */
  const section = (id, content) => [id, ...leb(content.length), ...content];
  const letters = (/** @type {string} */ text) => [...leb(text.length), ...[...text].map((letter) => letter.charCodeAt(0))];
  return Uint8Array.from([
    0, 0x61, 0x73, 0x6d, 1, 0, 0, 0,
    ...section(1, list(functions.map(({ parameters, returns }) => [0x60, ...list(parameters.map((each) => [each])), ...(returns ? [1, V128] : [0])]))),
    ...section(3, list(functions.map((_, at) => leb(at)))),
    ...section(5, [1, 0, ...leb(pages)]),
    ...section(7, list([[...letters("memory"), 2, 0], ...functions.map(({ name }, at) => [...letters(name), 0, ...leb(at)])])),
    ...section(10, list(functions.map(({ locals, code }) => {
      const body = [...list(locals.map((each) => [1, each])), ...code, 0x0b];
      return [...leb(body.length), ...body];
    }))),
  ]);
}
