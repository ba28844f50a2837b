import type { Principal } from '#auth';
import { Refusal } from '#errors';
import { changeCategory, type Category, type CategoryInput } from '../domain/category.ts';
import { nameProblem, slugProblem, staleProblem } from '../domain/names.ts';
import { textProblem } from '../domain/plain-input.ts';
import type { Parts } from '../parts.ts';
import { demandKeeper } from './demand-keeper.ts';

/** Makes a category, or changes and moves one; what is below it goes with it. */
export async function saveCategory(
  { categoryTree, clock }: Pick<Parts, 'categoryTree' | 'clock'>,
  caller: Principal,
  input: CategoryInput,
): Promise<Category | Refusal> {
  demandKeeper(caller);
  const { id, slug, name, parentId, expectedVersion } = input;
  const problem = textProblem(input) ?? slugProblem(slug) ?? nameProblem(name);
  if (problem !== null) return problem;
  const author = { actor: caller.id, now: clock() };
  return await categoryTree.change(async (tx) => {
    const holder = await tx.findBySlug(slug);
    if (holder !== null && holder.id !== id) {
      return new Refusal('SLUG_TAKEN', `Another category has the slug ${slug}.`, ['slug']);
    }
    const pathToParent = parentId == null ? [] : await tx.findPath(parentId);
    if (parentId != null && pathToParent.length === 0) {
      return new Refusal('UNKNOWN_CATEGORY', `There is no category ${parentId}.`, ['parentId']);
    }
    if (id == null) {
      const created = { slug, name, parentId: parentId ?? null, version: 1 };
      return await tx.insert(created, author);
    }
    const found = await tx.findById(id);
    if (found === null) return new Refusal('NOT_FOUND', `There is no category ${id}.`, ['id']);
    const changed =
      staleProblem(found.version, expectedVersion) ?? changeCategory(found, input, pathToParent);
    if (!(changed instanceof Refusal)) await tx.update(changed, found, author);
    return changed;
  });
}
