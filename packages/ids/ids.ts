// TypeIDs (`ord_01h45y…`: a UUIDv7 in base 32) that carry their owner's bucket, so that an id says where its row lies.
import { hash, randomFillSync, randomInt } from 'node:crypto';

export const bucketCount = 4096; // the twelve bits of rand_a, between the time and the random part
const alphabet = '0123456789abcdefghjkmnpqrstvwxyz';
const digitOf = new Map(Array.from(alphabet, (letter, digit) => [letter, digit]));
const shape = /^([a-z](?:[a-z_]{0,61}[a-z])?)_([0-7][0-9a-hjkmnp-tv-z]{25})$/;

/** The primary key of every row that somebody owns. */
export interface RowKey {
  /** As PostgreSQL prints it, for a column of type uuid. */
  readonly id: string;
  readonly bucket: number;
}

export interface ParsedId {
  readonly prefix: string;
  /** As PostgreSQL prints it, for a column of type uuid. */
  readonly uuid: string;
  readonly bucket: number;
  readonly at: Date;
}

/** A new id, in its owner's bucket. `random` must be 8 fresh bytes; the top two bits are not used. */
export function makeId(
  prefix: string,
  ownerId: string,
  now: Date,
  random: Uint8Array = freshRandom(),
): string {
  return formatId(prefix, makeUuid(bucketOfOwner(ownerId), now, random));
}

/** A new id of something that nobody owns, such as a product: its bucket is random. */
export function makeOwnerlessId(prefix: string, now: Date): string {
  return formatId(prefix, makeUuid(randomInt(bucketCount), now, freshRandom()));
}

/** Where the row of such an id lies, or undefined when it is not an id with that prefix. */
export function rowKey(prefix: string, id: string): RowKey | undefined {
  const parsed = parseId(id);
  return parsed?.prefix === prefix ? { id: parsed.uuid, bucket: parsed.bucket } : undefined;
}

/** What the id says, or undefined when it is not one of ours: anything may come from outside. */
export function parseId(id: string): ParsedId | undefined {
  const [, prefix, suffix] = shape.exec(id) ?? [];
  if (prefix === undefined || suffix === undefined) return undefined;

  const bytes = fromBase32(suffix);
  if (bytes.readUInt8(6) >> 4 !== 7 || bytes.readUInt8(8) >> 6 !== 2) return undefined;
  return {
    prefix,
    uuid: uuidText(bytes),
    bucket: bucketIn(bytes),
    at: new Date(bytes.readUIntBE(0, 6)),
  };
}

/** The public form of a row's uuid. */
export function formatId(prefix: string, uuid: string | Uint8Array): string {
  return `${prefix}_${toBase32(typeof uuid === 'string' ? uuidBytes(uuid) : uuid)}`;
}

/** The bucket that an id carries: where its row lies. */
export function bucketOf(id: string): number | undefined {
  return parseId(id)?.bucket;
}

/** Where all that this owner has is kept. The same twelve bits in SQL: see `bucket_of_owner` in the migration. */
export function bucketOfOwner(ownerId: string): number {
  const suffix = shape.exec(ownerId)?.[2];
  if (suffix === undefined) throw new TypeError('Not an id.');
  return hash('sha256', fromBase32(suffix), 'buffer').readUInt16BE(0) & (bucketCount - 1);
}

function makeUuid(bucket: number, now: Date, random: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(16);
  bytes.writeUIntBE(now.getTime(), 0, 6);
  bytes.writeUInt16BE(0x7000 | bucket, 6);
  bytes.set(random, 8);
  bytes.writeUInt8(0x80 | (bytes.readUInt8(8) & 0x3f), 8);
  return bytes;
}

function toBase32(bytes: Uint8Array): string {
  let text = '';
  let held = 0;
  let bits = 2; // 26 digits hold 130 bits: two zeros stand in front
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5;) text += alphabet.charAt((held >>> (bits -= 5)) & 31);
    held &= 31;
  }
  return text;
}

function fromBase32(suffix: string): Buffer {
  const bytes = Buffer.alloc(16);
  let held = 0;
  let bits = -2;
  let at = 0;
  for (const letter of suffix) {
    held = ((held << 5) | (digitOf.get(letter) ?? 0)) & 0xffff;
    bits += 5;
    if (bits >= 8) bytes[at++] = held >>> (bits -= 8);
  }
  return bytes;
}

const bucketIn = (bytes: Buffer) => bytes.readUInt16BE(6) & (bucketCount - 1);
const uuidBytes = (uuid: string) => Buffer.from(uuid.replaceAll('-', ''), 'hex');

function uuidText(bytes: Buffer): string {
  const hex = bytes.toString('hex');
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-${hex.slice(12, 16)}-${hex.slice(16, 20)}-${hex.slice(20)}`;
}

// One system call for 512 ids: asking for 8 bytes at a time costs more than all the rest.
const pool = Buffer.alloc(4096);
let used = pool.length;
function freshRandom(): Uint8Array {
  if (used === pool.length) used = randomFillSync(pool).length - pool.length;
  return pool.subarray(used, (used += 8));
}
