import { unansweredFields } from '#graphql';
import { expect, inject, test } from 'vitest';
import { happened, type RecordedEvent } from './domain/event.ts';
import { openCreation } from './domain/opening.ts';
import type { StockLevel } from './domain/stock.ts';
import type { PublishedTemplate } from './domain/template.ts';
import { createProvisioningSubgraph } from './subgraph.ts';
import { openStage, person, purchase } from './testing/stage.ts';

const noon = new Date('2026-11-25T12:00:00Z');
const template: PublishedTemplate = {
  key: 'cloud-machine',
  version: 1,
  name: 'Cloud machine',
  actions: ['CREATE'],
  tasks: [{ key: 'take', name: 'Take', kind: 'RESERVE' }],
  definition: {},
  publishedAt: noon,
};

test('every field of the contract is answered', async () => {
  await using stage = await openStage(inject('postgresUrl'));
  const { schema } = createProvisioningSubgraph(stage.parts);
  const line = purchase(person().id);
  const ids = { requestId: 'prq_1', instanceId: 'ins_1' };
  const unit = { ...line, sku: 'vm', productName: 'Machine', configuration: {} };
  const { request, instance } = openCreation(ids, unit, template, noon);
  const event: RecordedEvent = {
    id: '1',
    sequence: 1,
    at: noon,
    type: 'request.created',
    actor: 'svc_orders',
    data: happened('request.created', request, 'Created.').data,
  };
  const page = { edges: [], nodes: [], pageInfo: {} };
  const edge = { node: null, cursor: '' };
  const stockLevel: StockLevel = {
    sku: 'vm',
    unlimited: false,
    onHand: 1,
    allocated: 0,
    reserved: 0,
    version: 1,
    updatedAt: noon,
  };
  const pageInfo = { hasNextPage: 0, hasPreviousPage: 0, startCursor: 0, endCursor: 0 };

  expect(
    unansweredFields(schema, {
      ProvisioningRequest: request,
      ProvisioningTask: request.tasks[0],
      ProvisioningFailure: { code: '', message: '', taskKey: null },
      ProvisioningTemplate: template,
      ProvisioningEvent: event,
      ProvisioningUpdate: { cursor: '', at: noon, event, request, instance, task: null },
      ProductInstance: instance,
      ProductVariant: { sku: '' },
      AvailabilityUpdate: { cursor: '', at: noon, variant: { sku: '' } },
      StockLevel: stockLevel,
      StockLevelConnection: page,
      StockLevelEdge: edge,
      StockPayload: { stock: [], userErrors: [] },
      Availability: { status: 'UNLIMITED', quantity: null },
      User: { id: '' },
      Order: { id: '' },
      OrderLine: { id: '' },
      ProductInstanceConnection: page,
      ProvisioningRequestConnection: page,
      ProvisioningEventConnection: page,
      ProductInstanceEdge: edge,
      ProvisioningRequestEdge: edge,
      ProvisioningEventEdge: edge,
      PageInfo: pageInfo,
      ReservationPayload: { userErrors: [] },
      StartProvisioningPayload: { requestIds: [], userErrors: [] },
      CancelProvisioningPayload: { undone: true, userErrors: [] },
      UserError: { code: '', message: '', field: null },
    }),
  ).toEqual([]);
});
