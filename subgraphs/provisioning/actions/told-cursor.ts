import { BadCursor } from '#events';
import { createHash } from 'node:crypto';
import type { Availability } from '../domain/availability.ts';

/** What was told of one SKU, as one character. */
export function toldMark(availability: Availability | null): string {
  if (availability === null) return '-';
  const { quantity } = availability;
  return quantity === null ? 'u' : quantity.toString(16);
}

/** What was told of each SKU so far, as an opaque text; null where that is nothing yet. */
export function toldCursor(skus: readonly string[], told: readonly (string | null)[]): string {
  const marks = told.map((mark) => mark ?? '?').join('');
  return Buffer.from(`${marks} ${nameOf(skus)}`).toString('base64url');
}

/** What a cursor of these SKUs says was told. @throws BadCursor for any other text. */
export function readToldCursor(skus: readonly string[], cursor: string): (string | null)[] {
  const [marks = '', name] = Buffer.from(cursor, 'base64url').toString().split(' ');
  if (name !== nameOf(skus) || marks.length !== skus.length) throw new BadCursor();
  return Array.from(marks, (mark) => (mark === '?' ? null : mark));
}

function nameOf(skus: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(skus)).digest('base64url');
}
