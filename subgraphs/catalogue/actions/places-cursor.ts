import { BadCursor } from '#events';
import { createHash } from 'node:crypto';

/** How far the stream of one product was read for a watcher, and what the last message showed. */
export interface Place {
  readonly number: number;
  readonly isShown: boolean;
}

/** The watcher's place in the stream of each product, as an opaque text; none where nothing was told yet. */
export function placesCursor(ids: readonly string[], places: ReadonlyMap<string, Place>): string {
  const marks = ids.map((id) => markOf(places.get(id))).join(',');
  return Buffer.from(`${marks} ${nameOf(ids)}`).toString('base64url');
}

/** What a cursor of these products says. @throws BadCursor for any other text. */
export function readPlacesCursor(ids: readonly string[], cursor: string): Map<string, Place> {
  const [text = '', name] = Buffer.from(cursor, 'base64url').toString().split(' ');
  const marks = text.split(',');
  if (name !== nameOf(ids) || marks.length !== ids.length) throw new BadCursor();
  return new Map(
    ids.flatMap((id, nth) => {
      const place = placeOf(marks[nth] ?? '');
      return place === null ? [] : [[id, place] as const];
    }),
  );
}

function markOf(place: Place | undefined): string {
  if (place === undefined) return '?';
  return `${place.number}${place.isShown ? '' : '-'}`;
}

function placeOf(mark: string): Place | null {
  if (mark === '?') return null;
  const [, number, hidden] = /^(0|[1-9]\d{0,14})(-?)$/.exec(mark) ?? [];
  if (number === undefined) throw new BadCursor();
  return { number: Number(number), isShown: hidden === '' };
}

function nameOf(ids: readonly string[]): string {
  return createHash('sha256').update(JSON.stringify(ids)).digest('base64url');
}
