import type { Asking } from './asking.ts';
import { keeper, licence, visitor, type Stage } from './stage.ts';
import { takeEvents } from './take-events.ts';

export interface Outcome {
  readonly product: { readonly id: string; readonly version: number } | null;
  readonly userErrors: readonly { readonly code: string; readonly message: string }[];
}

export const createMutation = `mutation ($input: CreateProductInput!) {
  outcome: createProduct(input: $input) { product { id version } userErrors { code message field } }
}`;

const types: Readonly<Record<string, string>> = {
  id: 'ID!',
  variants: '[VariantInput!]!',
  prices: '[PriceInput!]!',
  version: 'Int',
};

/** What those who keep the catalogue do to it, by the graph. */
export function editing(stage: () => Stage, ask: Asking['ask']) {
  async function create(input: object): Promise<Outcome> {
    const { outcome } = await ask(createMutation, { input }, keeper);
    return outcome as Outcome;
  }

  async function update(input: object): Promise<Outcome> {
    const { outcome } = await ask(
      `mutation ($input: UpdateProductInput!) {
        outcome: updateProduct(input: $input) { product { id version } userErrors { code message field } }
      }`,
      { input },
      keeper,
    );
    return outcome as Outcome;
  }

  async function change(
    mutation: string,
    variables: Record<string, unknown>,
    answer = 'product',
  ): Promise<Outcome> {
    const declared = Object.keys(variables).map((name) => `$${name}: ${types[name] ?? ''}`);
    const { outcome } = await ask(
      `mutation (${declared.join(', ')}) {
        outcome: ${mutation} { ${answer} { id version } userErrors { code message field } }
      }`,
      variables,
      keeper,
    );
    return outcome as Outcome;
  }

  /** Saves a licence as an import does, and gives its id. */
  async function made(slug: string, changes: Parameters<typeof licence>[1] = {}): Promise<string> {
    const [saved] = await stage().save([licence(slug, changes)]);
    if (saved === undefined) throw new Error(`${slug} is there already`);
    return saved.id;
  }

  async function categories(...names: string[]): Promise<string[]> {
    const ids: string[] = [];
    for (const name of names) {
      const { outcome } = await ask(
        `mutation ($input: CategoryInput!) { outcome: saveCategory(input: $input) { category { id } } }`,
        { input: { slug: name.toLowerCase(), name } },
        keeper,
      );
      ids.push((outcome as { category: { id: string } }).category.id);
    }
    return ids;
  }

  async function seen(slug: string, caller = visitor) {
    return await ask(
      `query ($slug: String, $slugs: [String!]) {
        product(slug: $slug) {
          name description status brand
          categories { name }
          options { name values }
          characteristics { name label value }
          configurationFields { name schema }
          variants { nodes { sku name status prices { unitPrice { amount } } } }
        }
        products(filter: { slugs: $slugs }) { nodes { slug } }
      }`,
      { slug, slugs: [slug] },
      caller,
    );
  }

  const events = () => takeEvents(stage().pool);
  return { create, update, change, made, categories, seen, events };
}

export function price(amount: string, changes: object = {}, money: object = {}) {
  return { kind: 'ONE_TIME', unitPrice: { amount, currency: 'USD', ...money }, ...changes };
}
