import type { ImportStage } from './import-stage.ts';

export const shopifyHeader =
  'Handle,Title,Body (HTML),Vendor,Type,Published,Option1 Name,Option1 Value,Variant SKU,Variant Price,Variant Requires Shipping';

export const mug = (rest: string) => `mug,Mug,<p>Holds&nbsp;tea</p>,Potter,Cups,true,${rest}`;

export const cup = (handle: string, sku: string, price = '1.00') =>
  `${handle},Cup,,,,true,Title,Default Title,${sku},${price},true`;

/** Puts files on the host of imports, and reads what has become of them. */
export function importing(stage: () => ImportStage) {
  /** Puts a file on the host. */
  function put(path: string, ...lines: readonly string[]): string {
    stage().host.files.set(path, lines.join('\n'));
    return path;
  }

  async function product(slug: string) {
    const { product } = await stage().ask(
      `query ($slug: String!) {
        product(slug: $slug) {
          name description kind status brand version
          options { name values }
          characteristics { name value }
          categories { path { name } }
          media { url alt }
          variants { nodes { sku name selectedOptions { name value } prices { kind period unitPrice { amount currency } } } }
        }
      }`,
      { slug },
    );
    return product;
  }

  return { put, product };
}
