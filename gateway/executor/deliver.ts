import type { GraphQLFormattedError } from 'graphql';
import { unexplained } from './explain.ts';
import type { Later } from './later.ts';
import type { Path } from './targets.ts';
import { Writing, type Postponed, type WriteData } from './writing.ts';

export interface Delivery {
  readonly variables: Readonly<Record<string, unknown>>;
  readonly later: Later;
  /** What the first answer left out. */
  readonly postponed: readonly Postponed[];
  /** What the first answer said that went wrong, with paths of the plan. */
  readonly errors: readonly GraphQLFormattedError[];
  /** From paths of the plan to those that clients know. */
  readonly publicPath: (path: Path) => Path;
  readonly presentable: (error: GraphQLFormattedError) => GraphQLFormattedError;
}

/**
 * What was deferred, as soon as it is there and what it is a part of has been answered: each the JSON of one payload,
 * as Apollo's clients know them by `deferSpec=20220824`.
 */
export async function* deliver(delivery: Delivery): AsyncGenerator<string, void> {
  const { later } = delivery;
  const known = [...delivery.errors];
  let postponed = delivery.postponed;
  while (postponed.length > 0) {
    const isReady = ({ part }: Postponed) => later.isOver(part.deferral.id);
    const ready = postponed.filter(isReady);
    if (ready.length === 0) {
      await later.news();
      continue;
    }
    const items = ready.flatMap(itemOf);
    const errors = assignErrors(items, later, known);
    const written = items.map((item) => writeItem(item, errors.get(item) ?? [], known, delivery));
    postponed = [
      ...postponed.filter((candidate) => !isReady(candidate)),
      ...written.flatMap((item) => item.postponed),
    ];
    const incremental =
      written.length === 0 ? '' : `"incremental":[${written.map(({ text }) => text).join()}],`;
    const hasNext = postponed.length > 0;
    if (written.length > 0 || !hasNext) yield `{${incremental}"hasNext":${String(hasNext)}}`;
  }
}

/** What of one object comes now. */
interface Item extends Postponed {
  readonly write: WriteData;
}

function itemOf(postponed: Postponed): readonly Item[] {
  const write = postponed.part.writerFor(postponed.object);
  return write ? [{ ...postponed, write }] : [];
}

function writeItem(
  { object, part, path, write }: Item,
  errors: readonly GraphQLFormattedError[],
  known: readonly GraphQLFormattedError[],
  { variables, publicPath, presentable }: Delivery,
) {
  const writing = new Writing(variables, true, path);
  const data = write(object, writing);
  const all = [...errors, ...unexplained(writing.misfits, known)].map(presentable);
  const { label } = part.deferral;
  const text =
    `{"data":${data ?? 'null'},"path":${JSON.stringify(publicPath(path))}` +
    (label === undefined ? '' : `,"label":${label}`) +
    (all.length === 0 ? '}' : `,"errors":${JSON.stringify(all)}}`);
  return { text, postponed: data === undefined ? [] : writing.postponed };
}

/** Each error goes with an object that it is about, or that is a part of what it is about; or with the first. */
function assignErrors(
  all: readonly Item[],
  later: Later,
  known: GraphQLFormattedError[],
): ReadonlyMap<Item, readonly GraphQLFormattedError[]> {
  const assigned = new Map<Item, GraphQLFormattedError[]>();
  for (const [id, items] of Map.groupBy(all, ({ part }) => part.deferral.id)) {
    for (const error of later.takeErrors(id)) {
      known.push(error);
      const { path } = error;
      const item = path ? items.find((candidate) => isRelated(candidate.path, path)) : items[0];
      // It is about an object that comes later still, or not at all.
      if (!item) later.addErrors(id, [error]);
      else assigned.set(item, [...(assigned.get(item) ?? []), error]);
    }
  }
  return assigned;
}

/** Whether one of the paths goes on where the other ends. */
function isRelated(left: Path, right: Path): boolean {
  const length = Math.min(left.length, right.length);
  return left.slice(0, length).every((step, index) => step === right[index]);
}
