import { Kind, type ConstDirectiveNode, type DirectiveNode, type ValueNode } from 'graphql';

export function argumentOf(directive: DirectiveNode, name: string): ValueNode | undefined {
  return directive.arguments?.find((argument) => argument.name.value === name)?.value;
}

/** The text, or the name, that an argument is. */
export function textOf(directive: DirectiveNode, name: string): string | undefined {
  const value = argumentOf(directive, name);
  return value?.kind === Kind.STRING || value?.kind === Kind.ENUM ? value.value : undefined;
}

/** The directive with another text for an argument that it has. */
export function withText(
  directive: ConstDirectiveNode,
  name: string,
  value: string,
): ConstDirectiveNode {
  const args = directive.arguments?.map((argument) =>
    argument.name.value === name
      ? { ...argument, value: { kind: Kind.STRING, value } as const }
      : argument,
  );
  return { ...directive, arguments: args ?? [] };
}
