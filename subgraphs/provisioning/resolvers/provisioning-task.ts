import type { ProvisioningTaskResolvers } from '../generated/resolvers.ts';

export const ProvisioningTask: ProvisioningTaskResolvers = {
  id: ({ requestId, key }) => `${requestId}:${key}`,
};
