import { isEnumType, isSpecifiedScalarType, type GraphQLLeafType } from 'graphql';
import { quote, type Json } from './json.ts';

/** The JSON text of a leaf's value, or undefined when the type has no such value. Subgraphs have coerced it. */
export type LeafText = (value: Json) => string | undefined;

export function leafText(type: GraphQLLeafType): LeafText {
  if (isEnumType(type)) {
    const texts = new Map<Json, string>(
      type.getValues().map(({ name }) => [name, quote(name)] as const),
    );
    return (value) => texts.get(value);
  }
  return isSpecifiedScalarType(type) ? (specified[type.name] ?? anyText) : anyText;
}

/** What a scalar of one's own may be, only its subgraph knows. */
const anyText: LeafText = (value) =>
  typeof value === 'string' ? quote(value) : JSON.stringify(value);

const specified: Readonly<Record<string, LeafText>> = {
  String: (value) => (typeof value === 'string' ? quote(value) : undefined),
  ID: (value) => (typeof value === 'string' ? quote(value) : integerText(value)),
  Int: integerText,
  Float: (value) =>
    typeof value === 'number' && Number.isFinite(value) ? value.toString() : undefined,
  Boolean: (value) => (typeof value === 'boolean' ? value.toString() : undefined),
};

/** From here on numbers are written with an exponent. */
const exponentFrom = 1e21;

function integerText(value: Json): string | undefined {
  const isInteger = Number.isInteger(value) && Math.abs(value as number) < exponentFrom;
  return isInteger ? (value as number).toString() : undefined;
}
