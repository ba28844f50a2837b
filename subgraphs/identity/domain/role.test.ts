import { expect, test } from 'vitest';
import { permissionsOf } from './role.ts';

test('roles add up, and each permission counts once', () => {
  const role = (name: string, permissions: string[]) => ({ name, description: null, permissions });
  expect(permissionsOf([role('one', ['b', 'a']), role('two', ['a', 'c'])])).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(permissionsOf([])).toEqual([]);
});
