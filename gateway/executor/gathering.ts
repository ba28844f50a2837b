import type { FetchNode } from '@apollo/query-planner';
import { pathOf } from './errors.ts';
import { questionOf } from './joint-request.ts';
import { compileJoint, type EntityQuestion, type Joint, type JointAnswer } from './joint.ts';
import { isObject, type Json } from './json.ts';
import type { Run } from './run.ts';
import { List, type Value } from './values.ts';

/** What a subgraph said of the entities that one fetch asked for. */
export interface EntityAnswer {
  /** One for each representation, if all is well. */
  readonly entities: Value;
  /** Their paths begin with `_entities` and the index among these representations, unless they concern all. */
  readonly errors: readonly Json[];
  /** Whether an error may be the reason why there are none. */
  readonly isExplained: boolean;
  /** The slots of what was read, in the order of the question's fields. */
  readonly slots: readonly number[];
}

/**
 * Asks for entities: `representations` are JSON, `variables` the members of a JSON object beside those that the client
 * gave. Who fails throws.
 */
export type AskEntities = (
  run: Run,
  question: EntityQuestion,
  representations: readonly string[],
  variables?: string,
) => Promise<EntityAnswer>;

interface Waiting {
  readonly question: EntityQuestion;
  readonly representations: readonly string[];
  readonly resolve: (answer: EntityAnswer) => void;
  readonly reject: (cause: unknown) => void;
}

/** How much of a request one question is, and whose. */
interface Part {
  readonly members: readonly Waiting[];
  /** Each once. */
  readonly representations: readonly string[];
  /** For each member, where its representations are among them. */
  readonly positions: readonly (readonly number[])[];
}

/** Asks one question by itself. */
export function askAlone(question: EntityQuestion): AskEntities {
  const joint = compileJoint([question]);
  const [slots = []] = joint.slots;
  return async (run, _question, representations, variables) => {
    const request = joint.requestFor(run.variables, [representations], variables);
    const answer = joint.read(await run.fetch(request), run.onExtensions);
    const { entities, errors, hasErrors } = answer;
    return { entities: entities[0], errors: errors[0] ?? [], isExplained: hasErrors, slots };
  };
}

/** It depends on how fast subgraphs answer what comes together, but not in so many ways. */
const jointsMax = 64;

/**
 * Puts what a plan asks one subgraph at the same moment into one request: equal questions as one, whose entities
 * are asked for once, others side by side.
 */
export function createGathering(): AskEntities {
  const waiting = new WeakMap<Run, Map<string, Waiting[]>>();
  const joints = new Map<string, Joint>();
  const numbers = new WeakMap<FetchNode, number>();
  let numbered = 0;

  function numberOf(fetch: FetchNode): number {
    let number = numbers.get(fetch);
    if (number === undefined) {
      number = numbered++;
      numbers.set(fetch, number);
    }
    return number;
  }

  function jointOf(questions: readonly EntityQuestion[]): Joint {
    const key = questions.map(({ fetch }) => numberOf(fetch)).join();
    let joint = joints.get(key);
    if (!joint) {
      joint = compileJoint(questions);
      if (joints.size >= jointsMax) joints.clear();
      joints.set(key, joint);
    }
    return joint;
  }

  async function send(run: Run, members: readonly Waiting[]): Promise<void> {
    const parts = partsOf(members);
    const joint = jointOf(parts.flatMap(({ members: [first] }) => first?.question ?? []));
    try {
      const representations = parts.map((part) => part.representations);
      const request = joint.requestFor(run.variables, representations);
      const answer = joint.read(await run.fetch(request), run.onExtensions);
      for (const [index, part] of parts.entries()) tell(part, joint, index, answer);
    } catch (cause) {
      for (const { reject } of members) reject(cause);
    }
  }

  function gather(run: Run): Map<string, Waiting[]> {
    const gathered = new Map<string, Waiting[]>();
    waiting.set(run, gathered);
    // Once all who wait for what came last have had their turn.
    process.nextTick(() => {
      waiting.delete(run);
      for (const members of gathered.values()) void send(run, members);
    });
    return gathered;
  }

  return (run, question, representations) =>
    new Promise((resolve, reject) => {
      const gathered = waiting.get(run) ?? gather(run);
      const { serviceName } = question.fetch;
      const members = gathered.get(serviceName) ?? [];
      gathered.set(serviceName, members);
      members.push({ question, representations, resolve, reject });
    });
}

function partsOf(members: readonly Waiting[]): readonly Part[] {
  const byQuestion = new Map<string, Waiting[]>();
  for (const [index, member] of members.entries()) {
    const key = sharedQuestion(member.question) ?? String(index);
    const same = byQuestion.get(key);
    if (same) same.push(member);
    else byQuestion.set(key, [member]);
  }
  return [...byQuestion.values()].map(partOf);
}

const shared = new WeakMap<FetchNode, string | null>();

/** What is asked, if it is in leaves alone, so that one entity's answer can be put in several places. */
function sharedQuestion({ fetch, asked }: EntityQuestion): string | undefined {
  let question = shared.get(fetch);
  if (question === undefined) {
    const isFlat = asked.fields.every(({ inner }) => !inner) && !fetch.outputRewrites;
    question = isFlat ? questionOf(fetch) : null;
    shared.set(fetch, question);
  }
  return question ?? undefined;
}

function partOf(members: readonly Waiting[]): Part {
  const [first, ...others] = members;
  if (!first || others.length === 0) {
    const representations = first?.representations ?? [];
    return { members, representations, positions: [[...representations.keys()]] };
  }
  const known = new Map<string, number>();
  const positions = members.map(({ representations }) =>
    representations.map((text) => {
      const position = known.get(text) ?? known.size;
      known.set(text, position);
      return position;
    }),
  );
  return { members, representations: [...known.keys()], positions };
}

function tell(part: Part, joint: Joint, index: number, answer: JointAnswer): void {
  const entities = answer.entities[index] ?? null;
  const errors = answer.errors[index] ?? [];
  const slots = joint.slots[index] ?? [];
  for (const [place, member] of part.members.entries()) {
    const positions = part.positions[place] ?? [];
    const isWhole = part.members.length === 1;
    member.resolve({
      entities: isWhole ? entities : select(entities, positions, part.representations.length),
      errors: isWhole ? errors : errors.flatMap((error) => moved(error, positions)),
      isExplained: answer.hasErrors,
      slots,
    });
  }
}

/** Those that are at the positions; a list of another length is nobody's. */
function select(entities: Value, positions: readonly number[], length: number): Value {
  if (!(entities instanceof List) || entities.items.length !== length) return entities;
  return new List(positions.map((position) => entities.items[position]));
}

/** The error with the index that its entity has among those at the positions, or none if it is not there. */
function moved(error: Json, positions: readonly number[]): readonly Json[] {
  const [root, position, ...rest] = pathOf(error) ?? [];
  if (typeof position !== 'number' || !isObject(error)) return [error];
  const index = positions.indexOf(position);
  return index < 0 ? [] : [{ ...error, path: [root ?? null, index, ...rest] }];
}
