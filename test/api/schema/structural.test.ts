import { describe, expect, it } from 'vitest';
import * as z from 'zod';
import { structuralSchemaOf } from '../../../src/api/schema/structural.ts';

const text = z.string().describe('Text.');
const inObject = (member: z.ZodType) => z.strictObject({ member: member.describe('A member.') });

describe('structuralSchemaOf', () => {
  it('takes what a default makes optional as optional, and says the default', () => {
    const schema = z.strictObject({ needed: text, filled: text.default('x'), absent: text.optional() });
    expect(structuralSchemaOf(schema)).toEqual({
      type: 'object',
      required: ['needed'],
      properties: {
        needed: { type: 'string', description: 'Text.' },
        filled: { type: 'string', description: 'Text.', default: 'x' },
        absent: { type: 'string', description: 'Text.' },
      },
    });
  });

  it.each([
    ['any integer', z.int(), { type: 'integer', format: 'int64' }],
    ['a small integer', z.int32(), { type: 'integer', format: 'int32' }],
    ['a bounded integer', z.int32().min(1).max(100), { type: 'integer', format: 'int32', minimum: 1, maximum: 100 }],
    ['a count', z.int().min(0), { type: 'integer', format: 'int64', minimum: 0 }],
    ['a time', z.iso.datetime({ offset: true }), { type: 'string', format: 'date-time' }],
    ['a map', z.record(z.string(), z.string()), { type: 'object', additionalProperties: { type: 'string' } }],
    [
      'a list with its rules',
      z.array(z.string().max(3)).max(2).meta({ 'x-kubernetes-list-type': 'set' }),
      { type: 'array', maxItems: 2, items: { type: 'string', maxLength: 3 }, 'x-kubernetes-list-type': 'set' },
    ],
    [
      'an object that lets others through',
      z.looseObject({ a: text }),
      { type: 'object', required: ['a'], properties: { a: { type: 'string', description: 'Text.' } } },
    ],
  ])('%s', (_title, schema, expected) => {
    expect(structuralSchemaOf(schema)).toEqual(expected);
  });

  it.each([
    ['a union', z.union([z.string(), z.int()])],
    ['a union of objects', z.union([inObject(z.string()), inObject(z.int())])],
    ['a tuple', z.tuple([z.string(), z.string()])],
    ['any value', z.any()],
    ['an unknown value', z.unknown()],
    ['null', z.null()],
    ['a nullable value', z.string().nullable()],
    ['exclusive bounds', z.number().gt(0)],
    ['an object without fields', z.strictObject({})],
    ['a map of anything', z.record(z.string(), z.unknown())],
    ['fields beside a map', z.object({ a: text }).catchall(z.string())],
  ])('refuses %s and names the field', (_title, schema) => {
    expect(() => structuralSchemaOf(inObject(schema))).toThrow(/^member/);
  });

  it('refuses a field that explains nothing', () => {
    expect(() => structuralSchemaOf(z.strictObject({ a: z.strictObject({ b: z.string() }).describe('A.') }))).toThrow(
      'a.b: has no description',
    );
  });
});
