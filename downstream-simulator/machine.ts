import { hash } from 'node:crypto';

/** What a caller orders. */
export interface MachineOrder {
  readonly type: string;
  readonly region: string;
  readonly hostname: string | null;
  readonly image: string | null;
  readonly owner: string | null;
}

/** Only times are kept; what state a machine is in follows from them. */
export interface Machine {
  readonly id: string;
  /** 1 for the first machine of all, 2 for the next. */
  readonly number: number;
  readonly order: MachineOrder;
  readonly createdAt: Date;
  readonly creationEndsAt: Date;
  readonly deletion: { readonly requestedAt: Date; readonly endsAt: Date } | null;
}

export type MachineState = 'creating' | 'running' | 'failed' | 'deleting' | 'deleted';

/** A machine as the API shows it. */
export interface MachineView extends MachineOrder {
  readonly id: string;
  readonly hostname: string;
  readonly state: MachineState;
  /** While it has one. */
  readonly address: string | null;
  readonly lastOperation: {
    readonly type: 'create' | 'delete';
    readonly state: 'in progress' | 'succeeded' | 'failed';
    readonly description: string;
  };
  readonly createdAt: string;
}

/** A hostname of which no machine is made: the order is refused at once. */
export function isRefused({ hostname }: MachineOrder): boolean {
  return hostname?.startsWith('refuse') ?? false;
}

function stateOf({ order, creationEndsAt, deletion }: Machine, now: Date): MachineState {
  if (deletion !== null) return now < deletion.endsAt ? 'deleting' : 'deleted';
  if (now < creationEndsAt) return 'creating';
  return order.hostname?.startsWith('fail') === true ? 'failed' : 'running';
}

/** When work that begins now will have ended: each id takes its own time, within 30 % of `workMs`. */
export function endOfWork(id: string, workMs: number, now: Date): Date {
  const share = hash('sha256', id, 'buffer').readUInt32BE(0) / 0xffff_ffff;
  return new Date(now.getTime() + Math.round(workMs * (0.7 + 0.6 * share)));
}

export function viewOf(machine: Machine, now: Date): MachineView {
  const { id, order, createdAt } = machine;
  const state = stateOf(machine, now);
  const address = addressOf(machine);
  return {
    id,
    ...order,
    hostname: order.hostname ?? `ip-${address.replaceAll('.', '-')}`,
    state,
    address: state === 'running' || state === 'deleting' ? address : null,
    lastOperation: lastOperations[state],
    createdAt: createdAt.toISOString(),
  };
}

const lastOperations: Readonly<Record<MachineState, MachineView['lastOperation']>> = {
  creating: { type: 'create', state: 'in progress', description: 'The machine is being made.' },
  running: { type: 'create', state: 'succeeded', description: 'The machine runs.' },
  failed: { type: 'create', state: 'failed', description: 'The machine did not boot.' },
  deleting: { type: 'delete', state: 'in progress', description: 'The machine is being deleted.' },
  deleted: { type: 'delete', state: 'succeeded', description: 'The machine is gone.' },
};

/** An address of 10.0.0.0/8 for each number; the last byte is never 0 or 255. */
function addressOf({ number }: Machine): string {
  const hosts = 254;
  const subnet = Math.floor((number - 1) / hosts);
  return `10.${(subnet >> 8) & 255}.${subnet & 255}.${((number - 1) % hosts) + 1}`;
}
