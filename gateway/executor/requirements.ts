import type { QueryPlanSelectionNode } from '@apollo/query-planner';
import type { Layout, Slot } from './layout.ts';

type Selections = readonly QueryPlanSelectionNode[];

/**
 * What a fetch requires, but for what nothing asks for. The planner asks for it under the conditions of the one field
 * that needs it, but has it required for all fields of the fetch.
 */
export function withoutUnasked(
  selections: Selections,
  layout: Layout,
  asked: ReadonlySet<Slot>,
): QueryPlanSelectionNode[] {
  const left = selections.flatMap((selection): QueryPlanSelectionNode[] => {
    if (selection.kind === 'InlineFragment') {
      const inner = withoutUnasked(selection.selections, layout, asked);
      return inner.length === 0 ? [] : [{ ...selection, selections: inner }];
    }
    const { alias, name, selections: within } = selection;
    if (name === '__typename') return [selection];
    const slot = layout.find(alias ?? name);
    if (!slot || !asked.has(slot)) return [];
    if (!within) return [selection];
    const inner = withoutUnasked(within, slot.inner, asked);
    return inner.length === 0 ? [] : [{ ...selection, selections: inner }];
  });
  // The type alone says nothing.
  return selections.every(isTypename) || !left.every(isTypename) ? left : [];
}

function isTypename(selection: QueryPlanSelectionNode): boolean {
  return selection.kind === 'Field' && selection.name === '__typename';
}
