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
