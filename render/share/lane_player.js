// Episodes in lanes: whichever agent is done makes room for the next episode. The readable twin is `Player.value`.

import { LANES, Lanes } from "./lanes.js";
import { QUANTITIES } from "./quantities.js";
import { Body } from "./world.js";

/** An agent in its lane, and the state that later ones are compared with. */
class Agent {
  /** @param {import("./world.js").World} world @param {number} hidden */
  constructor(world, hidden) {
    this.body = new Body(world);
    this.seen = new Float64Array(hidden);
    this.mark = { place: -1, heading: 0, ate: 0, pellets: 0 };
    this.step = 0;
    this.value = 0;  // of the quantity, so far
    this.job = -1;  // the number of its episode; -1 if there is none
  }
}

export class LanePlayer {
  /** Raises an error where the browser has no vectors.
   * @param {import("./cells.js").Layout} layout an Elman network @param {import("./world.js").World} world
   */
  constructor(layout, world) {
    this.layout = layout;
    this.lanes = new Lanes(layout);
    this.agents = Array.from({ length: LANES }, () => new Agent(world, layout.hidden));
  }

  /** A quantity of episodes: number n is that of genome n / mazes.length in maze n % mazes.length of the list.
   * @param {(number: number) => Float64Array} genomeOf @param {number} genomes @param {number[]} mazes
   * @param {number} lifetime @param {import("./quantities.js").Quantity} [quantity] by default the pellets
   * @param {Int32Array[]} [centre] the places of the forager in the middle, for each of the mazes @returns {Int32Array}
   */
  play(genomeOf, genomes, mazes, lifetime, quantity = QUANTITIES.pellets, centre) {
    const values = new Int32Array(genomes * mazes.length), { lanes, agents } = this;
    let next = 0, playing = 0;
    const begin = (/** @type {number} */ lane) => {
      agents[lane].job = next < values.length ? next++ : -1;
      if (agents[lane].job < 0) return;
      this.load(lane, genomeOf(Math.floor(agents[lane].job / mazes.length)), mazes[agents[lane].job % mazes.length]);
      agents[lane].value = quantity.begin;
      playing++;
    };
    for (let lane = 0; lane < LANES; lane++) begin(lane);
    while (playing) {
      for (let lane = 0; lane < LANES; lane++) if (agents[lane].job >= 0) this.sense(lane);
      lanes.forward();
      for (let lane = 0; lane < LANES; lane++) {
        const agent = agents[lane];
        if (agent.job < 0) continue;
        agent.body.step(this.bestAction(lane));
        agent.step++;
        if (centre) agent.body.centre = centre[agent.job % mazes.length][agent.step];
        agent.value = quantity.after(agent.value, agent.body);
        const settled = quantity.fixed ? quantity.fixed(agent.value, agent.body) : quantity.rest && this.repeats(lane);
        if (agent.step === lifetime || settled) {
          const left = lifetime - agent.step;
          values[agent.job] = left && quantity.rest ? quantity.rest(agent.value, agent.body, left) : agent.value;
          playing--;
          begin(lane);
        } else if ((agent.step & (agent.step - 1)) === 0) this.remember(lane);
      }
    }
    return values;
  }

  /** Start an episode in a lane. @param {number} lane @param {Float64Array} genome @param {number} maze */
  load(lane, genome, maze) {
    const { weights, source } = this.lanes, agent = this.agents[lane];
    for (let at = 0; at < genome.length; at++) weights[at * LANES + lane] = genome[at];
    for (let at = lane; at < source.length; at += LANES) source[at] = 0;
    agent.body.begin(maze);
    agent.mark.place = -1;
    agent.step = 0;
  }

  /** @param {number} lane */
  sense(lane) {
    const { source } = this.lanes, { body } = this.agents[lane], first = this.layout.hidden * LANES + lane;
    const open = ((body.board[body.place] & 15) * 17) >> body.heading;
    for (let side = 0; side < 4; side++) source[first + side * LANES] = 1 - ((open >> side) & 1);
    source[first + 4 * LANES] = body.ate;
    if (!body.world.sight) return;
    for (let side = 0; side < 4; side++) source[first + (5 + side) * LANES] = body.sees((body.heading + side) & 3);
  }

  /** @param {number} lane @returns {number} */
  bestAction(lane) {
    const { outputs } = this.lanes;
    let best = 0;
    for (let choice = 1; choice < this.layout.outputs; choice++) {
      if (outputs[choice * LANES + lane] > outputs[best * LANES + lane]) best = choice;
    }
    return best;
  }

  /** @param {number} lane */
  remember(lane) {
    const { source } = this.lanes, { mark, body, seen } = this.agents[lane];
    mark.place = body.place; mark.heading = body.heading; mark.ate = body.ate; mark.pellets = body.pellets;
    for (let unit = 0; unit < seen.length; unit++) seen[unit] = source[unit * LANES + lane];
  }

  /** True if the whole state repeats; see `Player.pellets`. @param {number} lane @returns {boolean} */
  repeats(lane) {
    const { source } = this.lanes, { mark, body, seen } = this.agents[lane];
    if (body.place !== mark.place || body.heading !== mark.heading) return false;
    if (body.pellets !== mark.pellets || body.ate !== mark.ate) return false;
    for (let unit = 0; unit < seen.length; unit++) if (source[unit * LANES + lane] !== seen[unit]) return false;
    return true;
  }
}
