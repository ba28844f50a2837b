// Prisma's own CLI for one house: `node tools/prisma.ts orders migrate status`.
import { runPrisma } from './run-prisma.ts';

const [house = '', ...command] = process.argv.slice(2);
runPrisma(house, command);
