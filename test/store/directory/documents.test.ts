import { describe, expect, it } from 'vitest';
import { duplicateFaults, readDocuments } from '../../../src/store/directory/documents.ts';
import { formatFault } from '../../../src/store/directory/source-fault.ts';

const POOL = 'apiVersion: berth.dev/v1beta1\nkind: IPAddressPool\nmetadata:\n  name: public\n';

function faultsOf(text: string): string[] {
  return readDocuments(text, 'a.yaml').faults.map(formatFault);
}

function namesOf(text: string): string[] {
  return readDocuments(text, 'a.yaml').objects.map(
    ({ object, line }) => `${object.kind}/${object.metadata.name}:${line}`,
  );
}

describe('readDocuments', { timeout: 30_000 }, () => {
  it.each([
    ['nothing', '', []],
    ['a comment', '# only this\n', []],
    ['empty documents', '---\n---\n# x\n---\n...\n', []],
    ['one document', `${POOL}spec: {addresses: [192.0.2.0/24]}\n`, ['IPAddressPool/public:1']],
    [
      'several',
      `# x\n---\nkind: Service\napiVersion: v1\nmetadata: {name: web}\n---\n${POOL}spec: {addresses: [192.0.2.0/24]}`,
      ['Service/web:3', 'IPAddressPool/public:7'],
    ],
    ['a byte order mark', '\uFEFFapiVersion: v1\nkind: Node\nmetadata: {name: n1}\n', ['Node/n1:1']],
    ['CRLF', 'apiVersion: v1\r\nkind: Node\r\nmetadata:\r\n  name: n1\r\n', ['Node/n1:1']],
    ['JSON with tabs', '{\n\t"apiVersion": "v1",\n\t"kind": "Node",\n\t"metadata": {"name": "n1"}\n}\n', ['Node/n1:1']],
    [
      'a List',
      'apiVersion: v1\nkind: List\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata: {name: n1}\n- {apiVersion: v1, kind: Node, metadata: {name: n2}}\n',
      ['Node/n1:4', 'Node/n2:7'],
    ],
    ['a typed list', 'apiVersion: v1\nkind: NodeList\nitems:\n- metadata: {name: n1}\n', ['Node/n1:4']],
    [
      'an alias and a merge key',
      'apiVersion: v1\nkind: Node\nmetadata: {name: n1, labels: &l {a: b}}\nspec: {x: {<<: *l}, y: *l}\n',
      ['Node/n1:1'],
    ],
  ])('reads %s', (_, text, names) => {
    expect(faultsOf(text)).toEqual([]);
    expect(namesOf(text)).toEqual(names);
  });

  it.each([
    [
      'a field',
      `${POOL}spec:\n  addresses:\n  - 192.0.2.0/24\n  - nonsense\n`,
      /^a\.yaml:8: IPAddressPool\/public: spec\.addresses\[1\]: /,
    ],
    [
      'a field in flow style',
      `${POOL}spec: {addresses: [192.0.2.0/24,\n  nonsense]}\n`,
      /^a\.yaml:6: IPAddressPool\/public: spec\.addresses\[1\]: /,
    ],
    [
      'an unknown field',
      `${POOL}spec:\n  addresses: [192.0.2.0/24]\n  adresses: []\n`,
      /^a\.yaml:7: IPAddressPool\/public: spec\.adresses: /,
    ],
    [
      'a missing field, at its parent',
      `${POOL}spec:\n  autoAssign: true\n`,
      /^a\.yaml:5: IPAddressPool\/public: spec\.addresses: /,
    ],
    [
      'a label',
      'apiVersion: v1\nkind: Node\nmetadata:\n  name: n1\n  labels:\n    a.b/c: x\n    d.e/f: 1\n',
      /^a\.yaml:7: Node\/n1: metadata\.labels\[d\.e\/f\]: /,
    ],
    [
      'an entry of a List',
      'kind: List\napiVersion: v1\nitems:\n- apiVersion: v1\n  kind: Node\n  metadata:\n    name: N\n',
      /^a\.yaml:7: Node\/N: metadata\.name: /,
    ],
    [
      'a namespaced object',
      'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: prod}\nspec:\n  type: Other\n',
      /^a\.yaml:5: Service\/prod\/web: spec\.type: /,
    ],
    ['a document that is no object', '---\n- a\n', /^a\.yaml:2: is not an object/],
    ['a scalar document', 'hello\n', /^a\.yaml:1: is not an object/],
    ['a missing apiVersion', 'kind: Node\nmetadata: {name: n1}\n', /^a\.yaml:1: Node\/n1: apiVersion: is required/],
    ['a kind that is a number', 'apiVersion: v1\nkind: 1\n', /^a\.yaml:2: kind: is required/],
    [
      'an unknown kind of ours',
      'apiVersion: berth.dev/v1beta1\nkind: IPAddresPool\nmetadata: {name: x}\n',
      /^a\.yaml:2: IPAddresPool\/x: kind: is no kind of berth\.dev .*: did you mean IPAddressPool\?$/,
    ],
    [
      'a kind of ours that is like none',
      'apiVersion: berth.dev/v1beta1\nkind: Mooring\nmetadata: {name: x}\n',
      /: known are IPAddressPool, L2Advertisement, /,
    ],
    [
      'an unknown version of ours',
      'apiVersion: berth.dev/v9\nkind: IPAddressPool\nmetadata: {name: x}\n',
      /^a\.yaml:1: IPAddressPool\/x: apiVersion: is berth\.dev\/v9.*use berth\.dev\/v1beta1/,
    ],
  ])('names %s', (_, text, expected) => {
    const faults = faultsOf(text);
    expect(faults).toHaveLength(1);
    expect(faults[0]).toMatch(expected);
  });

  it('names all faults of all documents, and reads the good ones', () => {
    const text = `${POOL}spec: {addresses: [x, y]}\n---\napiVersion: v1\nkind: Node\nmetadata: {name: n1}\n---\nkind: Node\n`;
    expect(faultsOf(text).map((fault) => fault.split(':')[1])).toEqual(['5', '5', '11']);
    expect(namesOf(text)).toEqual(['Node/n1:7']);
  });

  it('skips and counts kinds of others', () => {
    const text = 'apiVersion: apps/v1\nkind: Deployment\nmetadata: {name: x}\n---\napiVersion: v2\nkind: Service\n';
    const { objects, faults, skipped } = readDocuments(text, 'a.yaml');
    expect({ objects, faults }).toEqual({ objects: [], faults: [] });
    expect(skipped).toEqual([
      { file: 'a.yaml', line: 1, apiVersion: 'apps/v1', kind: 'Deployment' },
      { file: 'a.yaml', line: 5, apiVersion: 'v2', kind: 'Service' },
    ]);
  });

  it('finds two objects of one kind and name, naming both places', () => {
    const web = 'apiVersion: v1\nkind: Service\nmetadata: {name: web, namespace: default}\n';
    const { objects } = readDocuments(`${web}---\n${web.replace(', namespace: default', '')}`, 'a.yaml');
    const other = readDocuments(web.replace('default', 'other'), 'b.yaml').objects;
    const again = readDocuments(web, 'c.yaml').objects;
    expect(duplicateFaults([...objects, ...other, ...again]).map(formatFault)).toEqual([
      'a.yaml:5: Service/default/web: is defined in a.yaml:1 as well: remove one of the two',
      'c.yaml:1: Service/default/web: is defined in a.yaml:1 as well: remove one of the two',
    ]);
  });

  it('tells a blank text from one that says nothing', () => {
    expect(readDocuments(' \n\t\n', 'a.yaml').blank).toBe(true);
    expect(readDocuments('# all commented out\n', 'a.yaml').blank).toBe(false);
  });
});
