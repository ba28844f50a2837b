import { AppError } from '#errors';
import { isJsonObject, type Json, type JsonObject } from './json.ts';
import { placeholdersIn } from './placeholder.ts';

/** What every instance has, so that it may stand within a longer text. */
export const alwaysThere = ['instance.id', 'instance.sku', 'instance.productName'];
const mayBeMissing = /^(configuration\.[\w-]+(\.[\w-]+)*|instance\.skuParts\.\d+)$/;
const fromResponse = /^response(\.[\w-]+)+$/;

/** A value and where it stands in the template. */
export class Place {
  readonly #value: unknown;
  readonly #path: readonly string[];

  constructor(value: unknown, path: readonly string[]) {
    this.#value = value;
    this.#path = path;
  }

  refuse(problem: string, within: readonly string[] = []): never {
    throw new TemplateInvalid([...this.#path, ...within], problem);
  }

  has(name: string): boolean {
    return Object.hasOwn(this.#object(), name);
  }

  get(name: string): Place {
    const object = this.#object();
    return new Place(Object.hasOwn(object, name) ? object[name] : undefined, [...this.#path, name]);
  }

  hasOnly(...names: readonly string[]): this {
    const stranger = Object.keys(this.#object()).find((name) => !names.includes(name));
    if (stranger !== undefined) this.get(stranger).refuse(`is unknown: use ${names.join(', ')}`);
    return this;
  }

  list(min: number, max: number): Place[] {
    if (!Array.isArray(this.#value)) return this.refuse('is not a list');
    const values: unknown[] = this.#value;
    if (values.length < min || values.length > max)
      this.refuse(`has not ${min} to ${max} elements`);
    return values.map((value, index) => new Place(value, [...this.#path, `${index}`]));
  }

  text(): string {
    const value = this.#value;
    return typeof value === 'string' && value !== '' ? value : this.refuse('is not a text');
  }

  key(): string {
    const text = this.text();
    return /^[a-z][a-z0-9-]{0,62}$/.test(text)
      ? text
      : this.refuse('is not a key: use small letters, digits and hyphens, at most 63');
  }

  oneOf<Choice extends string>(choices: readonly Choice[]): Choice {
    const choice = choices.find((each) => each === this.#value);
    return choice ?? this.refuse(`is not one of ${choices.join(', ')}`);
  }

  number(min: number, max: number): number {
    const value = this.#value;
    return typeof value === 'number' && value >= min && value <= max
      ? value
      : this.refuse(`is not a number from ${min} to ${max}`);
  }

  /** The path of an address, made of what every instance has. */
  path(): string {
    const text = this.text();
    if (!text.startsWith('/')) this.refuse('does not begin with /');
    const wrong = placeholdersIn(text).find(({ path }) => !alwaysThere.includes(path));
    return wrong === undefined
      ? text
      : this.refuse(`has {{${wrong.path}}}: use ${alwaysThere.join(', ')}`);
  }

  drawsFrom(known: ReadonlySet<string>): JsonObject {
    const object = this.#object();
    for (const { path, isWhole, at } of placeholdersIn(object)) {
      if (!known.has(path) && !mayBeMissing.test(path)) {
        this.refuse(`has {{${path}}}, which names nothing that this task can know`, at);
      }
      if (!isWhole && !path.startsWith('order.') && !alwaysThere.includes(path)) {
        this.refuse(
          `has {{${path}}} within a text, where it may be missing: let it stand alone`,
          at,
        );
      }
    }
    return object;
  }

  drawsFromResponse(): JsonObject {
    const object = this.#object();
    const wrong = placeholdersIn(object).find(
      ({ path, isWhole }) => !isWhole || !fromResponse.test(path),
    );
    if (wrong === undefined) return object;
    return this.refuse(`has {{${wrong.path}}}: use {{response.…}} as the whole value`, wrong.at);
  }

  #object(): JsonObject {
    const value = this.#value as Json | undefined;
    return isJsonObject(value) ? value : this.refuse('is not an object');
  }
}

export class TemplateInvalid extends AppError {
  override readonly name = 'TemplateInvalid';
  /** From the template's root. */
  readonly path: readonly string[];

  constructor(path: readonly string[], problem: string) {
    super('TEMPLATE_INVALID', `${['template', ...path].join('.')} ${problem}.`);
    this.path = path;
  }
}
