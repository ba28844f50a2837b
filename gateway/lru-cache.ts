/** Keeps the values that were asked for last, `max` of them, and makes what it does not have. */
export function createLruCache<Value extends object>(max: number) {
  const kept = new Map<string, Value>();

  return (key: string, make: () => Value): Value => {
    const value = kept.get(key) ?? make();
    kept.delete(key); // what is set anew goes to the young end
    kept.set(key, value);
    const [oldest] = kept.keys();
    if (kept.size > max && oldest !== undefined) kept.delete(oldest);
    return value;
  };
}
