import { existsSync, readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { readConfig as readSimulatorConfig } from '../downstream-simulator/config.ts';
import { readConfig as readGatewayConfig } from '../gateway/config.ts';
import { readConfig as readSandboxConfig } from '../payments-sandbox/config.ts';
import { readConfig as readCatalogueConfig } from '../subgraphs/catalogue/config.ts';
import { readConfig as readIdentityConfig } from '../subgraphs/identity/config.ts';
import { readConfig as readOrdersConfig } from '../subgraphs/orders/config.ts';
import { readConfig as readProvisioningConfig } from '../subgraphs/provisioning/config.ts';

interface Service {
  readonly command?: readonly string[];
  readonly environment?: Readonly<Record<string, string>>;
  readonly volumes?: readonly string[];
  readonly depends_on?: Readonly<Record<string, unknown>>;
}

const root = new URL('../', import.meta.url);
const { services, volumes } = parse(readFileSync(new URL('docker-compose.yml', root), 'utf8'), {
  merge: true,
}) as {
  services: Readonly<Record<string, Service>>;
  volumes: Readonly<Record<string, unknown>>;
};

/** A value for every variable that has no default, as an .env file would give it. */
function filled(environment: Service['environment']): NodeJS.ProcessEnv {
  const values: Record<string, string> = {
    STRIPE_SECRET_KEY: 'sk_test_123',
    QUARTERMASTER_ISSUER: 'https://shop.example.com',
  };
  return Object.fromEntries(
    Object.entries(environment ?? {}).map(([name, value]) => [
      name,
      value.replaceAll(
        /\$\{(\w+)(?::-([^}]*)|:\?[^}]*)?\}/g,
        (_, variable: string, fallback?: string) => values[variable] ?? fallback ?? 'filled-in',
      ),
    ]),
  );
}

test.each([
  ['catalogue', readCatalogueConfig],
  ['identity', readIdentityConfig],
  ['provisioning', readProvisioningConfig],
  ['orders', readOrdersConfig],
  ['gateway', readGatewayConfig],
  ['payments-sandbox', readSandboxConfig],
  ['downstream-simulator', readSimulatorConfig],
])('%s finds every variable that it demands', (name, readConfig) => {
  expect(() => readConfig(filled(services[name]!.environment))).not.toThrow();
});

test.each(Object.entries(services))(
  '%s runs a file that is there, on volumes that are named',
  (_name, service) => {
    const [program, file] = service.command ?? [];
    if (program === 'node') expect(existsSync(new URL(file!, root))).toBe(true);
    for (const volume of service.volumes ?? []) {
      expect(Object.keys(volumes)).toContain(volume.split(':')[0]);
    }
    for (const other of Object.keys(service.depends_on ?? {})) {
      expect(Object.keys(services)).toContain(other);
    }
  },
);

test('each database is reached by its own role alone, and identity’s by identity alone', () => {
  for (const [name, { environment }] of Object.entries(services)) {
    for (const [variable, url] of Object.entries(environment ?? {})) {
      const [, role, database] = /postgresql:\/\/(\w+):.*@postgres:5432\/(\w+)$/.exec(url) ?? [];
      if (role === undefined || variable === 'DATABASE_URL') continue;
      expect(role).toBe(database);
      if (role === 'identity') expect(['set-up', 'identity']).toContain(name);
    }
  }
});

test('no password is written down', () => {
  const text = readFileSync(new URL('docker-compose.yml', root), 'utf8');
  for (const [, secret] of text.matchAll(/:\/\/\w+:([^@]+)@/g))
    expect(secret).toMatch(/^\$\{\w+:\?/);
  for (const [, secret] of text.matchAll(/(?:PASSWORD|TOKEN|KEY): (?:&\S+ )?(\S+)/g)) {
    expect(secret).toMatch(/^(\$\{\w+:\?|\*)/);
  }
});
