// Makes Vendure's tables, and fills them with the products of a CSV file in its own format.
import vendure from '@vendure/core';
import cli from '@vendure/core/cli/index.js';
import { config } from './config.mjs';

const [products] = process.argv.slice(2);
const initialData = {
  defaultLanguage: 'en',
  defaultZone: 'Europe',
  roles: [],
  countries: [{ name: 'Germany', code: 'DE', zone: 'Europe' }],
  taxRates: [{ name: 'Standard Tax', percentage: 20 }],
  shippingMethods: [{ name: 'Standard Shipping', price: 500 }],
  paymentMethods: [],
  collections: [],
};
const dbConnectionOptions = { ...config.dbConnectionOptions, synchronize: true };
const start = () => vendure.bootstrap({ ...config, dbConnectionOptions });
const app = await cli.populate(start, initialData, products);
await app.close();
process.exit();
