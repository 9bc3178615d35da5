// PNG files that say how they were made, in the text "Comment", as those of `foragescape picture` do.

/** CRC-32 of bytes (PNG, ISO 3309). @param {Uint8Array} bytes @returns {number} */
function crc(bytes) {
  let value = 0xffffffff;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit++) value = value & 1 ? (value >>> 1) ^ 0xedb88320 : value >>> 1;
  }
  return (value ^ 0xffffffff) >>> 0;
}

/** The bytes of a PNG with one more text, put after its header. @param {Uint8Array} png @param {string} key
 * @param {string} text of ASCII characters @returns {Uint8Array}
 */
export function withText(png, key, text) {
  const content = new TextEncoder().encode(`tEXt${key}\0${text}`);
  const chunk = new Uint8Array(content.length + 8), numbers = new DataView(chunk.buffer);
  numbers.setUint32(0, content.length - 4);
  chunk.set(content, 4);
  numbers.setUint32(content.length + 4, crc(content));
  const header = 33;  // signature and IHDR
  const whole = new Uint8Array(png.length + chunk.length);
  whole.set(png.subarray(0, header));
  whole.set(chunk, header);
  whole.set(png.subarray(header), header + chunk.length);
  return whole;
}

/** A canvas as a PNG that holds `about` as JSON. @param {HTMLCanvasElement} canvas @param {object} about @returns {Promise<Blob>} */
export async function pictureOfCanvas(canvas, about) {
  const blob = await new Promise((/** @type {(blob: Blob | null) => void} */ done) => canvas.toBlob(done, "image/png"));
  if (!blob) throw new Error("the browser made no picture");
  const ascii = JSON.stringify(about).replace(/[^\x20-\x7e]/g, (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, "0")}`);
  return new Blob([/** @type {BlobPart} */ (withText(new Uint8Array(await blob.arrayBuffer()), "Comment", ascii))], { type: "image/png" });
}
