import { ConfigError } from '#service';
import { expect, test } from 'vitest';
import { readConfig, readImportConfig, readReindexConfig } from './config.ts';

const env = {
  SERVICE_KEY_FILE: 'key',
  SERVICE_JWKS_FILE: 'jwks',
  CATALOGUE_DATABASE_URL: 'postgresql://catalogue@127.0.0.1/catalogue',
  EVENTS_DATABASE_URL: 'postgresql://events@127.0.0.1/events',
};

test('what is not set has a default', () => {
  expect(readConfig(env)).toMatchObject({
    host: '127.0.0.1',
    port: 4001,
    poolSize: 10,
    shopCurrency: 'USD',
  });
});

test.each([
  ['CATALOGUE_CURRENCY', 'dollars'],
  ['CATALOGUE_POOL_SIZE', '0'],
  ['CATALOGUE_DATABASE_URL', 'mysql://x'],
])('%s can not be %s', (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(ConfigError);
  expect(() => readConfig({ ...env, [name]: value })).toThrow(name);
});

test.each([
  ['CATALOGUE_IMPORT_HOSTS', 'https://files.example.com'],
  ['CATALOGUE_IMPORT_HOSTS', 'files.example.com/folder'],
  ['CATALOGUE_IMPORT_BYTES_MAX', '1'],
  ['CATALOGUE_UPLOAD_BYTES_MAX', '1'],
  ['REDIS_URL', 'localhost:6379'],
  ['CATALOGUE_CACHE', 'no'],
  ['CATALOGUE_CACHE_BYTES', '1'],
  ['CATALOGUE_CACHE_TTL_MS', '0'],
])('%s can not be %s', (name, value) => {
  expect(() => readConfig({ ...env, [name]: value })).toThrow(name);
});

test('the hosts whose files may be imported are a list, empty unless set', () => {
  expect(readConfig(env).importHosts).toEqual([]);
  const hosts = { CATALOGUE_IMPORT_HOSTS: 'files.example.com, 192.0.2.1:8080' };
  expect(readConfig({ ...env, ...hosts }).importHosts).toEqual([
    'files.example.com',
    '192.0.2.1:8080',
  ]);
});

test('what is imported is named by arguments, or else by a variable', () => {
  const data = { ...env, CATALOGUE_DATA: 'a' };
  expect(readImportConfig(data, [])).toMatchObject({ paths: ['a'], dryRun: false });
  expect(readImportConfig(data, ['b', '--dry-run', 'c'])).toMatchObject({
    paths: ['b', 'c'],
    dryRun: true,
  });
  expect(() => readImportConfig(data, ['--force'])).toThrow('--force');
  expect(() => readImportConfig(env, [])).toThrow('CATALOGUE_DATA: must be set');
});

test('Elasticsearch is used where it is named', () => {
  expect(readConfig(env).elasticsearch).toBeNull();
  const named = { ...env, ELASTICSEARCH_URL: 'https://search.example.com:9200' };
  const elasticsearch = {
    url: 'https://search.example.com:9200',
    apiKey: null,
    indexPrefix: 'quartermaster-products',
    searchTimeoutMs: 1_000,
  };
  expect(readConfig(named).elasticsearch).toEqual(elasticsearch);
  expect(readReindexConfig(named)).toMatchObject({ elasticsearch });
  expect(() => readReindexConfig(env)).toThrow('ELASTICSEARCH_URL: must be set');
});

test.each([
  ['ELASTICSEARCH_URL', 'search.example.com:9200'],
  ['CATALOGUE_INDEX_PREFIX', 'Shop*'],
  ['CATALOGUE_SEARCH_TIMEOUT_MS', '1'],
])('with Elasticsearch, %s can not be %s', (name, value) => {
  const named = { ...env, ELASTICSEARCH_URL: 'http://127.0.0.1:9200', [name]: value };
  expect(() => readConfig(named)).toThrow(name);
});

test('a wrong address is not repeated, since it may hold a password', () => {
  const wrong = { ...env, ELASTICSEARCH_URL: 'ftp://elastic:secret@search' };
  expect(() => readConfig(wrong)).not.toThrow('secret');
  expect(() => readConfig(wrong)).toThrow('ELASTICSEARCH_URL: must look like');
});
