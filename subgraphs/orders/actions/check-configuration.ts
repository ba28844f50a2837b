import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import { problem, type CartProblem } from '../domain/cart.ts';
import type { Configuration, ConfigurationField } from '../domain/offer.ts';

const ajv = new Ajv2020({ allErrors: true, strict: false });
const compiled = new Map<string, ValidateFunction>();
const compiledMax = 1_000;

/** What is missing, unknown or wrong in what the customer filled in (JSON Schema 2020-12 for each field). */
export function checkConfiguration(
  fields: readonly ConfigurationField[],
  configuration: Configuration | null,
): CartProblem[] {
  const filled = configuration ?? {};
  const known = new Set(fields.map(({ name }) => name));
  const unknown = Object.keys(filled)
    .filter((name) => !known.has(name))
    .map((name) => incomplete(name, `There is no field ${name} to fill in.`));
  return [...fields.flatMap((field) => checkField(field, filled[field.name])), ...unknown];
}

function checkField({ name, label, required, schema }: ConfigurationField, value: unknown) {
  if (value === undefined || value === null) {
    return required ? [incomplete(name, `${label} must be filled in.`)] : [];
  }
  const validate = compile(schema);
  if (validate(value)) return [];
  const reasons = validate.errors?.map(({ message }) => message).join(', ') ?? 'is wrong';
  return [incomplete(name, `${label} ${reasons}.`)];
}

function compile(schema: unknown): ValidateFunction {
  const key = JSON.stringify(schema);
  const found = compiled.get(key);
  if (found !== undefined) return found;
  const validate = ajv.compile(schema as object);
  if (compiled.size >= compiledMax) compiled.clear();
  compiled.set(key, validate);
  return validate;
}

function incomplete(name: string, message: string): CartProblem {
  return problem('CONFIGURATION_INCOMPLETE', message, ['configuration', name]);
}
