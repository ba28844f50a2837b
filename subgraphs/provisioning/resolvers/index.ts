import { DateTime } from '#graphql';
import type { Resolvers } from '../generated/resolvers.ts';
import { Mutation } from './mutation.ts';
import { OrderLine } from './order-line.ts';
import { ProductInstance } from './product-instance.ts';
import { ProductVariant } from './product-variant.ts';
import { ProvisioningEvent } from './provisioning-event.ts';
import { ProvisioningRequest } from './provisioning-request.ts';
import { ProvisioningTask } from './provisioning-task.ts';
import { ProvisioningTemplate } from './provisioning-template.ts';
import { Query } from './query.ts';
import { StockLevel } from './stock-level.ts';
import { Subscription } from './subscription.ts';
import { User } from './user.ts';

export const resolvers: Resolvers = {
  Query,
  Mutation,
  Subscription,
  OrderLine,
  StockLevel,
  ProductInstance,
  ProductVariant,
  ProvisioningEvent,
  ProvisioningRequest,
  ProvisioningTask,
  ProvisioningTemplate,
  User,
  DateTime,
};
