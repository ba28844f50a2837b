import { BadInput } from '#errors';
import { formatId } from '#ids';
import type { FactChoice, FactFilter, FactSource } from '../../../domain/filter.ts';
import { nearestTerms } from '../../../domain/typing-errors.ts';

/** A value of a characteristic, an option, …: what products are filtered and counted by. */
export interface Fact {
  readonly id: number;
  readonly source: FactSource;
  readonly name: string;
  readonly value: string;
  readonly label: string;
  readonly number: number | null;
  readonly unit: string | null;
}

/** All facts by their places, which, other than their ids, leave no gaps. */
export class FactDictionary {
  readonly facts: Fact[] = [];
  readonly #placeOf = new Map<number, number>();
  readonly #named = new Map<string, number[]>();

  /** As the database has it. */
  put(row: Fact): void {
    // Everybody else knows categories by their ids.
    const fact = row.source === 'CATEGORY' ? { ...row, value: formatId('cat', row.value) } : row;
    const known = this.#placeOf.get(fact.id);
    if (known !== undefined) {
      this.facts[known] = fact; // its name and value never change
      return;
    }
    const place = this.facts.push(fact) - 1;
    this.#placeOf.set(fact.id, place);
    const key = `${fact.source} ${fact.name}`;
    const named = this.#named.get(key);
    if (named === undefined) this.#named.set(key, [place]);
    else named.push(place);
  }

  /** @throws TypeError when it was never put. */
  placeOf(id: number): number {
    const place = this.#placeOf.get(id);
    if (place === undefined) throw new TypeError(`fact ${id} is not known`);
    return place;
  }

  /** In ascending order. */
  idsOf(places: readonly number[]): number[] {
    return places
      .flatMap((place) => this.facts[place]?.id ?? [])
      .sort((left, right) => left - right);
  }

  /** The places of all values of a name. */
  namedBy({ source, name }: Pick<FactFilter, 'source' | 'name'>): readonly number[] {
    return this.#named.get(`${source} ${name}`) ?? [];
  }

  /**
   * The places of what meets a filter.
   * @throws BadInput for a characteristic or option that nothing has, or bounds of what is no number.
   */
  meeting(filter: FactFilter): readonly number[] {
    const { name, field, anyOf } = filter;
    const named = this.namedBy(filter);
    if (named.length === 0) this.#refuseName(filter);
    const isNumeric = named.some((place) => this.facts[place]?.number != null);
    if (!isNumeric && anyOf.some(({ min, max }) => min !== null || max !== null)) {
      throw new BadInput(field, `\`${field}\`: ${name} is no number; filter it by \`in\`.`);
    }
    const choices = anyOf.map(readChoice);
    return named.filter((place) => {
      const fact = this.facts[place];
      return fact !== undefined && choices.some((isMet) => isMet(fact));
    });
  }

  /** The kinds, brands and categories of other products are no fault of the caller's; a name that there isn't, is. */
  #refuseName({ source, name, field }: FactFilter): void {
    if (source !== 'CHARACTERISTIC' && source !== 'OPTION') return;
    const what = source === 'OPTION' ? 'option' : 'characteristic';
    const names = [...new Set(this.facts.filter((fact) => fact.source === source).map(nameOf))];
    const near = nearestTerms(
      name.toLowerCase(),
      names.map((known) => known.toLowerCase()),
    );
    const meant = names.filter((known) => near.includes(known.toLowerCase()));
    const hint =
      meant.length > 0 ? `did you mean ${meant.join(' or ')}?` : 'take it from `facets`.';
    throw new BadInput(
      `${field}.name`,
      `\`${field}.name\`: no product has the ${what} ${name}; ${hint}`,
    );
  }
}

function nameOf({ name }: Fact): string {
  return name;
}

function readChoice({ in: listed, min, max }: FactChoice): (fact: Fact) => boolean {
  const values = listed === null ? null : new Set(listed);
  const numbers = new Set(listed?.map(Number));
  return ({ value, number }) => {
    const isListed =
      values === null || values.has(value) || (number !== null && numbers.has(number));
    if (!isListed) return false;
    return (min === null || (number ?? NaN) >= min) && (max === null || (number ?? NaN) <= max);
  };
}
