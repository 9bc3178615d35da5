// The world: mazes and the rules of a step, as in sim/world/rules.py and sim/world/body.py.

/** The mazes of a page. A cell's bits 0 to 3 are open passages to the north, east, south, west; bit 4 is a pellet.
 * @typedef {{size: number, sight: number, boards: Uint8Array[], starts: ArrayLike<number>, headings: ArrayLike<number>}} World
 */

const PELLET = 16, VISITED = 32;

/** A forager in its maze. */
export class Body {
  /** @param {World} world */
  constructor(world) {
    this.world = world;
    this.board = new Uint8Array(world.size ** 2);
    this.place = this.heading = this.ate = this.pellets = 0;
    this.moved = this.visited = this.time = 0;  // whether the last step moved, and into a cell of before; steps so far
    this.centre = -1;  // where the forager in the middle is, for divergence
  }

  /** Begin an episode in a maze. @param {number} maze */
  begin(maze) {
    this.board.set(this.world.boards[maze]);
    this.place = this.world.starts[maze];
    this.heading = this.world.headings[maze];
    this.board[this.place] = (this.board[this.place] & 15) | VISITED;
    this.ate = this.pellets = this.time = 0;
  }

  /** Write the senses, 0 or 1 each: walls ahead, right, behind, left; a pellet was eaten; with sight, pellets seen.
   * @param {Float64Array} into @param {number} at
   */
  sense(into, at) {
    const open = ((this.board[this.place] & 15) * 17) >> this.heading;
    for (let side = 0; side < 4; side++) into[at + side] = 1 - ((open >> side) & 1);
    into[at + 4] = this.ate;
    if (!this.world.sight) return;
    for (let side = 0; side < 4; side++) into[at + 5 + side] = this.sees((this.heading + side) & 3);
  }

  /** 1 if a pellet is in sight along the open corridor in a direction, else 0. @param {number} direction */
  sees(direction) {
    let place = this.place;
    for (let cells = 0; cells < this.world.sight; cells++) {
      if (!((this.board[place] >> direction) & 1)) return 0;
      place += this.stride(direction);
      if (this.board[place] & PELLET) return 1;
    }
    return 0;
  }

  /** The change of the place by a step. @param {number} heading @returns {number} */
  stride(heading) {
    return heading & 1 ? 2 - heading : (heading - 1) * this.world.size;
  }

  /** Turn, move unless a wall is there, and eat. @param {number} action 0 ahead, 1 right, 2 behind, 3 left */
  step(action) {
    this.heading = (this.heading + action) & 3;
    this.moved = (this.board[this.place] >> this.heading) & 1;
    if (this.moved) this.place += this.stride(this.heading);
    const cell = this.board[this.place];
    this.ate = (cell >> 4) & 1;
    this.visited = cell >> 5;
    this.board[this.place] = (cell & 15) | VISITED;
    this.pellets += this.ate;
    this.time++;
  }
}
