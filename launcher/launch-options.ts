import type { Reached } from './programs.ts';

export interface LaunchOptions {
  /** Kept from one launch to the next; without it a temporary folder is used, and deleted at the end. */
  readonly dataFolder?: string | undefined;
  /** Deletes all data first. */
  readonly reset?: boolean;
  /** Where the gateway listens: on loopback, and on a free port, unless told. */
  readonly host?: string;
  readonly port?: number | undefined;
  /** The address that people use, where it is not the gateway's own. */
  readonly publicUrl?: string | undefined;
  /** With the demo accounts, and for this machine alone; so unless told. */
  readonly demo?: boolean;
  /** Writes nothing to the console. */
  readonly quiet?: boolean;
  /** An administrator's, at a PostgreSQL that runs already; without it one is started. */
  readonly databaseUrl?: string | undefined;
  /** The services' own, where they differ from that server's by more than the login. */
  readonly serviceDatabaseUrls?: Readonly<Record<string, string>>;
  /** In place of the sandbox: Stripe, where no address is given. */
  readonly payments?: { readonly url?: string | undefined; readonly secret: string } | undefined;
  /** In place of the simulator: the system that makes machines. */
  readonly machines?: { readonly url: string; readonly secret: string } | undefined;
  /** What single processes are told besides, by name. */
  readonly env?: Readonly<Record<string, NodeJS.ProcessEnv>>;
  /** Puts something between a process and those that call it: answers with the address that they get. */
  readonly reroute?: (target: Reached, url: string) => Promise<string>;
  /** Gives the launch up while it is under way. */
  readonly signal?: AbortSignal;
}
