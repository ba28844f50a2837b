export {
  bucketOf,
  bucketOfOwner,
  formatId,
  makeId,
  makeOwnerlessId,
  parseId,
  rowKey,
  type ParsedId,
  type RowKey,
} from './ids.ts';
