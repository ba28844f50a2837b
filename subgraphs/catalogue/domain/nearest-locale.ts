/**
 * Of what there is, what serves a reader of a language best: the very tag, else the tag without its last parts
 * (RFC 4647, 3.4), else another kind of the same language; undefined when there is none of it.
 */
export function nearestLocale<Item extends { readonly locale: string }>(
  items: readonly Item[],
  wanted: string,
): Item | undefined {
  const parts = wanted.toLowerCase().split('-');
  const tagged = items.map((item) => ({ item, tag: item.locale.toLowerCase() }));
  for (let length = parts.length; length > 0; length -= 1) {
    const tag = parts.slice(0, length).join('-');
    const found = tagged.find((each) => each.tag === tag);
    if (found !== undefined) return found.item;
  }
  return tagged.find(({ tag }) => tag.startsWith(`${parts[0] ?? ''}-`))?.item;
}

/** The same for a reader of several languages, best first: the first of which there is anything. */
export function nearestOf<Item extends { readonly locale: string }>(
  items: readonly Item[],
  wanted: readonly string[],
): Item | undefined {
  for (const each of wanted) {
    const found = nearestLocale(items, each);
    if (found !== undefined) return found;
  }
  return undefined;
}

const languagesMax = 10;

/**
 * The language tags of an `Accept-Language`, best first (RFC 9110, 12.5.4); those that are not acceptable, and `*`, are
 * left out.
 */
export function preferred(languages: string): string[] {
  const ranges = languages.split(',').map((range) => {
    const [tag = '', ...parameters] = range.split(';').map((part) => part.trim());
    const quality = parameters.find((parameter) => /^q=/i.test(parameter))?.slice(2);
    return { tag, quality: quality === undefined ? 1 : Number(quality) };
  });
  return ranges
    .filter(({ tag, quality }) => /^[a-z]{1,8}(?:-[a-z\d]{1,8})*$/i.test(tag) && quality > 0)
    .toSorted((left, right) => right.quality - left.quality)
    .slice(0, languagesMax)
    .map(({ tag }) => tag);
}
