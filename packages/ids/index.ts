export {
  bucketOf,
  bucketOfOwner,
  formatId,
  makeId,
  makeOwnerlessId,
  parseId,
  rowKey,
  type RowKey,
} from './ids.ts';
