import { ConfigError } from '#service';
import {
  Kind,
  parse,
  print,
  separateOperations,
  specifiedRules,
  validate,
  visit,
  type DefinitionNode,
  type DocumentNode,
  type FieldNode,
  type FragmentDefinitionNode,
  type GraphQLField,
  type GraphQLSchema,
  type OperationDefinitionNode,
} from 'graphql';
import { commentAbove } from './comments.ts';
import { addressOf, isMethod, withMethods, type Method } from './methods.ts';
import { pagingOf, type Paging } from './paging.ts';
import { parametersOf, type Parameter } from './parameters.ts';
import { outcomeOf, type Outcome } from './payload.ts';
import type { RestFile } from './read-files.ts';

/** A named operation, and the address at which it is answered. */
export interface RestOperation {
  readonly name: string;
  /** For people. */
  readonly description: string;
  readonly method: Method;
  /** Such as `/api/v1/products/{slug}`. */
  readonly path: string;
  readonly parameters: readonly Parameter[];
  /** As the gateway is asked, with the fragments that it needs. */
  readonly query: string;
  /** The one field of it. */
  readonly root: FieldNode;
  readonly rootField: GraphQLField<unknown, unknown>;
  /** What of its value is the answer. */
  readonly outcome: Outcome;
  /** How its pages are asked for, when it has pages. */
  readonly paging: Paging | undefined;
  readonly fragments: ReadonlyMap<string, FragmentDefinitionNode>;
}

export const basePath = '/api/v1/';

/**
 * The routes of these files, the most particular first.
 * @throws ConfigError that names the file, when one of them is nothing that this schema can answer.
 */
export function readOperations(
  files: readonly RestFile[],
  schema: GraphQLSchema,
): readonly RestOperation[] {
  const owners = new Map<string, string>();
  const paths = new Map<string, string>();

  /** Each name and each address stands for one thing, whichever file it is in. */
  function claim(what: string, file: string): void {
    const other = owners.get(what);
    if (other !== undefined) throw new ConfigError(file, `has ${what}, as ${other} has`);
    owners.set(what, file);
  }

  const extended = withMethods(schema);
  const operations = files.flatMap((file) => {
    const document = readDocument(file, extended);
    const fragments = fragmentsOf(document);
    for (const name of fragments.keys()) claim(`a fragment ${name}`, file.name);
    return Object.values(separateOperations(document)).map((separate) => {
      const operation = readOperation(separate, fragments, schema, (complaint) => {
        throw new ConfigError(file.name, complaint);
      });
      claim(`an operation ${operation.name}`, file.name);
      const { method, path } = operation;
      const shape = path.replaceAll(/\{.*?\}/g, '{}');
      claim(`a route ${method} ${shape}`, file.name);
      // In OpenAPI they would be one address with two names.
      const other = paths.get(shape) ?? path;
      if (other !== path)
        throw new ConfigError(file.name, `has ${path}, which is ${other} already`);
      paths.set(shape, path);
      return operation;
    });
  });
  return operations.toSorted(byPath);
}

/** `/a/b` comes before `/a/{b}`, which would take its requests. */
function byPath({ path: left }: RestOperation, { path: right }: RestOperation): number {
  return left < right ? -1 : left === right ? 0 : 1; // no letter comes after a brace
}

function readDocument({ name, text }: RestFile, schema: GraphQLSchema): DocumentNode {
  let document: DocumentNode;
  try {
    document = parse(text);
  } catch (cause) {
    throw new ConfigError(name, cause instanceof Error ? cause.message : 'is no GraphQL', {
      cause,
    });
  }
  const [error] = validate(schema, document, specifiedRules);
  if (!error) return document;
  const line = error.locations?.[0]?.line ?? 1;
  throw new ConfigError(name, `line ${line}: ${error.message}`);
}

function fragmentsOf({ definitions }: DocumentNode): ReadonlyMap<string, FragmentDefinitionNode> {
  return new Map(
    definitions.flatMap((definition) =>
      definition.kind === Kind.FRAGMENT_DEFINITION ? [[definition.name.value, definition]] : [],
    ),
  );
}

function readOperation(
  document: DocumentNode,
  fragments: ReadonlyMap<string, FragmentDefinitionNode>,
  schema: GraphQLSchema,
  complain: (complaint: string) => never,
): RestOperation {
  const definition = document.definitions.find(isOperation);
  const name = definition?.name?.value;
  if (!definition || name === undefined) return complain('has an operation without a name');
  const address = addressOf(definition);
  if (!address) return complain(`${name} must say once where it is: @get(path: "…")`);
  const { method, path } = address;
  if (!isPath(path)) {
    return complain(`${name} has no path such as "${basePath}things/{id}": ${path}`);
  }
  const [root, ...others] = definition.selectionSet.selections;
  if (root?.kind !== Kind.FIELD || others.length > 0) {
    return complain(`${name} must select one field, whose value is the answer`);
  }
  const rootField = schema.getRootType(definition.operation)?.getFields()[root.name.value];
  if (!rootField) return complain(`${name} selects nothing that can be described`);
  if (isConditional(document)) {
    return complain(`${name} has conditions: an answer has the same fields each time`);
  }
  const parameters = parametersOf(definition, root, rootField, path, schema);
  if (parameters instanceof Error) return complain(`${name}: ${parameters.message}`);
  const outcome = outcomeOf(root, rootField.type, fragments);
  if (outcome instanceof Error) return complain(`${name}: ${outcome.message}`);
  return {
    name,
    description: commentAbove(definition),
    method,
    path,
    parameters,
    query: print(withoutDirectives(document)),
    root,
    rootField,
    outcome,
    paging: pagingOf(parameters, root, fragments),
    fragments,
  };
}

function isOperation(node: DefinitionNode): node is OperationDefinitionNode {
  return node.kind === Kind.OPERATION_DEFINITION;
}

function isPath(path: string): boolean {
  return path.startsWith(basePath) && /^(\/(\{\w+\}|[\w.-]+))+$/.test(path);
}

function isConditional(document: DocumentNode): boolean {
  let found = false;
  visit(document, {
    Directive: ({ name }) => {
      found ||= !isMethod(name.value);
    },
  });
  return found;
}

function withoutDirectives(document: DocumentNode): DocumentNode {
  return visit(document, { Directive: () => null });
}
