import { SimulatorError } from './simulator-error.ts';
import type { MachineOrder } from './machine.ts';

const fields = ['type', 'region', 'hostname', 'image', 'owner'];
const textLengthMax = 255;
/** RFC 1123. */
const hostnameShape = /^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/i;

/** The order in a request's body, or an error that names the field and what it should be. */
export function readOrder(body: Buffer): MachineOrder {
  const input = parse(body);
  const unknown = Object.keys(input).find((name) => !fields.includes(name));
  if (unknown !== undefined) throw invalid(unknown, `is not known; send ${fields.join(', ')}`);

  const hostname = text(input, 'hostname');
  if (hostname !== null && !hostnameShape.test(hostname)) {
    throw invalid('hostname', 'must be 1 to 63 letters, digits and inner hyphens');
  }
  return {
    type: required(input, 'type'),
    region: required(input, 'region'),
    hostname,
    image: text(input, 'image'),
    owner: text(input, 'owner'),
  };
}

export function isSameOrder(left: MachineOrder, right: MachineOrder): boolean {
  return (Object.keys(left) as (keyof MachineOrder)[]).every((name) => left[name] === right[name]);
}

type Input = Readonly<Record<string, unknown>>;

function parse(body: Buffer): Input {
  try {
    const value: unknown = JSON.parse(body.toString());
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Input;
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
  }
  throw new SimulatorError(
    400,
    'INVALID_JSON',
    'The body must be a JSON object such as {"type": "m7i.large", "region": "us-east-1"}.',
  );
}

function required(input: Input, name: keyof MachineOrder): string {
  const value = text(input, name);
  if (value === null) throw invalid(name, 'must be given');
  return value;
}

function text(input: Input, name: keyof MachineOrder): string | null {
  const value = input[name] ?? null;
  if (value === null) return null;
  if (typeof value === 'string' && value !== '' && value.length <= textLengthMax) return value;
  throw invalid(name, `must be a text of 1 to ${textLengthMax} characters`);
}

function invalid(name: string, remedy: string): SimulatorError {
  return new SimulatorError(400, 'INVALID_REQUEST', `${name} ${remedy}.`);
}
