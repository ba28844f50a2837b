import {
  astFromValue,
  isEnumType,
  isInputObjectType,
  isInterfaceType,
  isObjectType,
  isRequiredInputField,
  isUnionType,
  print,
  type GraphQLArgument,
  type GraphQLInputField,
  type GraphQLNamedType,
} from 'graphql';
import type { Requirement } from '../authority/requirements.ts';
import type { Supergraph } from './supergraph.ts';

type Schema = Pick<Supergraph, 'publicSchema' | 'requirements'>;

/**
 * Where what is served departs from the contract, as sentences. Much of the contract may be absent; what
 * is served has its types, nullability, defaults and authority.
 */
export function departures(served: Schema, contract: Schema): string[] {
  const here = factsOf(served);
  const there = factsOf(contract);
  const wrong = [...here].flatMap(([coordinate, { text }]) => {
    const agreed = there.get(coordinate);
    if (!agreed) return [`${coordinate} is not in the contract`];
    return agreed.text === text ? [] : [`${coordinate} is ${text}; in the contract ${agreed.text}`];
  });
  const missing = [...there].flatMap(([coordinate, { requiredBy }]) =>
    requiredBy !== null && here.has(requiredBy) && !here.has(coordinate)
      ? [`${coordinate} is demanded by the contract`]
      : [],
  );
  return [...wrong, ...missing];
}

/** What a schema says of one of its parts. */
interface Fact {
  readonly text: string;
  /** What can't be had without it: an argument's field, an input field's type. */
  readonly requiredBy: string | null;
}

/** By coordinate, such as `Query.order(id:)`. */
function factsOf({ publicSchema, requirements }: Schema): ReadonlyMap<string, Fact> {
  const facts = new Map<string, Fact>();

  function add(coordinate: string, text: string, requiredBy: string | null = null): void {
    const requirement = requirements.get(coordinate);
    facts.set(coordinate, { text: text + (requirement ? audience(requirement) : ''), requiredBy });
  }

  function addInput(coordinate: string, of: string, input: GraphQLArgument | GraphQLInputField) {
    const value = astFromValue(input.defaultValue, input.type);
    const text = `${String(input.type)}${value ? ` = ${print(value)}` : ''}`;
    add(coordinate, text, isRequiredInputField(input) ? of : null);
  }

  for (const type of Object.values(publicSchema.getTypeMap())) {
    const { name } = type;
    if (name.startsWith('__')) continue;
    add(name, kindOf(type));
    if (isEnumType(type)) {
      for (const value of type.getValues()) add(`${name}.${value.name}`, 'a value');
    } else if (isUnionType(type)) {
      for (const member of type.getTypes()) add(`${name} | ${member.name}`, 'a member');
    } else if (isInputObjectType(type)) {
      for (const field of Object.values(type.getFields())) {
        addInput(`${name}.${field.name}`, name, field);
      }
    } else if (isObjectType(type) || isInterfaceType(type)) {
      for (const parent of type.getInterfaces()) add(`${name} & ${parent.name}`, 'implemented');
      for (const field of Object.values(type.getFields())) {
        const coordinate = `${name}.${field.name}`;
        add(coordinate, String(field.type));
        for (const argument of field.args) {
          addInput(`${coordinate}(${argument.name}:)`, coordinate, argument);
        }
      }
    }
  }
  return facts;
}

function audience({ authenticated, scopes, policies }: Requirement): string {
  const words = (lists: Requirement['scopes'], what: string) =>
    lists
      ? ` ${what} ${lists
          .map((all) => all.toSorted().join(' and '))
          .toSorted()
          .join(' or ')}`
      : '';
  const signedIn = authenticated ? ' for who signed in' : '';
  return `${signedIn}${words(scopes, 'for')}${words(policies, 'by the policy')}`;
}

/** `GraphQLInputObjectType` is an input object. */
function kindOf(type: GraphQLNamedType): string {
  const kind = type.constructor.name.replace(/^GraphQL|Type$/g, '');
  return `an ${kind.replace(/\B[A-Z]/g, ' $&').toLowerCase()}`;
}
