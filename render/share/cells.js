// The recurrent cells: Elman, GRU and LSTM, with the equations and the order of agents/network/cells.py.

/** @typedef {{cell: "elman" | "gru" | "lstm", hidden: number, inputs: number, outputs: number}} Layout */
/** The operations of one precision.
 * @typedef {object} Engine
 * @property {(x: number) => number} round
 * @property {(a: number, b: number, c: number) => number} fma
 * @property {(x: number) => number} tanh
 * @property {(weights: Float64Array, at: number, rows: number, source: Float64Array, many: number, bits: number,
 *   out: Float64Array, to: number) => void} affine
 */

/** The network of one agent. `source` holds its hidden states, then its inputs, which are 0 or 1. */
export class Network {
  /** @param {Engine} engine @param {Layout} layout */
  constructor(engine, layout) {
    const { hidden, inputs, outputs } = layout;
    this.engine = engine;
    this.layout = layout;
    /** @type {Float64Array} */
    this.weights = new Float64Array(0);
    this.source = new Float64Array(hidden + inputs);
    this.cellState = new Float64Array(hidden);
    this.outputs = new Float64Array(outputs);
    this.gates = new Float64Array(4 * hidden);
    this.scaled = new Float64Array(hidden + inputs);  // what the candidate of a GRU reads
    this.advance = { elman: this.elman, gru: this.gru, lstm: this.lstm }[layout.cell];
  }

  /** Start an episode of a genome. @param {Float64Array} weights rounded to the type of the engine */
  begin(weights) {
    this.weights = weights;
    this.source.fill(0);
    this.cellState.fill(0);
  }

  /** One step: from hidden states and inputs to hidden states and outputs. */
  forward() {
    const { hidden, outputs } = this.layout;
    const end = this.advance();
    this.engine.affine(this.weights, end, outputs, this.source, hidden, 0, this.outputs, 0);
  }

  /** The logistic function, 1/2 + 1/2 tanh(x/2). @param {number} x */
  sigmoid(x) {
    const { fma, tanh } = this.engine;
    return fma(tanh(this.engine.round(x * 0.5)), 0.5, 0.5);
  }

  /** Each of these updates the hidden states and returns where the weights of the outputs begin. */
  elman() {
    const { engine, source, gates, layout: { hidden, inputs } } = this;
    engine.affine(this.weights, 0, hidden, source, hidden, inputs, gates, 0);
    for (let unit = 0; unit < hidden; unit++) source[unit] = engine.tanh(gates[unit]);
    return hidden * (1 + hidden + inputs);
  }

  gru() {
    const { engine, source, gates, scaled, layout: { hidden, inputs } } = this;
    const block = hidden * (1 + hidden + inputs);
    engine.affine(this.weights, 0, 2 * hidden, source, hidden, inputs, gates, 0);
    scaled.set(source);
    for (let unit = 0; unit < hidden; unit++) {
      scaled[unit] = engine.round(this.sigmoid(gates[hidden + unit]) * source[unit]);
    }
    engine.affine(this.weights, 2 * block, hidden, scaled, hidden, inputs, gates, 2 * hidden);
    for (let unit = 0; unit < hidden; unit++) {
      const fresh = engine.tanh(gates[2 * hidden + unit]);
      source[unit] = engine.fma(this.sigmoid(gates[unit]), engine.round(source[unit] - fresh), fresh);
    }
    return 3 * block;
  }

  lstm() {
    const { engine, source, gates, cellState, layout: { hidden, inputs } } = this;
    engine.affine(this.weights, 0, 4 * hidden, source, hidden, inputs, gates, 0);
    for (let unit = 0; unit < hidden; unit++) {
      const fresh = engine.round(this.sigmoid(gates[unit]) * engine.tanh(gates[3 * hidden + unit]));
      cellState[unit] = engine.fma(this.sigmoid(gates[hidden + unit]), cellState[unit], fresh);
      source[unit] = engine.round(this.sigmoid(gates[2 * hidden + unit]) * engine.tanh(cellState[unit]));
    }
    return 4 * hidden * (1 + hidden + inputs);
  }
}

/** The lowest index of the largest output. @param {Float64Array} outputs @returns {number} */
export function bestAction(outputs) {
  let best = 0;
  for (let choice = 1; choice < outputs.length; choice++) if (outputs[choice] > outputs[best]) best = choice;
  return best;
}
