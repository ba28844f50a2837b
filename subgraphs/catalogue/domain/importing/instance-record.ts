import type { Money } from '#money';
import type { CategoryPath } from '../category.ts';
import { plainPrice } from '../price.ts';
import { noParts, type ProductRecord, type VariantRecord } from '../product-record.ts';
import type { Characteristic, ConfigurationField } from '../product.ts';

/** A row's cells, read by column; each call throws where the cell is not what it should be. */
export interface RowCells {
  text(column: string): string;
  /** Null where the cell is empty. */
  optional(column: string): string | null;
  /** An exact decimal number, with the digits that it is written with. */
  decimal(column: string): string;
  boolean(column: string): boolean;
}

/** The on-demand price of an hour, by region. */
export type RegionPrices = ReadonlyMap<string, Money>;

/** An EC2 instance type as a product, with a variant for each region that has a price. */
export function instanceRecord(row: RowCells, prices: RegionPrices): ProductRecord {
  const type = row.text('instance_type');
  const regions = [...prices.keys()].toSorted();
  return {
    slug: instanceSlug(aws, type),
    name: `${aws.product} ${type}`,
    description: describe(row),
    kind: 'SERVICE',
    status: 'ACTIVE',
    brand: aws.brand,
    provisioningTemplateKey: 'cloud-machine',
    configurationFields,
    ...noParts,
    categoryPaths: [[...categoryOf(aws), purposeOf(row.text('instance_type'))]],
    characteristics: columns.flatMap((column) => characteristic(row, column)),
    options: regions.length > 0 ? [{ name: 'region', values: regions }] : [],
    variants: [...prices]
      .map(([region, price]) => instanceVariant(aws, type, region, price))
      .toSorted((left, right) => (left.sku < right.sku ? -1 : 1)),
  };
}

/** Who rents the machines. */
export interface Provider {
  /** As SKUs begin with it. */
  readonly key: string;
  readonly brand: string;
  readonly product: string;
}

const aws: Provider = { key: 'aws', brand: 'Amazon Web Services', product: 'Amazon EC2' };
const azure: Provider = { key: 'azure', brand: 'Microsoft Azure', product: 'Azure' };

/** The price files name no provider, but only Azure's types have capitals. */
export function providerOf(type: string): Provider {
  return /[A-Z]/.test(type) ? azure : aws;
}

export function instanceSlug({ key }: Provider, type: string): string {
  return `${key}-${type.toLowerCase().replace(/[^a-z0-9]+/g, '-')}`;
}

/** Azure says of a type no more than its name and its prices; null of EC2's, which are specified elsewhere. */
export function unspecifiedInstance(provider: Provider, type: string): ProductRecord | null {
  if (provider === aws) return null;
  const name = `${provider.product} ${type.replace(/^(Standard|Basic)_/, '').replaceAll('_', ' ')}`;
  return {
    slug: instanceSlug(provider, type),
    name,
    description: `A cloud machine of the type ${type}.`,
    kind: 'SERVICE',
    status: 'ACTIVE',
    brand: provider.brand,
    provisioningTemplateKey: 'cloud-machine',
    configurationFields,
    ...noParts,
    categoryPaths: [categoryOf(provider)],
    characteristics: [],
    options: [],
    variants: [],
  };
}

function categoryOf({ product }: Provider): CategoryPath {
  return ['Cloud machines', product];
}

/** What EC2's types are made for, by the letters that they begin with: the groups of its own documentation. */
function purposeOf(type: string): string {
  const [letters = ''] = /^[a-z]+/.exec(type) ?? [];
  const found = purposes.find(({ begins }) => begins.includes(letters));
  return found?.purpose ?? 'General purpose';
}

const purposes = [
  { purpose: 'Compute optimized', begins: ['c'] },
  { purpose: 'Memory optimized', begins: ['r', 'u', 'x', 'z'] },
  { purpose: 'Storage optimized', begins: ['d', 'h', 'i', 'im', 'is'] },
  {
    purpose: 'Accelerated computing',
    begins: ['dl', 'f', 'g', 'gr', 'inf', 'p', 'trn', 'vt'],
  },
  { purpose: 'High-performance computing', begins: ['hpc'] },
];

const configurationFields: readonly ConfigurationField[] = [
  {
    name: 'hostname',
    label: 'Host name',
    required: false,
    schema: {
      type: 'string',
      description: 'A label as in RFC 1123: letters, digits and inner hyphens.',
      pattern: '^[A-Za-z0-9]([A-Za-z0-9-]{0,61}[A-Za-z0-9])?$',
      maxLength: 63,
    },
  },
  {
    name: 'image',
    label: 'Image',
    required: false,
    schema: {
      type: 'string',
      description: 'The operating system that the machine starts with.',
      enum: ['amazon-linux-2023', 'debian-13', 'ubuntu-24.04'],
      default: 'amazon-linux-2023',
    },
  },
];

