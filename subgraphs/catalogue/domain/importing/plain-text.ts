const entities: Readonly<Record<string, string | undefined>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
};

/** What HTML says, without its tags: a line for each paragraph. */
export function plainText(html: string): string {
  return html
    .replace(/<(script|style)\b[^>]*>[^]*?<\/\1\s*>/gi, '')
    .replace(/<(br|\/p|\/div|\/li|\/h\d|\/tr)\b[^>]*>/gi, '\n')
    .replace(/<[a-z/!][^>]*>/gi, '')
    .replace(/&(#\d{1,6}|#x[0-9a-f]{1,5}|[a-z]{1,6});/gi, (whole, name: string) => {
      const number = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1));
      if (!name.startsWith('#')) return entities[name.toLowerCase()] ?? whole;
      return number > 0 && number <= 0x10_ff_ff && (number < 0xd8_00 || number > 0xdf_ff)
        ? String.fromCodePoint(number)
        : whole;
    })
    .replace(/[^\S\n]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{2,}/g, '\n')
    .trim();
}
