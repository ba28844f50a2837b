// Holds the lock of the folder that it is given, for as long as it lives.
import { lock } from '../lock.ts';

const held = await lock(process.argv[2] ?? '');
process.once('disconnect', () => void held[Symbol.asyncDispose]());
process.send?.('held');
