// The picked foragers: one, or two side by side until they part, with their mazes, hidden units and playback.

import { parting, Player } from "./episode.js";
import { drawMaze } from "./maze_view.js";
import { genomeAt } from "./plane.js";
import { drawUnits, unitsPicture } from "./units_view.js";
import { card, element, few } from "./elements.js";

const STEPS_A_SECOND = 20;  // steps a second at speed 1
const SPEEDS = [1, 2, 4, 8, 0.5];
const ACTS = ["goes ahead", "turns right", "turns back", "turns left"];
const NAMES = ["A", "B"];

/** @typedef {import("./land.js").Pixel & {first?: string}} Pick `first` names the one that the page picked by itself */
/** @typedef {{pick: Pick, episode: import("./episode.js").Episode, units: HTMLCanvasElement, card: ReturnType<typeof card>}} Shown */

export class Foragers {
  /** @param {import("./contents.js").Contents} contents @param {() => void} onChange called when picks or maze change */
  constructor(contents, onChange) {
    this.contents = contents;
    this.onChange = onChange;
    this.maze = 1;
    this.lifetime = contents.lifetime;
    this.palette = contents.palettes[contents.palette];
    /** @type {Pick[]} */
    this.picks = [];
    /** @type {Shown[]} */
    this.shown = [];
    this.time = 0;
    this.parted = 0;  // the step, from 1, at which two part; 0 if they do not
    this.playing = false;
    this.speed = 0;
    this.frame = 0;  // of the animation
    /** @type {Record<string, Player>} */
    this.players = {};
    this.bind();
  }

  /** Connect the buttons below the mazes. */
  bind() {
    element("toggle").onclick = () => this.toggle();
    element("speed").onclick = () => {
      this.speed = (this.speed + 1) % SPEEDS.length;
      element("speed").textContent = `${SPEEDS[this.speed]}×`;
    };
    const step = /** @type {HTMLInputElement} */ (element("step"));
    step.oninput = () => { this.playing = false; this.seek(Number(step.value)); };
    element("last-maze").onclick = () => this.turnTo(this.maze - 1);
    element("next-maze").onclick = () => this.turnTo(this.maze + 1);
  }

  /** Show the forager of a pixel: the only one, or the second one. @param {Pick} pick */
  add(pick) {
    this.picks = this.picks.length && !this.picks[0].first ? [this.picks[0], pick] : [pick];
    this.restart();
  }

  /** @param {number} at */
  remove(at) {
    this.picks.splice(at, 1);
    this.restart();
  }

  /** @param {number} maze from 1; numbers beyond the last begin again */
  turnTo(maze) {
    const count = this.contents.world.boards.length;
    this.maze = (maze - 1 + count) % count + 1;
    this.restart();
  }

  /** Play the episodes of all picks from the start. */
  restart() {
    const { contents, picks } = this, hidden = contents.layout.hidden;
    element("cards").replaceChildren();
    this.shown = picks.map((pick, at) => {
      const player = this.players[pick.dtype] ??= new Player(contents.layout, contents.world, pick.dtype);
      const genome = genomeAt(contents.plane, pick.x, pick.y, pick.dtype);
      const episode = player.record(genome, this.maze - 1, this.lifetime);
      const made = card(NAMES[at], `(${few(pick.x)}, ${few(pick.y)})`, picks.length > 1 || !pick.first ? () => this.remove(at) : null);
      element("cards").append(made.box);
      return { pick, episode, units: unitsPicture(episode, hidden, contents.diverging), card: made };
    });
    this.parted = this.shown.length === 2 ? parting(this.shown[0].episode, this.shown[1].episode) : 0;
    this.time = 0;
    this.playing = this.shown.length > 0 && !matchMedia("(prefers-reduced-motion: reduce)").matches;
    element("player").hidden = !this.shown.length;
    const step = /** @type {HTMLInputElement} */ (element("step"));
    step.max = String(this.lifetime);
    const number = contents.numbers[this.maze - 1];
    element("maze-name").textContent = `maze ${this.maze} of ${contents.world.boards.length}`;
    element("maze-name").title = `number ${number} of its split`;
    this.onChange();
    this.tell();
    this.draw();
    this.run();
  }

