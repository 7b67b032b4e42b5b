import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { parseAllDocuments } from 'yaml';
import { rbacFile } from '../../manifests/rbac-file.ts';
import { BERTH_NAMESPACE, DAEMONS } from '../../src/api/access.ts';

const text = readFileSync(new URL('../../manifests/rbac.yaml', import.meta.url), 'utf8');

describe('manifests/rbac.yaml', () => {
  it('is what the tables say (else: npm run generate)', () => {
    expect(text).toBe(rbacFile());
  });

  it('gives no right by a wildcard, and none to anybody but the ServiceAccounts of the daemons', () => {
    expect(text).not.toContain('*');
    const objects = parseAllDocuments(text).map((document) => document.toJS());
    const subjects = objects.flatMap(({ subjects = [] }) => subjects);
    const accounts = DAEMONS.map(({ name }) => ({ kind: 'ServiceAccount', name, namespace: BERTH_NAMESPACE }));
    expect(subjects).toEqual(accounts.flatMap((account) => [account, account]));
  });

  it('says with each rule why', () => {
    const rules = text.match(/^ {2}- apiGroups:/gm) ?? [];
    const reasoned = text.match(/^ {2}# .+\.\n {2}- apiGroups:/gm) ?? [];
    expect(rules).toHaveLength(DAEMONS.flatMap(({ access }) => access).length);
    expect(reasoned).toHaveLength(rules.length);
  });
});

describe.each(DAEMONS)('$name', ({ access }) => {
  it('asks for nothing twice', () => {
    const asked = access.flatMap(({ group, resource, ownNamespace, names = [''], verbs }) =>
      names.flatMap((name) => verbs.map((verb) => `${verb} ${group}/${resource} ${ownNamespace ?? ''} ${name}`)),
    );
    expect(new Set(asked).size).toBe(asked.length);
  });

  it('restricts by name only what Kubernetes can restrict by name', () => {
    const loose = access.filter(({ names, verbs }) => names && verbs.some((verb) => /create|list|watch/.test(verb)));
    expect(loose).toEqual([]);
  });
});
