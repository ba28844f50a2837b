import { mkdirSync } from 'node:fs';
import { dirname } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import type { Machine, MachineOrder } from './machine.ts';

export interface MachineStore extends Disposable {
  find(id: string): Machine | undefined;
  /** In the order in which they were made, after the machine with that number. */
  list(afterNumber: number, limit: number): Machine[];
  add(machine: Omit<Machine, 'number'>): Machine;
  saveDeletion(id: string, deletion: NonNullable<Machine['deletion']>): void;
}

const schema = `
  pragma journal_mode = wal; -- what was committed outlives a killed process
  pragma synchronous = normal;
  create table if not exists machine (
    number integer primary key,
    id text not null unique,
    machine_order text not null, -- JSON
    created_at integer not null, -- milliseconds since 1970, as all times here
    creation_ends_at integer not null,
    deletion_requested_at integer,
    deletion_ends_at integer
  ) strict;
`;

/** Opens the file, or makes it. Calls are synchronous: nothing comes between a look and the change after it. */
export function openMachineStore(file: string): MachineStore {
  mkdirSync(dirname(file), { recursive: true });
  const database = new DatabaseSync(file);
  database.exec(schema);
  const selectOne = database.prepare('select * from machine where id = ?');
  const selectPage = database.prepare(
    'select * from machine where number > ? order by number limit ?',
  );
  const insert = database.prepare(
    `insert into machine (id, machine_order, created_at, creation_ends_at)
     values (?, ?, ?, ?) returning *`,
  );
  const updateDeletion = database.prepare(
    'update machine set deletion_requested_at = ?, deletion_ends_at = ? where id = ?',
  );
  return {
    find: (id) => {
      const row = selectOne.get(id);
      return row && machineOf(row);
    },
    list: (afterNumber, limit) => selectPage.all(afterNumber, limit).map(machineOf),
    add: ({ id, order, createdAt, creationEndsAt }) => {
      const row = insert.get(
        id,
        JSON.stringify(order),
        createdAt.getTime(),
        creationEndsAt.getTime(),
      );
      return machineOf(row);
    },
    saveDeletion: (id, { requestedAt, endsAt }) => {
      updateDeletion.run(requestedAt.getTime(), endsAt.getTime(), id);
    },
    [Symbol.dispose]: () => {
      database.close();
    },
  };
}

interface MachineRow {
  readonly number: number;
  readonly id: string;
  readonly machine_order: string;
  readonly created_at: number;
  readonly creation_ends_at: number;
  readonly deletion_requested_at: number | null;
  readonly deletion_ends_at: number | null;
}

function machineOf(row: unknown): Machine {
  const { number, id, machine_order, ...times } = row as MachineRow;
  const { deletion_requested_at: requestedAt, deletion_ends_at: endsAt } = times;
  return {
    number,
    id,
    order: JSON.parse(machine_order) as MachineOrder,
    createdAt: new Date(times.created_at),
    creationEndsAt: new Date(times.creation_ends_at),
    deletion:
      requestedAt === null || endsAt === null
        ? null
        : { requestedAt: new Date(requestedAt), endsAt: new Date(endsAt) },
  };
}