  toggle() {
    this.playing = !this.playing;
    if (this.playing && this.time >= this.lifetime) this.time = 0;
    this.draw();
    this.run();
  }

  /** @param {number} time in steps */
  seek(time) {
    this.time = Math.min(this.lifetime, Math.max(0, time));
    this.draw();
    this.tell();
  }

  /** Let time pass until playback stops. */
  run() {
    cancelAnimationFrame(this.frame);
    let last = performance.now();
    const frame = (/** @type {number} */ now) => {
      if (!this.playing) return;
      const before = this.time;
      this.time += Math.max(0, Math.min(0.25, (now - last) / 1000)) * STEPS_A_SECOND * SPEEDS[this.speed];
      last = now;
      if (this.parted && before < this.parted && this.time >= this.parted) { this.time = this.parted; this.playing = false; this.tell(); }
      if (this.time >= this.lifetime) { this.time = this.lifetime; this.playing = false; }
      this.draw();
      this.frame = requestAnimationFrame(frame);
    };
    this.frame = requestAnimationFrame(frame);
  }

  /** Draw mazes, hidden units and figures at the present time. */
  draw() {
    const { contents, time, lifetime, maze } = this, step = Math.floor(time), dense = devicePixelRatio || 1;
    for (const { episode, units, card: made } of this.shown) {
      const side = Math.round(made.maze.clientWidth * dense), high = Math.round(made.units.clientHeight * dense);
      if (made.maze.width !== side) made.maze.width = made.maze.height = side;
      if (made.units.width !== side || made.units.height !== high) { made.units.width = side; made.units.height = high; }
      drawMaze(made.maze, contents.world, maze - 1, episode, time, this.palette);
      drawUnits(made.units, units, time / lifetime, this.parted ? this.parted / lifetime : -1);
      let eaten = 0;
      for (let at = 0; at < step; at++) eaten += episode.eaten[at];
      made.count.textContent = `${eaten} of ${contents.pellets[maze - 1]}${this.shown.length > 1 ? "" : " pellets"}`;
    }
    /** @type {HTMLInputElement} */ (element("step")).value = String(step);
    element("clock").textContent = `step ${step} of ${lifetime}`;
    element("toggle").textContent = this.playing ? "❚❚" : "▶";
    element("toggle").setAttribute("aria-label", this.playing ? "Pause" : "Play");
  }

  /** Say in a sentence what is seen. */
  tell() {
    element("news").textContent = this.sentence();
  }

  /** @returns {string} */
  sentence() {
    const { shown, parted, contents: { layout, world } } = this;
    if (!shown.length) return "Tap a pixel of the landscape: its forager runs here.";
    if (shown.length === 1) {
      const who = shown[0].pick.first ?? "The network of pixel A";
      return `${who} eats ${shown[0].episode.pellets} pellets in this maze. Tap ${shown[0].pick.first ? "any pixel" : "another pixel"} `
        + `to ${shown[0].pick.first ? "run its forager" : "compare"}.`;
    }
    const [one, other] = shown.map(({ episode }) => episode);
    if (!parted) return `A and B do the same in all ${this.lifetime} steps: ${one.pellets} pellets each, though their weights differ.`;
    const place = one.places[parted - 1], row = Math.floor(place / world.size) + 1, column = place % world.size + 1;
    const [a, b] = [one, other].map((episode) => ACTS[episode.actions[parted - 1]]);
    const when = parted === 1 ? "A and B part in their first step." : `A and B do the same until step ${parted}.`;
    const end = one.pellets === other.pellets ? `both have ${one.pellets} pellets` : `A has ${one.pellets} pellets, B ${other.pellets}`;
    return `${when} There, in row ${row}, column ${column}, A ${a} and B ${b}. At the end ${end}.`;
  }
}
