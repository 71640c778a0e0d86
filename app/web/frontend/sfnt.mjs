// Unpacks a WOFF 1 font: the same tables, not compressed, as PDF wants them.
import { inflateSync } from 'node:zlib';

const HEADER = 44; // of WOFF; its directory follows
const ENTRY = 20;

function tablesOf(woff) {
  return Array.from({ length: woff.readUInt16BE(12) }, (_, number) => {
    const at = HEADER + ENTRY * number;
    const offset = woff.readUInt32BE(at + 4);
    const packed = woff.readUInt32BE(at + 8);
    const raw = woff.subarray(offset, offset + packed);
    const body = packed < woff.readUInt32BE(at + 12) ? inflateSync(raw) : raw;
    return { tag: woff.subarray(at, at + 4), sum: woff.readUInt32BE(at + 16), body };
  });
}

/** The TrueType file that a WOFF file holds. */
export function sfnt(woff) {
  if (woff.toString('latin1', 0, 4) !== 'wOFF') throw new Error('not a WOFF file');
  const tables = tablesOf(woff);
  const log = Math.floor(Math.log2(tables.length));
  const head = Buffer.alloc(12 + 16 * tables.length);
  head.writeUInt32BE(woff.readUInt32BE(4), 0);
  head.writeUInt16BE(tables.length, 4);
  head.writeUInt16BE(16 << log, 6);
  head.writeUInt16BE(log, 8);
  head.writeUInt16BE(16 * tables.length - (16 << log), 10);
  const parts = [head];
  let at = head.length;
  tables.forEach(({ tag, sum, body }, number) => {
    const entry = 12 + 16 * number;
    tag.copy(head, entry);
    head.writeUInt32BE(sum, entry + 4);
    head.writeUInt32BE(at, entry + 8);
    head.writeUInt32BE(body.length, entry + 12);
    const padding = Buffer.alloc((4 - (body.length % 4)) % 4);
    parts.push(body, padding);
    at += body.length + padding.length;
  });
  return Buffer.concat(parts);
}
