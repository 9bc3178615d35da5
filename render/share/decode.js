// Reads what render/share/encoding.py wrote.

/** @typedef {{type: "u1" | "u2" | "u4" | "f8", shape: number[], rough: boolean, data: string}} Encoded */

const KINDS = { u1: Uint8Array, u2: Uint16Array, u4: Uint32Array, f8: Float64Array };

/** The numbers of an encoded array, in a typed array. @param {Encoded} entry @returns {Promise<any>} */
export async function decode({ type, shape, rough, data }) {
  const packed = Uint8Array.from(atob(data), (letter) => letter.charCodeAt(0));
  const stream = new Blob([packed]).stream().pipeThrough(new DecompressionStream("deflate"));
  const bytes = new Uint8Array(await new Response(stream).arrayBuffer());
  const kind = KINDS[type], size = kind.BYTES_PER_ELEMENT;
  if (!rough) return new kind(bytes.buffer);
  const count = bytes.length / size, columns = shape[shape.length - 1];
  const whole = new Uint8Array(bytes.length);
  for (let at = 0; at < count; at++) for (let byte = 0; byte < size; byte++) whole[at * size + byte] = bytes[byte * count + at];
  const numbers = new kind(whole.buffer);
  for (let at = 0; at < count; at++) if (at % columns) numbers[at] += numbers[at - 1];  // modulo the size of the type
  return numbers;
}

/** An array cut into rows of equal length. @template {{subarray: Function, length: number}} T
 * @param {T} array @param {number} length @returns {T[]}
 */
export function rowsOf(array, length) {
  return Array.from({ length: array.length / length }, (_, row) => array.subarray(row * length, (row + 1) * length));
}
