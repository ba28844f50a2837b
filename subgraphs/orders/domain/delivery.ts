/** How far provisioning has come with one unit of an order line, as its events told. */
export interface DeliveryRequest {
  readonly id: string;
  readonly orderLineId: string;
  readonly instanceId: string;
  readonly action: string;
  readonly status: string;
  /** 0 to 1. */
  readonly progress: number;
  readonly failure: { readonly code: string; readonly message: string } | null;
}

export type LineDelivery = 'UNDER_WAY' | 'DELIVERED' | 'FAILED';

const succeeded = 'SUCCEEDED';
const final = new Set([succeeded, 'FAILED', 'COMPENSATED', 'CANCELLED']);

export function isFinal({ status }: Pick<DeliveryRequest, 'status'>): boolean {
  return final.has(status);
}

/** A line is delivered when each of its units is; it has failed when all have ended and one has not succeeded. */
export function deliveryOf(
  line: { readonly id: string; readonly quantity: number },
  requests: readonly DeliveryRequest[],
): LineDelivery {
  const created = requests.filter(
    ({ orderLineId, action }) => orderLineId === line.id && action === 'CREATE',
  );
  if (created.length < line.quantity || !created.every(isFinal)) return 'UNDER_WAY';
  return created.every(({ status }) => status === succeeded) ? 'DELIVERED' : 'FAILED';
}
