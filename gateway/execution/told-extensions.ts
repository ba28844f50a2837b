import type { OnExtensions } from '../executor/run.ts';

/** What answers say besides their data, by name. */
export type Extensions = Readonly<Record<string, unknown>>;

export interface Hearing {
  /** Undefined where nothing is to be told. */
  readonly onExtensions: OnExtensions | undefined;
  /** What the subgraphs' answers said so far; the last who said something is right. */
  readonly heard: () => Extensions | undefined;
}

/** Hears what subgraphs say in the `extensions` of their answers, of these names alone: all else may be a secret. */
export function hearExtensions(names: readonly string[]): Hearing {
  let heard: Extensions | undefined;
  const hear = (json: string) => {
    const said: unknown = JSON.parse(json);
    if (typeof said !== 'object' || said === null || Array.isArray(said)) return;
    const told = Object.entries(said).filter(([name]) => names.includes(name));
    if (told.length > 0) heard = { ...heard, ...Object.fromEntries(told) };
  };
  return { onExtensions: names.length > 0 ? hear : undefined, heard: () => heard };
}
