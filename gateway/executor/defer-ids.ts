import {
  Kind,
  visit,
  type DirectiveNode,
  type DocumentNode,
  type FragmentSpreadNode,
  type InlineFragmentNode,
} from 'graphql';
import type { Decisions } from './decisions.ts';

/** A fragment that comes later. */
export interface Deferral {
  /** What its label is before the planner. */
  readonly id: string;
  /** The client's own, as JSON. */
  readonly label: string | undefined;
}

/**
 * The document with labels at every `@defer` by which parts of a plan are recognised. Clients need not give any. The
 * document has to know its locations.
 */
export function withDeferIds(document: DocumentNode): DocumentNode {
  return visit(document, {
    Directive(directive) {
      if (!isDefer(directive)) return undefined;
      const condition = conditionOf(directive);
      if (condition?.kind === Kind.BOOLEAN && !condition.value) return null;
      const others = (directive.arguments ?? []).filter(({ name }) => name.value !== 'label');
      return {
        ...directive,
        arguments: [
          ...others,
          {
            kind: Kind.ARGUMENT,
            name: { kind: Kind.NAME, value: 'label' },
            value: { kind: Kind.STRING, value: idOf(directive) },
          },
        ],
      };
    },
  });
}

/** How the fragment is deferred, if it is. */
export function deferralOf(
  { directives = [] }: FragmentSpreadNode | InlineFragmentNode,
  decisions: Decisions,
): Deferral | undefined {
  const directive = directives.find(isDefer);
  if (!directive) return undefined;
  const condition = conditionOf(directive);
  if (condition?.kind === Kind.BOOLEAN && !condition.value) return undefined;
  if (condition?.kind === Kind.VARIABLE && !decisions.get(condition.name.value)) return undefined;
  const label = argumentOf(directive, 'label');
  return {
    id: idOf(directive),
    label: label?.kind === Kind.STRING ? JSON.stringify(label.value) : undefined,
  };
}

/** The condition of a `@defer`. */
export function deferConditionOf(directive: DirectiveNode) {
  return isDefer(directive) ? conditionOf(directive) : undefined;
}

function isDefer({ name }: DirectiveNode): boolean {
  return name.value === 'defer';
}

function conditionOf(directive: DirectiveNode) {
  return argumentOf(directive, 'if');
}

function argumentOf(directive: DirectiveNode, name: string) {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

/** Where it is in the text stays the same, whatever is taken out of the document. */
function idOf({ loc }: DirectiveNode): string {
  if (!loc) throw new TypeError('a document with @defer has to know its locations');
  return `defer ${loc.start}`;
}
