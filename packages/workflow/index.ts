export type { Run, Workflow } from './run.ts';
export { Saga } from './saga.ts';
export { migrateWorkflowTables, sendMessage, startWorkflow, startWorkflows } from './workflows.ts';
