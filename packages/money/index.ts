export { compare, fromMinorUnits, lineTotal, minorUnits, sum, type Money } from './money.ts';