interface Column {
  readonly name: string;
  readonly label: string;
  readonly type: 'text' | 'number' | 'boolean';
  readonly unit: string | null;
}

/** What the source says of a type, in its order. */
const columns: readonly Column[] = [
  { name: 'category', label: 'Category', type: 'text', unit: null },
  { name: 'family', label: 'Family', type: 'text', unit: null },
  { name: 'generation', label: 'Generation', type: 'number', unit: null },
  { name: 'size', label: 'Size', type: 'text', unit: null },
  { name: 'vcpu', label: 'vCPU', type: 'number', unit: null },
  { name: 'memory_mib', label: 'Memory', type: 'number', unit: 'MiB' },
  { name: 'architecture', label: 'Architecture', type: 'text', unit: null },
  { name: 'cpu_manufacturer', label: 'CPU manufacturer', type: 'text', unit: null },
  { name: 'clock_mhz', label: 'Clock', type: 'number', unit: 'MHz' },
  { name: 'network_mbps', label: 'Network bandwidth', type: 'number', unit: 'Mbit/s' },
  { name: 'ebs_mbps', label: 'EBS bandwidth', type: 'number', unit: 'Mbit/s' },
  { name: 'local_nvme_gb', label: 'Local NVMe storage', type: 'number', unit: 'GB' },
  { name: 'gpu_name', label: 'GPU', type: 'text', unit: null },
  { name: 'gpu_manufacturer', label: 'GPU manufacturer', type: 'text', unit: null },
  { name: 'gpu_count', label: 'GPUs', type: 'number', unit: null },
  { name: 'gpu_memory_mib', label: 'GPU memory', type: 'number', unit: 'MiB' },
  { name: 'accelerator_name', label: 'Accelerator', type: 'text', unit: null },
  { name: 'accelerator_count', label: 'Accelerators', type: 'number', unit: null },
  { name: 'hypervisor', label: 'Hypervisor', type: 'text', unit: null },
  { name: 'encryption_in_transit', label: 'Encryption in transit', type: 'boolean', unit: null },
];

function characteristic(row: RowCells, { name, label, type, unit }: Column): Characteristic[] {
  const text = row.optional(name);
  if (text === null) return [];
  if (type === 'number') return [{ name, label, value: Number(row.decimal(name)), unit }];
  return [{ name, label, value: type === 'boolean' ? row.boolean(name) : text, unit }];
}

/** A type in one region, by the hour. */
export function instanceVariant(
  { key, product }: Provider,
  type: string,
  region: string,
  unitPrice: Money,
): VariantRecord {
  return {
    sku: `${key}:${type}:${region}`,
    name: `${product} ${type} in ${region}`,
    status: 'ACTIVE',
    selectedOptions: [{ name: 'region', value: region }],
    prices: [plainPrice(unitPrice, 'HOUR')],
  };
}

const processors: Readonly<Record<string, string | undefined>> = {
  aws: 'AWS Graviton',
  amd: 'AMD',
  intel: 'Intel',
};

/** One sentence that people read and search: `2 vCPU (AWS Graviton, arm64), 8 GiB of memory, …`. */
function describe(row: RowCells): string {
  const thousands = (column: string, by: number) =>
    row.optional(column) === null ? null : Number((Number(row.decimal(column)) / by).toFixed(2));
  const manufacturer = row.text('cpu_manufacturer');
  const processor = processors[manufacturer] ?? manufacturer;
  const [network, storage] = [thousands('network_mbps', 1000), row.optional('local_nvme_gb')];
  const [gpu, accelerator] = [row.optional('gpu_name'), row.optional('accelerator_name')];
  const facts = [
    `${row.text('vcpu')} vCPU (${processor}, ${row.text('architecture')})`,
    `${String(thousands('memory_mib', 1024))} GiB of memory`,
    network !== null && `${network} Gbit/s of network bandwidth`,
    storage !== null && `${storage} GB of local NVMe storage`,
    gpu !== null && `${row.text('gpu_manufacturer').toUpperCase()} ${gpu.toUpperCase()} GPU`,
    accelerator !== null && `${accelerator} accelerator`,
  ];
  return `A cloud machine with ${facts.filter((fact) => fact !== false).join(', ')}.`;
}
