/** JSON Schema, as OpenAPI 3.1 has it. */
export type JsonSchema = Readonly<Record<string, unknown>>;

/** Schemas that others refer to by name. */
export type Components = Map<string, JsonSchema>;
