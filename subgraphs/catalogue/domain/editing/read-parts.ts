import { Refusal } from '#errors';
import { nameProblem } from '../names.ts';
import type { ProductRecord } from '../product-record.ts';
import type { Characteristic, ConfigurationField } from '../product.ts';
import type { CharacteristicInput, ConfigurationFieldInput, ProductParts } from './input.ts';
import { readDistinct, type Path } from './read-list.ts';

/** The record with the parts that the input names; what it clears is empty. */
export function withParts(record: ProductRecord, input: ProductParts): ProductRecord | Refusal {
  const { description, brand, categoryIds, characteristics, configurationFields } = input;
  const { provisioningTemplateKey } = input;
  const lists = {
    characteristics: kept(characteristics, record.characteristics, (given) =>
      readDistinct(given, 'name', ['characteristics'], readCharacteristic),
    ),
    configurationFields: kept(configurationFields, record.configurationFields, (given) =>
      readDistinct(given, 'name', ['configurationFields'], readConfigurationField),
    ),
  };
  if (lists.characteristics instanceof Refusal) return lists.characteristics;
  if (lists.configurationFields instanceof Refusal) return lists.configurationFields;
  for (const [name, text] of Object.entries({ brand, provisioningTemplateKey })) {
    const problem = text == null ? null : nameProblem(text, [name]);
    if (problem !== null) return problem;
  }
  return {
    ...record,
    description: description === undefined ? record.description : (description ?? ''),
    brand: brand === undefined ? record.brand : brand,
    categoryIds: categoryIds === undefined ? record.categoryIds : [...new Set(categoryIds)],
    provisioningTemplateKey:
      provisioningTemplateKey === undefined
        ? record.provisioningTemplateKey
        : provisioningTemplateKey,
    characteristics: lists.characteristics,
    configurationFields: lists.configurationFields,
  };
}

/** What was given, read; else what there is. */
function kept<Given, Value>(
  given: Given | null | undefined,
  known: readonly Value[],
  read: (given: Given | null) => readonly Value[] | Refusal,
): readonly Value[] | Refusal {
  return given === undefined ? known : read(given);
}

function readCharacteristic(input: CharacteristicInput, path: Path): Characteristic | Refusal {
  const { name, type, value = null, number = null, unit = null } = input;
  const label = input.label ?? name;
  const problem = nameProblem(name, [...path, 'name']) ?? nameProblem(label, [...path, 'label']);
  if (problem !== null) return problem;
  if (type === 'NUMBER') {
    if (number !== null) return { name, label, value: number, unit };
    return wrong([...path, 'number'], 'give a NUMBER its number.');
  }
  if (value === null) return wrong([...path, 'value'], 'give it a value.');
  if (type !== 'BOOLEAN') return { name, label, value, unit };
  if (value === 'true' || value === 'false') return { name, label, value: value === 'true', unit };
  return wrong([...path, 'value'], 'give a BOOLEAN true or false.');
}

function readConfigurationField(
  { name, label, required, schema }: ConfigurationFieldInput,
  path: Path,
): ConfigurationField | Refusal {
  const problem = nameProblem(name, [...path, 'name']) ?? nameProblem(label, [...path, 'label']);
  if (problem !== null) return problem;
  if (typeof schema !== 'object' || schema === null || Array.isArray(schema)) {
    return wrong(
      [...path, 'schema'],
      'give a JSON Schema, such as {"type":"string"}.',
      'INVALID_SCHEMA',
    );
  }
  return { name, label, required, schema: schema as ConfigurationField['schema'] };
}

function wrong(path: Path, remedy: string, code = 'INVALID_CHARACTERISTIC'): Refusal {
  return new Refusal(code, `\`${path.join('.')}\`: ${remedy}`, path);
}
