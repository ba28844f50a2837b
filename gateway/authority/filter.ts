import {
  Kind,
  TypeInfo,
  visit,
  visitWithTypeInfo,
  type DocumentNode,
  type FieldNode,
} from 'graphql';
import type { Grants } from './access.ts';
import { isGiven } from './input-needs.ts';
import { needsAt } from './needs.ts';
import { isMet, type GuardedSchema } from './requirements.ts';

/** What a caller may use. */
export interface Rights {
  readonly grants: Grants;
  /** Variables of the operation that bring what he may not give. */
  readonly refusedVariables: ReadonlySet<string>;
}

export interface Filtered {
  /** Without the refused fields; the same object when none was. */
  readonly document: DocumentNode;
  readonly refused: ReadonlySet<FieldNode>;
}

/** Takes out of a valid document what the caller may not use, so that it is never planned nor fetched. */
export function filterDocument(
  document: DocumentNode,
  schema: GuardedSchema,
  { grants, refusedVariables }: Rights,
): Filtered {
  const refused = new Set<FieldNode>();
  const info = new TypeInfo(schema.publicSchema);
  const filtered = visit(
    document,
    visitWithTypeInfo(info, {
      Field(node) {
        const isAllowed =
          needsAt(info, node, schema).every((requirement) => isMet(requirement, grants)) &&
          !isGiven(node, refusedVariables);
        if (isAllowed) return undefined;
        refused.add(node);
        return null;
      },
      SelectionSet: {
        leave: (node) =>
          node.selections.length > 0 ? undefined : { ...node, selections: [typename] },
      },
    }),
  );
  return { document: filtered, refused };
}

const typename: FieldNode = {
  kind: Kind.FIELD,
  name: { kind: Kind.NAME, value: '__typename' },
};
