import type { Fetch } from '../executor/run.ts';

/** What answers say besides their data, by name. */
export type Extensions = Readonly<Record<string, unknown>>;

export interface Hearing {
  readonly fetch: Fetch;
  /** What the subgraphs' answers said so far, of the names to be told; the last who said something is right. */
  readonly heard: () => Extensions | undefined;
}

const member = '"extensions":';
/** They come last in an answer; what is longer is none of ours. */
const charactersMax = 2_000;

/** Hears what subgraphs say in the `extensions` of their answers, of these names alone: all else may be a secret. */
export function hearExtensions(fetch: Fetch, names: readonly string[]): Hearing {
  let heard: Extensions | undefined;
  return {
    fetch: async (request) => {
      const answer = await fetch(request);
      const said = typeof answer === 'string' ? extensionsIn(answer, names) : undefined;
      if (said) heard = { ...heard, ...said };
      return answer;
    },
    heard: () => heard,
  };
}

function extensionsIn(text: string, names: readonly string[]): Extensions | undefined {
  const end = text.slice(-charactersMax);
  const at = end.lastIndexOf(member);
  if (at === -1 || !names.some((name) => end.includes(`"${name}":`, at))) return undefined;
  const all = parsed(`{${end.slice(at)}`)?.['extensions'];
  if (!isRecord(all)) return undefined;
  const told = names.filter((name) => Object.hasOwn(all, name));
  return told.length === 0 ? undefined : Object.fromEntries(told.map((name) => [name, all[name]]));
}

/** Undefined where it was something else's `extensions`: an error's has more than one brace after it. */
function parsed(json: string): Extensions | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return isRecord(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Extensions {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
