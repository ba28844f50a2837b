import type { JsonObject } from '../domain/json.ts';
import { parseTemplate } from '../domain/parse-template.ts';
import type { TemplateVersion } from '../domain/request.ts';
import type { PublishedTemplate, Template } from '../domain/template.ts';
import type { Database, Transaction } from './database.ts';
import { toObject } from './rows.ts';

/** The template in that version, or in its newest one. */
export async function findTemplate(
  database: Transaction,
  key: string,
  version: number | null,
): Promise<PublishedTemplate | null> {
  const row = await database.provisioningTemplate.findFirst({
    where: { key, ...(version !== null && { version }) },
    orderBy: { version: 'desc' },
  });
  if (row === null) return null;
  const { name, actions, publishedAt } = row;
  const definition = toObject(row.definition);
  const template = parseTemplate({ key, name, actions, ...definition });
  return { ...template, version: row.version, definition, publishedAt };
}

/**
 * Publishes the next version, unless the newest has the same content. Of two that publish at once, one
 * wins.
 */
export async function publishTemplate(
  database: Database,
  { key, name, actions }: Template,
  definition: JsonObject,
  now: Date,
): Promise<void> {
  await database.$executeRaw`
    with given as (
      select ${name}::text as name, ${actions}::text[]::provisioning_action[] as actions,
             ${JSON.stringify(definition)}::jsonb as definition
    ), hashed as ( -- the text of jsonb has its keys sorted, so equal contents have equal hashes
      select given.*, sha256(convert_to(to_jsonb(given)::text, 'UTF8')) as content_hash from given
    ), newest as (
      select version, content_hash from history.provisioning_template
      where key = ${key} order by version desc limit 1
    )
    insert into history.provisioning_template
      (key, version, name, actions, definition, content_hash, published_at)
    select ${key}, coalesce(newest.version, 0) + 1, name, actions, definition, hashed.content_hash,
           ${now}::timestamptz
    from hashed left join newest on true
    where newest.content_hash is distinct from hashed.content_hash
    on conflict do nothing`;
}

/** Reads each version once: it never changes. */
export class TemplateVersions {
  readonly #known = new Map<string, PublishedTemplate>();

  async find(
    database: Transaction,
    { key, version }: TemplateVersion,
  ): Promise<PublishedTemplate | null> {
    const name = `${key}@${version}`;
    const known = this.#known.get(name);
    if (known !== undefined) return known;
    const found = await findTemplate(database, key, version);
    if (found !== null) this.#known.set(name, found);
    return found;
  }
}
