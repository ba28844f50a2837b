import { placeForPostgres, portForPostgres, type EmbeddedPostgres } from '../postgres.ts';

export async function postgresOf(dataFolder: string): Promise<EmbeddedPostgres> {
  const folder = await placeForPostgres(dataFolder);
  return { folder, port: await portForPostgres(folder, undefined), password: 'secret' };
}
