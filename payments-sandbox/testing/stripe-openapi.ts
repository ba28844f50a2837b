import { Ajv } from 'ajv';
import { readFileSync } from 'node:fs';

/** Says how an answer differs from what Stripe's OpenAPI document promises; null when it does not. */
export type Judge = (operation: Operation, status: number, body: unknown) => string | null;

export interface Operation {
  readonly method: 'get' | 'post';
  /** As the document has it: `/v1/payment_intents/{intent}`. */
  readonly path: string;
}

interface OpenApi {
  readonly paths: Record<
    string,
    Record<string, { readonly responses: Record<string, ApiResponse> }>
  >;
  readonly components: { readonly schemas: Record<string, unknown> };
}

interface ApiResponse {
  readonly content: { readonly 'application/json': { readonly schema: unknown } };
}

/** Reads Stripe's `spec3.json`. Only the schemas that an answer needs are compiled: there are 1,454. */
export function openStripeOpenapi(file: string): Judge {
  const { paths, components } = JSON.parse(readFileSync(file, 'utf8')) as OpenApi;
  const ajv = new Ajv({ strict: false, validateFormats: false, validateSchema: false });
  for (const [name, schema] of Object.entries(components.schemas)) {
    ajv.addSchema(jsonSchema(schema) as object, name);
  }
  return ({ method, path }, status, body) => {
    const responses = paths[path]?.[method]?.responses ?? {};
    const response = responses[`${status}`] ?? responses['default'];
    if (response === undefined) return `${method} ${path} answers no ${status}`;
    const isRight = ajv.validate(schemaOf(response), body);
    return isRight ? null : `${method} ${path}: ${ajv.errorsText(ajv.errors, { dataVar: 'body' })}`;
  };
}

const converted = new WeakMap<ApiResponse, object>();

/** One object for one response: ajv compiles each object once. */
function schemaOf(response: ApiResponse): object {
  const schema =
    converted.get(response) ?? (jsonSchema(response.content['application/json'].schema) as object);
  converted.set(response, schema);
  return schema;
}

/** OpenAPI 3.0 as JSON Schema: `nullable` becomes a type, and Stripe's own `x-` remarks go. */
function jsonSchema(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(jsonSchema);
  if (typeof value !== 'object' || value === null) return value;
  const { nullable, ...schema } = Object.fromEntries(
    Object.entries(value)
      .filter(([name]) => !name.startsWith('x-'))
      .map(([name, inner]) => [
        name,
        name === '$ref' ? reference(String(inner)) : jsonSchema(inner),
      ]),
  ) as Record<string, unknown>;
  return nullable === true ? { anyOf: [schema, { type: 'null' }] } : schema;
}

function reference(ref: string): string {
  return ref.replace('#/components/schemas/', '');
}
