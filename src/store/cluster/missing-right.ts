import { BERTH_NAMESPACE, DAEMONS } from '../../api/access.ts';

/** How an API server words what RBAC denies to a ServiceAccount. */
const DENIED =
  /User "system:serviceaccount:[^":]+:([^":]+)" cannot ([a-z]+) resource "([^"]+)" in API group "([^"]*)"(?: in the namespace "([^"]+)")?/;

/**
 * What to do about a refusal for which a right is missing that Berth's manifests grant: undefined for every other one, such
 * as one of a user's own.
 *
 * @param message of the API server
 */
export function missingRight(message: string): string | undefined {
  const [, account, verb, resource, group, namespace] = DENIED.exec(message) ?? [];
  const access = DAEMONS.find(({ name }) => name === account)?.access ?? [];
  const isGranted = access.some(
    (row) =>
      row.group === group &&
      row.resource === resource &&
      row.verbs.some((granted) => granted === verb) &&
      (!row.ownNamespace || namespace === BERTH_NAMESPACE),
  );
  if (!isGranted) return undefined;
  return `give ${account} the right ${verb} on ${resource} again: manifests/rbac.yaml grants it`;
}
