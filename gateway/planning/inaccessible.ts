import {
  Kind,
  parse,
  type ConstDirectiveNode,
  type DefinitionNode,
  type DocumentNode,
  type SchemaDefinitionNode,
} from 'graphql';
import { textOf } from './directives.ts';

export interface WithInaccessible {
  readonly document: DocumentNode;
  /** Hides what it is put on from clients. */
  readonly inaccessible: ConstDirectiveNode;
}

const url = 'https://specs.apollo.dev/inaccessible/v0.2';

/** The supergraph with `@inaccessible`, which it has only if one of the subgraphs uses it. */
export function withInaccessible(document: DocumentNode): WithInaccessible {
  const schema = document.definitions.find(({ kind }) => kind === Kind.SCHEMA_DEFINITION);
  const link = (schema as SchemaDefinitionNode | undefined)?.directives?.find((directive) =>
    textOf(directive, 'url')?.includes('/inaccessible/'),
  );
  if (link) return { document, inaccessible: use(textOf(link, 'as') ?? 'inaccessible') };
  const definitions = document.definitions.map((definition): DefinitionNode =>
    definition.kind === Kind.SCHEMA_DEFINITION
      ? { ...definition, directives: [...(definition.directives ?? []), linkTo] }
      : definition,
  );
  return {
    document: { ...document, definitions: [...definitions, ...declaration] },
    inaccessible: use('inaccessible'),
  };
}

function use(name: string): ConstDirectiveNode {
  return { kind: Kind.DIRECTIVE, name: { kind: Kind.NAME, value: name } };
}

const linkTo: ConstDirectiveNode = {
  ...use('link'),
  arguments: [
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'url' },
      value: { kind: Kind.STRING, value: url },
    },
    {
      kind: Kind.ARGUMENT,
      name: { kind: Kind.NAME, value: 'for' },
      value: { kind: Kind.ENUM, value: 'SECURITY' },
    },
  ],
};

const { definitions: declaration } = parse(
  `directive @inaccessible on FIELD_DEFINITION | OBJECT | INTERFACE | UNION | ARGUMENT_DEFINITION |
   SCALAR | ENUM | ENUM_VALUE | INPUT_OBJECT | INPUT_FIELD_DEFINITION`,
  { noLocation: true },
);
