import vendure from '@vendure/core';

const { DefaultJobQueuePlugin, DefaultLogger, DefaultSearchPlugin, LogLevel } = vendure;
const { DATABASE_URL = '', PORT = '3000' } = process.env;

const administrator = { identifier: 'bench', password: 'bench-of-catalogues' };

/** Vendure as its documentation starts it, with its own search in PostgreSQL. */
export const config = {
  apiOptions: {
    port: Number(PORT),
    hostname: '127.0.0.1',
    adminApiPath: 'admin-api',
    shopApiPath: 'shop-api',
  },
  authOptions: { tokenMethod: 'bearer', superadminCredentials: administrator },
  dbConnectionOptions: { type: 'postgres', url: DATABASE_URL, synchronize: false, logging: false },
  paymentOptions: { paymentMethodHandlers: [] },
  logger: new DefaultLogger({ level: LogLevel.Warn, timestamp: false }),
  importExportOptions: { importAssetsDir: import.meta.dirname },
  plugins: [DefaultJobQueuePlugin.init({}), DefaultSearchPlugin.init({ bufferUpdates: false })],
};
