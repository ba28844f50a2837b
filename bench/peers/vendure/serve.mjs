import vendure from '@vendure/core';
import { config } from './config.mjs';

await vendure.bootstrap(config);
console.log(`Vendure serves at http://127.0.0.1:${config.apiOptions.port}`);
