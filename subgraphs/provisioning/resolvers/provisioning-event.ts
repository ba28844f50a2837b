import type { ProvisioningEventResolvers } from '../generated/resolvers.ts';

export const ProvisioningEvent: ProvisioningEventResolvers = {
  message: ({ data }) => data.message,
  requestStatus: ({ data }) => data.status,
  taskKey: ({ data }) => data.taskKey ?? null,
  taskStatus: ({ data }) => data.taskStatus ?? null,
  instanceStatus: ({ data }) => data.instanceStatus ?? null,
};
