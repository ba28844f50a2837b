import { displayValue } from '../domain/product.ts';
import type { CharacteristicResolvers } from '../generated/resolvers.ts';

export const Characteristic: CharacteristicResolvers = {
  type: ({ value }) => {
    if (typeof value === 'string') return 'TEXT';
    return typeof value === 'number' ? 'NUMBER' : 'BOOLEAN';
  },
  value: (characteristic) => displayValue(characteristic),
  values: (characteristic) => [displayValue(characteristic)],
  number: ({ value }) => (typeof value === 'number' ? value : null),
};
