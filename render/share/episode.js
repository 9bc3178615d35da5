// Episodes: one to look at, with all that happened; and many to tell a quantity of, as fast as this language allows.

import { bestAction, Network } from "./cells.js";
import { ENGINE32 } from "./float32.js";
import { ENGINE64 } from "./float64.js";
import { QUANTITIES } from "./quantities.js";
import { Body } from "./world.js";

/** @typedef {import("./cells.js").Layout} Layout */
/** @typedef {import("./world.js").World} World */
/** @typedef {"float32" | "float64"} Dtype */
/** The record of T steps; entry 0 of places and headings is the start, as in sim/world/life.py.
 * @typedef {{places: Int32Array, headings: Int32Array, actions: Uint8Array, eaten: Uint8Array, senses: Float64Array,
 *   hidden: Float64Array, pellets: number}} Episode
 */

/** A forager that plays episodes one after the other. */
export class Player {
  /** @param {Layout} layout @param {World} world @param {Dtype} dtype the arithmetic */
  constructor(layout, world, dtype) {
    this.network = new Network(dtype === "float32" ? ENGINE32 : ENGINE64, layout);
    this.body = new Body(world);
    this.seen = new Float64Array(2 * layout.hidden);  // the state that later ones are compared with
    this.mark = { place: -1, heading: 0, ate: 0, pellets: 0 };
  }

  /** @param {Float64Array} genome @param {number} maze */
  begin(genome, maze) {
    this.network.begin(genome);
    this.body.begin(maze);
    this.mark.place = -1;
  }

  step() {
    const { network, body } = this;
    body.sense(network.source, network.layout.hidden);
    network.forward();
    const action = bestAction(network.outputs);
    body.step(action);
    return action;
  }

  /** The pellets eaten in `lifetime` steps.
   * @param {Float64Array} genome @param {number} maze @param {number} lifetime @returns {number}
   */
  pellets(genome, maze, lifetime) {
    return this.value(QUANTITIES.pellets, genome, maze, lifetime);
  }

  /** A quantity of a life of `lifetime` steps; `centre` are the places of the forager in the middle.
   *
   * If the whole state of forager and maze repeats, bit for bit, it will repeat for ever and eat no more (Brent 1980).
   * @param {import("./quantities.js").Quantity} quantity @param {Float64Array} genome @param {number} maze
   * @param {number} lifetime @param {Int32Array} [centre] @returns {number}
   */
  value(quantity, genome, maze, lifetime, centre) {
    const { body } = this;
    let value = quantity.begin;
    this.begin(genome, maze);
    for (let step = 1; step <= lifetime; step++) {
      this.step();
      if (centre) body.centre = centre[step];
      value = quantity.after(value, body);
      if (quantity.fixed && quantity.fixed(value, body)) break;
      if (quantity.rest && this.repeats()) return quantity.rest(value, body, lifetime - step);
      if ((step & (step - 1)) === 0) this.remember();
    }
    return value;
  }

  /** A quantity of episodes: number n is that of genome n / mazes.length in maze n % mazes.length of the list.
   * @param {(number: number) => Float64Array} genomeOf @param {number} genomes @param {number[]} mazes
   * @param {number} lifetime @param {import("./quantities.js").Quantity} [quantity] by default the pellets
   * @param {Int32Array[]} [centre] the places of the forager in the middle, for each of the mazes @returns {Int32Array}
   */
  play(genomeOf, genomes, mazes, lifetime, quantity = QUANTITIES.pellets, centre) {
    const count = mazes.length;
    return Int32Array.from({ length: genomes * count }, (_, number) =>
      this.value(quantity, genomeOf(Math.floor(number / count)), mazes[number % count], lifetime, centre?.[number % count]));
  }

  remember() {
    const { body, network, mark, network: { layout: { hidden } } } = this;
    mark.place = body.place; mark.heading = body.heading; mark.ate = body.ate; mark.pellets = body.pellets;
    for (let unit = 0; unit < hidden; unit++) {
      this.seen[unit] = network.source[unit];
      this.seen[hidden + unit] = network.cellState[unit];
    }
  }

  repeats() {
    const { body, network, mark, network: { layout: { hidden } } } = this;
    if (body.place !== mark.place || body.heading !== mark.heading || body.pellets !== mark.pellets) return false;
    if (body.ate !== mark.ate) return false;
    for (let unit = 0; unit < hidden; unit++) {
      if (network.source[unit] !== this.seen[unit] || network.cellState[unit] !== this.seen[hidden + unit]) return false;
    }
    return true;
  }

  /** @param {Float64Array} genome @param {number} maze @param {number} lifetime @returns {Episode} */
  record(genome, maze, lifetime) {
    this.begin(genome, maze);
    const { body, network, network: { layout: { hidden, inputs } } } = this;
    const made = {
      places: new Int32Array(lifetime + 1), headings: new Int32Array(lifetime + 1), actions: new Uint8Array(lifetime),
      eaten: new Uint8Array(lifetime), senses: new Float64Array(lifetime * inputs),
      hidden: new Float64Array(lifetime * hidden), pellets: 0,
    };
    for (let step = 0; step <= lifetime; step++) {
      made.places[step] = body.place;
      made.headings[step] = body.heading;
      if (step === lifetime) break;
      made.actions[step] = this.step();
      made.eaten[step] = body.ate;
      made.senses.set(network.source.subarray(hidden), step * inputs);
      made.hidden.set(network.source.subarray(0, hidden), step * hidden);
    }
    made.pellets = body.pellets;
    return made;
  }
}

/** The step, counted from 1, in which two foragers first act or move differently; 0 if they never do.
 * @param {Episode} one @param {Episode} other @returns {number}
 */
export function parting(one, other) {
  const step = one.actions.findIndex((action, at) => action !== other.actions[at] || one.places[at + 1] !== other.places[at + 1]);
  return step + 1;
}
