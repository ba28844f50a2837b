import { Refusal } from '#errors';
import { nameProblem, valueLengthMax } from '../names.ts';
import type { ProductRecord } from '../product-record.ts';
import type { Characteristic, ConfigurationField } from '../product.ts';
import type { CharacteristicInput, ConfigurationFieldInput, ProductParts } from './input.ts';
import { readDistinct, type Path } from './read-list.ts';
import {
  readBundleItems,
  readMedia,
  readProductRelations,
  readTranslations,
} from './read-relations.ts';

/** The record with the parts that the input names; what it clears is empty. */
export function withParts(record: ProductRecord, input: ProductParts): ProductRecord | Refusal {
  const { description, brand, categoryIds, provisioningTemplateKey } = input;
  for (const [name, text] of Object.entries({ brand, provisioningTemplateKey })) {
    const problem = text == null ? null : nameProblem(text, [name]);
    if (problem !== null) return problem;
  }
  const texts = {
    ...record,
    description: description === undefined ? record.description : (description ?? ''),
    brand: brand === undefined ? record.brand : brand,
    categoryIds: categoryIds === undefined ? record.categoryIds : [...new Set(categoryIds)],
    provisioningTemplateKey:
      provisioningTemplateKey === undefined
        ? record.provisioningTemplateKey
        : provisioningTemplateKey,
  };
  const lists = readLists(record, input);
  return lists instanceof Refusal ? lists : { ...texts, ...lists };
}

/** The first that is refused refuses all. */
function readLists(
  { kind, ...known }: ProductRecord,
  input: ProductParts,
): Partial<ProductRecord> | Refusal {
  const { characteristics, configurationFields, media, translations } = input;
  const { relations, bundleItems } = input;
  const read = {
    characteristics: kept(characteristics, known.characteristics, (given) =>
      readDistinct(given, 'name', ['characteristics'], readCharacteristic),
    ),
    configurationFields: kept(configurationFields, known.configurationFields, (given) =>
      readDistinct(given, 'name', ['configurationFields'], readConfigurationField),
    ),
    media: kept(media, known.media, readMedia),
    translations: kept(translations, known.translations, readTranslations),
    relations: kept(relations, known.relations, readProductRelations),
    bundleItems: kept(bundleItems, known.bundleItems, (given) => readBundleItems(given, kind)),
  };
  const refusal = Object.values(read).find((list) => list instanceof Refusal);
  return refusal instanceof Refusal ? refusal : (read as Partial<ProductRecord>);
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
  const { name, type, value = null, values = null, number = null, unit = null } = input;
  const label = input.label ?? name;
  const problem = nameProblem(name, [...path, 'name']) ?? nameProblem(label, [...path, 'label']);
  if (problem !== null) return problem;
  if (type === 'NUMBER') {
    if (number !== null) return { name, label, value: number, unit };
    return wrong([...path, 'number'], 'give a NUMBER its number.');
  }
  if (type === 'LIST') {
    const problem = valuesProblem(values, [...path, 'values']);
    return problem ?? { name, label, value: [...new Set(values)], unit };
  }
  if (value !== null && value.length > valueLengthMax) return wrong([...path, 'value'], tooLong);
  if (value === null) return wrong([...path, 'value'], 'give it a value.');
  if (type !== 'BOOLEAN') return { name, label, value, unit };
  if (value === 'true' || value === 'false') return { name, label, value: value === 'true', unit };
  return wrong([...path, 'value'], 'give a BOOLEAN true or false.');
}

function valuesProblem(values: readonly string[] | null, path: Path): Refusal | null {
  if (values === null || values.length === 0) return wrong(path, 'give a LIST its values.');
  if (values.length > valuesMax) return wrong(path, `give at most ${valuesMax}.`);
  const long = values.findIndex((value) => value.length > valueLengthMax);
  return long < 0 ? null : wrong([...path, `${long}`], tooLong);
}

const valuesMax = 100;
const tooLong = `give at most ${valueLengthMax} characters.`;

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
