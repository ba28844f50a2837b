import { readdir, readFile } from 'node:fs/promises';
import type { Json } from '../domain/json.ts';
import { parseTemplate } from '../domain/parse-template.ts';
import { TemplateInvalid } from '../domain/place.ts';
import type { ProvisioningStore } from '../store/store.ts';

const folder = new URL('../templates/', import.meta.url);

/**
 * Publishes the templates that the house brings along: a new version of each whose content has changed.
 * `systems` are the downstream systems there are.
 */
export async function publishTemplates(
  { store, clock }: { readonly store: ProvisioningStore; readonly clock: () => Date },
  systems: readonly string[],
): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.json'));
  for (const name of names.toSorted()) {
    const value: unknown = JSON.parse(await readFile(new URL(name, folder), 'utf8'));
    const template = parseTemplate(value);
    for (const [n, task] of template.tasks.entries()) {
      if (task.kind !== 'HTTP' || systems.includes(task.system)) continue;
      const problem = `names none of the downstream systems: ${systems.join(', ')}`;
      throw new TemplateInvalid(['tasks', `${n}`, 'system'], problem);
    }
    const { tasks } = value as { readonly tasks: Json };
    await store.publishTemplate(template, { tasks }, clock());
  }
}
