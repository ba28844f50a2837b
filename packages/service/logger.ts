import { inspect } from 'node:util';

export interface Logger {
  info(message: string, facts?: Readonly<Record<string, unknown>>): void;
  warn(message: string, facts?: Readonly<Record<string, unknown>>): void;
  error(message: string, facts?: Readonly<Record<string, unknown>>): void;
}

type Write = Logger['info'];

/** One JSON line for each entry; errors are written whole, with their causes. */
export function createLogger(service: string): Logger {
  const writer =
    (level: string): Write =>
    (message, facts = {}) => {
      const entry = { time: new Date().toISOString(), level, service, message, ...facts };
      process.stdout.write(`${JSON.stringify(entry, readable)}\n`);
    };
  return { info: writer('info'), warn: writer('warn'), error: writer('error') };
}

function readable(_key: string, value: unknown): unknown {
  return value instanceof Error ? inspect(value) : value;
}
