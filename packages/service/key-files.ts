import {
  createAuthenticator,
  createAuthorize,
  importServiceKey,
  type Authenticate,
  type Authorize,
} from '#auth';
import type { JSONWebKeySet, JWK } from 'jose';
import { readFile } from 'node:fs/promises';
import { ConfigError, type ServiceConfig } from './config.ts';

/** How a service knows its callers, and makes itself known. */
export interface ServiceIdentity {
  readonly name: string;
  readonly authenticate: Authenticate;
  readonly authorize: Authorize;
}

/** Reads the service's key and everybody's public ones. */
export async function readServiceIdentity(
  { keyFile, jwksFile }: Pick<ServiceConfig, 'keyFile' | 'jwksFile'>,
  clock: () => Date,
): Promise<ServiceIdentity> {
  const serviceKey = await importServiceKey((await readJson('SERVICE_KEY_FILE', keyFile)) as JWK);
  const jwks = (await readJson('SERVICE_JWKS_FILE', jwksFile)) as JSONWebKeySet;
  return {
    name: serviceKey.name,
    authenticate: createAuthenticator({ jwks, audience: serviceKey.name, clock }),
    authorize: createAuthorize(serviceKey, clock),
  };
}

async function readJson(variable: string, path: string): Promise<unknown> {
  try {
    return JSON.parse(await readFile(path, 'utf8'));
  } catch (cause) {
    throw new ConfigError(variable, `must name a readable JSON file; ${path} is none`, { cause });
  }
}
