// A picture as it travels: the length of its header, the header as JSON, its numbers.

/** @import { Payload } from "./types.js" */

/**
 * Numbers are float32; those that float32 cannot hold stand in the header.
 * @param {Uint8Array} data
 * @returns {{ head: Payload, values: Float32Array | Float64Array }}
 */
export function unpacked(data) {
  const length = new DataView(data.buffer, data.byteOffset).getUint32(0, true);
  /** @type {Payload} */
  const head = JSON.parse(new TextDecoder().decode(data.subarray(4, 4 + length)));
  const single = new Float32Array(data.slice(4 + length).buffer); // a copy: it arrives unaligned
  if (!head.large.length) return { head, values: single };
  const values = Float64Array.from(single);
  for (const [place, value] of head.large) values[place] = value;
  return { head, values };
}
