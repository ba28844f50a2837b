import type { ImportFormat } from '../catalogue-import.ts';
import { cloudInstances } from './cloud-instances.ts';
import { jsonLines } from './json-lines.ts';
import { shopify } from './shopify.ts';
import type { Format } from './source-row.ts';

export const formats: Readonly<Record<ImportFormat, Format>> = {
  SHOPIFY_CSV: shopify,
  CLOUD_INSTANCE_CSV: cloudInstances,
  JSON_LINES: jsonLines,
};
