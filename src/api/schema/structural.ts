import * as z from 'zod';

/** A structural schema of apiextensions/v1: JSON Schema within the limits that Kubernetes sets. */
export interface StructuralSchema {
  readonly type: 'object' | 'array' | 'string' | 'integer' | 'number' | 'boolean';
  readonly properties?: Readonly<Record<string, StructuralSchema>>;
  readonly items?: StructuralSchema;
  readonly additionalProperties?: StructuralSchema;
  readonly [keyword: string]: unknown;
}

/** A zod schema that a CustomResourceDefinition cannot express. The message names the field. */
export class StructuralError extends Error {
  override readonly name = 'StructuralError';
  constructor(field: string, reason: string) {
    super(`${field || 'the object'}: ${reason}`);
  }
}

const COPIED = [
  'description',
  'default',
  'enum',
  'format',
  'pattern',
  'minimum',
  'maximum',
  'minLength',
  'maxLength',
  'minItems',
  'maxItems',
  'required',
  'x-kubernetes-list-type',
  'x-kubernetes-list-map-keys',
  'x-kubernetes-map-type',
  'x-kubernetes-validations',
];
const REBUILT = ['type', 'properties', 'items', 'additionalProperties', 'propertyNames'];
const TYPES = ['object', 'array', 'string', 'integer', 'number', 'boolean'];

/**
 * The structural schema of a zod schema, as its input: fields with a default are optional.
 *
 * @throws StructuralError for whatever Kubernetes would refuse or understand otherwise: unions, tuples, `any`, fields
 *   without a description.
 */
export function structuralSchemaOf(schema: z.ZodType): StructuralSchema {
  const json = z.toJSONSchema(schema, { target: 'openapi-3.0', io: 'input', reused: 'inline', cycles: 'throw' });
  return structural(json, '');
}

type Json = Readonly<Record<string, unknown>>;

function structural(json: Json, field: string): StructuralSchema {
  const foreign = Object.keys(json).find((keyword) => !COPIED.includes(keyword) && !REBUILT.includes(keyword));
  if (foreign) throw new StructuralError(field, `"${foreign}" has no place in a structural schema`);
  if (!TYPES.includes(String(json.type))) throw new StructuralError(field, 'has no type');
  const copied = Object.fromEntries(COPIED.flatMap((keyword) => (keyword in json ? [[keyword, json[keyword]]] : [])));
  return {
    type: json.type as StructuralSchema['type'],
    ...(json.type === 'integer' ? integer(copied) : copied.format === 'date-time' ? time(copied) : copied),
    ...children(json, field),
  };
}

function children(json: Json, field: string): Partial<StructuralSchema> {
  if (json.type === 'array') {
    if (!json.items) throw new StructuralError(field, 'is a list of nothing');
    return { items: structural(json.items as Json, `${field}[]`) };
  }
  if (json.type !== 'object') return {};
  const properties = Object.entries((json.properties ?? {}) as Record<string, Json>);
  if (properties.length === 0) {
    const values = json.additionalProperties;
    if (typeof values !== 'object') throw new StructuralError(field, 'is an object without known fields');
    return { additionalProperties: structural(values as Json, `${field}[]`) };
  }
  // Next to properties a structural schema may not say additionalProperties: the server prunes unknown fields, or
  // refuses them where the client asks for strict validation.
  const others = json.additionalProperties;
  if (others && Object.keys(others).length > 0) throw new StructuralError(field, 'mixes known fields with a map');
  const described = properties.map(([name, member]) => {
    const at = field ? `${field}.${name}` : name;
    if (typeof member.description !== 'string') throw new StructuralError(at, 'has no description');
    return [name, structural(member, at)] as const;
  });
  return { properties: Object.fromEntries(described) };
}

/** The bounds of the types themselves are said by `format`. */
function integer(copied: Json): Json {
  const { minimum, maximum, ...rest } = copied;
  const small = Number(minimum) >= -(2 ** 31) && Number(maximum) < 2 ** 31;
  return {
    ...rest,
    format: small ? 'int32' : 'int64',
    ...(minimum === -(2 ** 31) || minimum === Number.MIN_SAFE_INTEGER ? {} : { minimum }),
    ...(maximum === 2 ** 31 - 1 || maximum === Number.MAX_SAFE_INTEGER ? {} : { maximum }),
  };
}

/** The server knows this format and checks it by itself. */
function time(copied: Json): Json {
  const { pattern: _pattern, ...rest } = copied;
  return rest;
}
