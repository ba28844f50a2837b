/**
 * The values of the variables that decide, by `@skip`, `@include` and `@defer`, what is a part of the operation, and
 * of the first answer.
 */
export type Decisions = ReadonlyMap<string, boolean>;
