// Quantities of an episode, kept up to date step by step; the definitions are those of sim/rollout/quantities.py.

const HASH_START = 0x2545F491, HASH_FACTOR = 0x7FEB352D;

/** A quantity: its value before the first step, and `after` each step of a body (see world.js). `rest` is the value so many
 * steps after the whole state of forager and maze began to repeat for ever; without it, the way there matters. Once the
 * value is `fixed`, no later step changes it.
 * @typedef {import("./world.js").Body} Body
 * @typedef {{begin: number, after: (value: number, now: Body) => number,
 *   rest?: (value: number, now: Body, steps: number) => number, fixed?: (value: number, now: Body) => boolean}} Quantity
 */

/** A hash, of 32 bits, after one more number. @param {number} hashed @param {number} number @returns {number} */
export function mixed(hashed, number) {
  return Math.imul(hashed ^ number, HASH_FACTOR);
}

/** @type {Record<string, Quantity>} */
export const QUANTITIES = {
  pellets: { begin: 0, after: (_, now) => now.pellets, rest: (value) => value },
  tempo: {
    begin: 0, after: (area, now) => area + now.pellets, rest: (area, now, steps) => area + steps * now.pellets,
  },
  divergence: {
    begin: 1, after: (value, now) => (value === now.time && now.place === now.centre ? value + 1 : value),
    fixed: (value, now) => value <= now.time,
  },
  revisits: { begin: 0, after: (count, now) => count + (now.moved & now.visited) },
  last_meal: { begin: 0, after: (last, now) => (now.ate ? now.time : last), rest: (last) => last },
  end: { begin: 0, after: (_, now) => now.place },
  path: { begin: HASH_START, after: (hashed, now) => mixed(hashed, now.place) },
};

/** The number, 0 to 65535, that the colour of a category shows; the highest bits of render/categories.py.
 * @param {number} hashed @returns {number}
 */
export function categoryNumber(hashed) {
  hashed = Math.imul(hashed ^ (hashed >>> 16), 0x85EBCA6B);
  hashed = Math.imul(hashed ^ (hashed >>> 13), 0xC2B2AE35);
  return (hashed ^ (hashed >>> 16)) >>> 16;
}
