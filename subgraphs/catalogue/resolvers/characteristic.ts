import { displayValue } from '../domain/product.ts';
import type { CharacteristicResolvers } from '../generated/resolvers.ts';

export const Characteristic: CharacteristicResolvers = {
  type: ({ value }) => {
    if (typeof value === 'object') return 'LIST';
    if (typeof value === 'string') return 'TEXT';
    return typeof value === 'number' ? 'NUMBER' : 'BOOLEAN';
  },
  value: (characteristic) => displayValue(characteristic),
  values: (characteristic) =>
    typeof characteristic.value === 'object'
      ? [...characteristic.value]
      : [displayValue(characteristic)],
  number: ({ value }) => (typeof value === 'number' ? value : null),
};
