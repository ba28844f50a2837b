/** A subgraph gave no answer. Why is in the log already, and is nothing for clients. */
export class SubgraphUnavailable extends Error {
  override readonly name = 'SubgraphUnavailable';
  readonly subgraph: string;

  constructor(subgraph: string, cause: unknown) {
    super(`the subgraph ${subgraph} does not answer`, { cause });
    this.subgraph = subgraph;
  }
}
