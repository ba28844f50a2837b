/** What the actions and loaders hand to the resolvers; read when the resolvers' types are generated. */
export const contextType = 'ProvisioningContext';

export const mappers = {
  AvailabilityUpdate: '../domain/availability.ts#AvailabilityUpdate as AvailabilityUpdateModel',
  ProductInstance: '../domain/instance.ts#ProductInstance as InstanceModel',
  ProvisioningEvent: '../domain/event.ts#RecordedEvent',
  ProvisioningRequest: '../domain/request.ts#ProvisioningRequest as RequestModel',
  ProvisioningTask: '../domain/task.ts#Task',
  ProvisioningTemplate: '../domain/template.ts#PublishedTemplate',
  ProductVariant: '../domain/availability.ts#StockedVariant',
  StockLevel: '../domain/stock.ts#StockLevel as StockModel',
};
