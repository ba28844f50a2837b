import { formatId, rowKey, type RowKey } from '#ids';
import type { Cart } from '../domain/cart.ts';
import type { DeliveryRequest } from '../domain/delivery.ts';
import type { Configuration, Recurrence } from '../domain/offer.ts';
import type { Order, OrderLine } from '../domain/order.ts';
import type { Payment, PaymentMethod } from '../domain/payment.ts';
import { Prisma } from '../generated/prisma/client.ts';

export const withLines = { lines: { orderBy: { position: 'asc' } } } satisfies Prisma.CartInclude;

export const withParts = {
  lines: { orderBy: { position: 'asc' } },
  payments: { orderBy: { id: 'asc' } },
} satisfies Prisma.OrderInclude;

export type CartRow = Prisma.CartGetPayload<{ include: typeof withLines }>;
export type OrderRow = Prisma.OrderGetPayload<{ include: typeof withParts }>;

/** The uuid in an id that our own domain made. @throws TypeError for any other text. */
export function keyOf(prefix: string, id: string): RowKey {
  const key = rowKey(prefix, id);
  if (key === undefined) throw new TypeError(`${id} is not an id of kind ${prefix}`);
  return key;
}

export function toCart(row: CartRow): Cart {
  const { id, ownerId, currency, ordered, version, createdAt, expiresAt } = row;
  return {
    id: formatId('crt', id),
    ownerId: ownerId === null ? null : formatId('usr', ownerId),
    currency,
    lines: row.lines.map((line) => ({
      id: formatId('cln', line.id),
      sku: line.sku,
      productName: line.productName,
      quantity: line.quantity,
      unitPrice: { amount: decimal(line.unitPrice), currency },
      recurrence: toRecurrence(line),
      configuration: toConfiguration(line.configuration),
      templateKey: line.templateKey,
    })),
    ordered,
    version,
    createdAt,
    expiresAt,
  };
}

export function toOrder(row: OrderRow): Order {
  const { currency, failureCode, failureMessage, failureStep } = row;
  const id = formatId('ord', row.id);
  return {
    id,
    number: row.number,
    ownerId: formatId('usr', row.ownerId),
    status: row.status,
    currency,
    lines: row.lines.map((line) => toLine(line, id, currency)),
    payments: row.payments.map(toPayment),
    paymentMethod: row.paymentMethod,
    failure:
      failureCode === null
        ? null
        : { code: failureCode, message: failureMessage ?? '', step: failureStep ?? '' },
    version: row.version,
    placedAt: row.placedAt,
    updatedAt: row.updatedAt,
    completedAt: row.completedAt,
    cancelRequestedAt: row.cancelRequestedAt,
    capturingAt: row.capturingAt,
  };
}

function toLine(row: OrderRow['lines'][number], orderId: string, currency: string): OrderLine {
  return {
    id: formatId('oln', row.id),
    orderId,
    sku: row.sku,
    productName: row.productName,
    quantity: row.quantity,
    periods: row.periods,
    unitPrice: { amount: decimal(row.unitPrice), currency },
    recurrence: toRecurrence(row),
    total: { amount: decimal(row.total, currency), currency },
    configuration: toConfiguration(row.configuration),
    templateKey: row.templateKey,
    status: row.status,
  };
}

function toPayment(row: OrderRow['payments'][number]): Payment {
  const { currency, failureCode } = row;
  return {
    id: formatId('pay', row.id),
    status: row.status,
    amount: { amount: decimal(row.amount, currency), currency },
    captured: { amount: decimal(row.captured, currency), currency },
    refunded: { amount: decimal(row.refunded, currency), currency },
    providerId: row.providerId,
    method: row.method as unknown as PaymentMethod | null, // written by ourselves, as it is
    failure:
      failureCode === null
        ? null
        : {
            code: failureCode,
            message: row.failureMessage ?? '',
            retryable: row.failureRetryable ?? false,
          },
    createdAt: row.createdAt,
  };
}

export function toRequest(row: Prisma.ProvisioningRequestGetPayload<object>): DeliveryRequest {
  return {
    id: formatId('prq', row.id),
    orderLineId: formatId('oln', row.orderLineId),
    instanceId: formatId('ins', row.instanceId),
    action: row.action,
    status: row.status,
    progress: row.progress,
    failure:
      row.failureCode === null
        ? null
        : { code: row.failureCode, message: row.failureMessage ?? '' },
  };
}

/** JSON as Prisma takes it, where null means that there is none. */
export function json(value: Configuration | PaymentMethod | null) {
  return value === null ? Prisma.DbNull : (value as unknown as Prisma.InputJsonValue);
}

function toConfiguration(value: Prisma.JsonValue): Configuration | null {
  return typeof value === 'object' && !Array.isArray(value) ? value : null;
}

function toRecurrence(row: Pick<CartRow['lines'][number], 'period' | 'periodCount'>) {
  const { period, periodCount } = row;
  return period === null ? null : ({ period, periodCount: periodCount ?? 1 } satisfies Recurrence);
}

/** As text, exactly: toString() would write 1e-7. With a currency, in its own digits. */
function decimal(value: Prisma.Decimal, currency?: string): string {
  if (currency === undefined) return value.toFixed();
  const format = new Intl.NumberFormat('en', { style: 'currency', currency });
  return value.toFixed(format.resolvedOptions().maximumFractionDigits ?? 2);
}
