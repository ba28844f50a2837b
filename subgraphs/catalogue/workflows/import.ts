import type { Workflow } from '#workflow';
import { landRows } from '../import/land-rows.ts';
import { readSource, type ReadSourceParts } from '../import/read-source.ts';
import { importWorkflow } from '../store/imports.ts';

/** Reads the source, then saves what it says. Each step knows by itself how far it came before a crash. */
export function createImport(parts: ReadSourceParts): Workflow {
  return {
    name: importWorkflow,
    work: async (run, importId) => {
      await run.step('read', () => readSource(parts, importId));
      await run.step('land', () => landRows(parts, importId));
    },
  };
}
