import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** Requests of ServiceAccounts, once each: a watch when it begins, another when it is answered. */
const POLICY = {
  apiVersion: 'audit.k8s.io/v1',
  kind: 'Policy',
  omitStages: ['RequestReceived'],
  rules: [{ level: 'Metadata', userGroups: ['system:serviceaccounts'] }],
};

/** One request to the API server, as RBAC sees it. A watch is there a second time when it has ended. */
export interface AuditedRequest {
  /** The same for all that is written down of one request. */
  readonly id: string;
  /** When it arrived, in milliseconds since 1970. */
  readonly receivedAt: number;
  readonly user: string;
  readonly verb: string;
  /** `''` for the core group. */
  readonly group: string;
  /** With its subresource, such as `services/status`. */
  readonly resource: string;
  /** `''` for all of them, and for what is in none. */
  readonly namespace: string;
  /** `''` where the request is for no object in particular. */
  readonly name: string;
  /** By RBAC and by admission. */
  readonly isAllowed: boolean;
}

/** A line of the log (audit.k8s.io/v1 `Event`), as far as it is read here. */
interface AuditEvent {
  readonly auditID: string;
  readonly requestReceivedTimestamp: string;
  readonly verb: string;
  readonly user: { readonly username: string };
  readonly objectRef?: {
    readonly apiGroup?: string;
    readonly resource?: string;
    readonly subresource?: string;
    readonly namespace?: string;
    readonly name?: string;
  };
  readonly responseStatus?: { readonly code?: number };
}

/** What the API server writes down of who asked it for what. */
export class AuditLog {
  private constructor(
    /** What the API server has to be told on its command line. */
    readonly flags: readonly string[],
    readonly file: string,
  ) {}

  static async create(folder: string): Promise<AuditLog> {
    const policy = join(folder, 'audit-policy.json');
    const file = join(folder, 'audit.log');
    await writeFile(policy, JSON.stringify(POLICY));
    return new AuditLog([`--audit-policy-file=${policy}`, `--audit-log-path=${file}`], file);
  }

  /** What ServiceAccounts have asked for so far, in the order of the answers. */
  async requests(): Promise<readonly AuditedRequest[]> {
    const lines = (await readFile(this.file, 'utf8')).split('\n').slice(0, -1);
    return lines.map((line) => requestOf(JSON.parse(line) as AuditEvent));
  }
}

function requestOf(event: AuditEvent): AuditedRequest {
  const { verb, user, objectRef = {}, responseStatus } = event;
  const { apiGroup: group = '', resource = '', subresource, namespace = '', name = '' } = objectRef;
  return {
    id: event.auditID,
    receivedAt: Date.parse(event.requestReceivedTimestamp),
    user: user.username,
    verb,
    group,
    resource: subresource === undefined ? resource : `${resource}/${subresource}`,
    namespace,
    name,
    isAllowed: responseStatus?.code !== 403,
  };
}
