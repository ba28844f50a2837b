import { invalidRequest } from '../domain/stripe-error.ts';
import type { Form } from './form.ts';

const metadataKeysMax = 50;
const metadataKeyLengthMax = 40;
const metadataValueLengthMax = 500;
const textLengthMax = 5_000;

/** Reads a request's parameters one by one, and refuses what is wrong, or was not asked for, in Stripe's words. */
export class Parameters {
  readonly #form: Form;
  /** The name of the group that these are in; none at the root. */
  readonly #group: string | undefined;
  readonly #known = new Map<string, Parameters | null>();

  constructor(form: Form, group?: string) {
    this.#form = form;
    this.#group = group;
  }

  text(name: string): string | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const param = this.#fullName(name);
    if (typeof value !== 'string') throw invalidRequest(`Invalid string: {...}`, { param });
    if (value === '') {
      throw invalidRequest(
        `You passed an empty string for '${param}'. We assume empty values are an attempt to unset a parameter; however '${param}' cannot be unset. You should remove '${param}' from your request or supply a non-empty value.`,
        { code: 'parameter_invalid_empty', param },
      );
    }
    if (value.length > textLengthMax) {
      throw invalidRequest(`Invalid string: must be at most ${textLengthMax} characters`, {
        param,
      });
    }
    return value;
  }

  integer(name: string, min: number): number | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const facts = { code: 'parameter_invalid_integer', param: this.#fullName(name) };
    if (!/^-?\d{1,15}$/.test(value)) throw invalidRequest(`Invalid integer: ${value}`, facts);
    if (Number(value) >= min) return Number(value);
    throw invalidRequest(`This value must be greater than or equal to ${min}.`, facts);
  }

  flag(name: string): boolean | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    if (value === 'true' || value === 'false') return value === 'true';
    throw invalidRequest(`Invalid boolean: ${value}`, { param: this.#fullName(name) });
  }

  choice<T extends string>(name: string, choices: readonly T[]): T | undefined {
    const value = this.text(name);
    if (value === undefined) return undefined;
    const chosen = choices.find((choice) => choice === value);
    if (chosen !== undefined) return chosen;
    const param = this.#fullName(name);
    throw invalidRequest(`Invalid ${param}: must be one of ${choices.join(', ')}`, { param });
  }

  /** A list of texts; empty when it is not there. */
  texts(name: string): string[] {
    const value = this.#take(name);
    if (value === undefined) return [];
    if (typeof value !== 'string') {
      const texts = [...value.values()].filter((text) => typeof text === 'string');
      if (texts.length === value.size) return texts;
    }
    throw invalidRequest('Invalid array', { param: this.#fullName(name) });
  }

  group(name: string): Parameters | undefined {
    const value = this.#take(name);
    if (value === undefined) return undefined;
    const param = this.#fullName(name);
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param });
    const group = new Parameters(value, param);
    this.#known.set(name, group);
    return group;
  }

  metadata(): Record<string, string> {
    const param = 'metadata';
    const value = this.#take(param) ?? new Map<string, string | Form>();
    if (typeof value === 'string') throw invalidRequest('Invalid object', { param });
    if (value.size > metadataKeysMax) {
      throw invalidRequest(`Metadata can have at most ${metadataKeysMax} keys.`, { param });
    }
    return Object.fromEntries([...value].map(metadataEntry));
  }

  /** To be called when all that is known has been read. */
  refuseUnknown(): void {
    for (const name of this.#form.keys()) {
      if (this.#known.has(name)) continue;
      const param = this.#fullName(name);
      const known = [...this.#known.keys()].join(', ');
      throw invalidRequest(
        `Received unknown parameter: ${param}. (The sandbox knows less than Stripe does; here it knows ${known}.)`,
        { code: 'parameter_unknown', param },
      );
    }
    for (const group of this.#known.values()) group?.refuseUnknown();
  }

  #take(name: string): string | Form | undefined {
    this.#known.set(name, null);
    return this.#form.get(name);
  }

  #fullName(name: string): string {
    return this.#group === undefined ? name : `${this.#group}[${name}]`;
  }
}

function metadataEntry([key, text]: [string, string | Form]): [string, string] {
  const param = `metadata[${key}]`;
  if (typeof text !== 'string') throw invalidRequest('Metadata values must be strings.', { param });
  if (key.length <= metadataKeyLengthMax && text.length <= metadataValueLengthMax) {
    return [key, text];
  }
  throw invalidRequest(
    `Metadata keys can have up to ${metadataKeyLengthMax} characters, and values up to ${metadataValueLengthMax}.`,
    { param },
  );
}

/** The value, or Stripe's refusal of a request without it. */
export function required<T>(value: T | undefined, param: string): T {
  if (value !== undefined) return value;
  throw invalidRequest(`Missing required param: ${param}.`, { code: 'parameter_missing', param });
}
