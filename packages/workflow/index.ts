export { mayPass } from './may-pass.ts';
export type { Run } from './run.ts';
export { Saga } from './saga.ts';
export {
  migrateWorkflowTables,
  sendMessage,
  startWorkflow,
  startWorkflows,
  type Workflow,
} from './workflows.ts';
