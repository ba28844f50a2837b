import type { ProvisioningTemplateResolvers } from '../generated/resolvers.ts';

export const ProvisioningTemplate: ProvisioningTemplateResolvers = {
  __resolveReference: ({ key, version }, { loaders }) => loaders.template.load({ key, version }),
};
