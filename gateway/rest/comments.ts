import { TokenKind, type ASTNode } from 'graphql';

/** The comment right above a node, which describes it: operations have no descriptions in this GraphQL. */
export function commentAbove({ loc }: ASTNode): string {
  const lines: string[] = [];
  let below = loc?.startToken;
  for (
    let token = below?.prev;
    below && token?.kind === TokenKind.COMMENT && token.line === below.line - 1;
    token = token.prev
  ) {
    lines.unshift(token.value.trim());
    below = token;
  }
  return lines.join(' ');
}
