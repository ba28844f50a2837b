import {
  getNamedType,
  GraphQLString,
  isInterfaceType,
  isObjectType,
  Kind,
  TypeInfo,
  valueFromAST,
  visit,
  visitWithTypeInfo,
  type ArgumentNode,
  type DocumentNode,
  type FieldNode,
  type FormattedExecutionResult,
  type GraphQLOutputType,
  type GraphQLSchema,
  type NameNode,
  type VariableDefinitionNode,
  type VariableNode,
} from 'graphql';

/** A subscription that can be taken up again behind any of its events. */
export interface Resumable {
  /** Selects each event's cursor besides, and takes `since` from {@link sinceVariable}. */
  readonly document: DocumentNode;
  /** What the client itself gave as `since`. */
  readonly sinceOf: (coerced: Readonly<Record<string, unknown>>) => unknown;
}

/** Names of our own, unlikely in a client's document; the underscore says so. */
export const sinceVariable = '_gatewaySince';
const cursorAlias = '_gatewayCursor';

/**
 * Prepares a document of one subscription whose field takes `since` and gives a `cursor`; null when this one's
 * does not.
 */
export function makeResumable(schema: GraphQLSchema, allowed: DocumentNode): Resumable | null {
  const info = new TypeInfo(schema);
  const fields: FieldNode[] = [];

  const document = visit(
    allowed,
    visitWithTypeInfo(info, {
      OperationDefinition: {
        leave: (node) => ({
          ...node,
          variableDefinitions: [...(node.variableDefinitions ?? []), sinceDefinition],
        }),
      },
      Field: {
        leave(node) {
          if (info.getParentType() !== schema.getSubscriptionType()) return undefined;
          const since = info.getFieldDef()?.args.find(({ name }) => name === 'since');
          if (since?.type !== GraphQLString || !hasCursor(info.getType())) return undefined;
          fields.push(node);
          return resumable(node);
        },
      },
    }),
  );
  const [field] = fields; // if there are more, they ask for the same
  if (field === undefined) return null;
  const given = field.arguments?.find(({ name }) => name.value === 'since')?.value;
  return {
    document,
    sinceOf: (coerced) => given && valueFromAST(given, GraphQLString, coerced),
  };
}

/** The cursor of an event at its subgraph; undefined when the event failed. */
export function cursorOf({ data }: FormattedExecutionResult): unknown {
  const [payload] = Object.values(data ?? {}); // a subscription has one field
  return (payload as Record<string, unknown> | null | undefined)?.[cursorAlias] ?? undefined;
}

function hasCursor(type: GraphQLOutputType | null | undefined): boolean {
  const payload = type && getNamedType(type);
  return (isObjectType(payload) || isInterfaceType(payload)) && 'cursor' in payload.getFields();
}

function resumable(node: FieldNode): FieldNode {
  const others = node.arguments?.filter(({ name }) => name.value !== 'since') ?? [];
  return {
    ...node,
    arguments: [...others, sinceArgument],
    selectionSet: {
      kind: Kind.SELECTION_SET,
      selections: [...(node.selectionSet?.selections ?? []), cursorField],
    },
  };
}

const variable: VariableNode = { kind: Kind.VARIABLE, name: nameNode(sinceVariable) };
const sinceArgument: ArgumentNode = {
  kind: Kind.ARGUMENT,
  name: nameNode('since'),
  value: variable,
};
const sinceDefinition: VariableDefinitionNode = {
  kind: Kind.VARIABLE_DEFINITION,
  variable,
  type: { kind: Kind.NAMED_TYPE, name: nameNode('String') },
};
const cursorField: FieldNode = {
  kind: Kind.FIELD,
  alias: nameNode(cursorAlias),
  name: nameNode('cursor'),
};

function nameNode(value: string): NameNode {
  return { kind: Kind.NAME, value };
}
