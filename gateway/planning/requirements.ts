import {
  Kind,
  parse,
  type DocumentNode,
  type EnumTypeDefinitionNode,
  type SelectionSetNode,
} from 'graphql';
import { textOf } from './directives.ts';
import { fieldOf, typeDefinitionsOf } from './type-definitions.ts';

/** What a subgraph has to know before it answers a field, if `@requires` says so there. */
export type RequirementOf = (
  service: string,
  type: string,
  field: string,
) => SelectionSetNode | undefined;

export function requirementsOf(document: DocumentNode): RequirementOf {
  const types = typeDefinitionsOf(document);
  const services = servicesOf(document);

  function ownRequirement(service: string, type: string, field: string) {
    const join = fieldOf(types.get(type), field)?.directives?.find(
      (directive) =>
        directive.name.value === 'join__field' &&
        services.get(textOf(directive, 'graph') ?? '') === service &&
        textOf(directive, 'requires') !== undefined,
    );
    const requires = join && textOf(join, 'requires');
    return requires === undefined ? undefined : fieldSet(requires);
  }

  return (service, type, field) => {
    const interfaces = types.get(type)?.interfaces ?? [];
    // A field that a subgraph gives to an interface is a field of its objects.
    return [type, ...interfaces.map(({ name }) => name.value)]
      .values()
      .map((holder) => ownRequirement(service, holder, field))
      .find((requirement) => requirement !== undefined);
  };
}

/** The selections of a text such as that of `@requires`, which may have braces around it. */
export function fieldSet(text: string): SelectionSetNode {
  const source = text.trimStart().startsWith('{') ? text : `{ ${text} }`;
  const [definition] = parse(source, { noLocation: true }).definitions;
  if (definition?.kind !== Kind.OPERATION_DEFINITION) throw new TypeError('no field set');
  return definition.selectionSet;
}

/** The names of subgraphs, by those that the supergraph has for them. */
export function servicesOf({ definitions }: DocumentNode): ReadonlyMap<string, string> {
  const graphs = definitions.find(
    (definition): definition is EnumTypeDefinitionNode =>
      definition.kind === Kind.ENUM_TYPE_DEFINITION && definition.name.value === 'join__Graph',
  );
  return new Map(
    (graphs?.values ?? []).flatMap(({ name, directives = [] }) =>
      directives.flatMap((directive) => {
        const service = textOf(directive, 'name');
        return service === undefined ? [] : [[name.value, service] as const];
      }),
    ),
  );
}
