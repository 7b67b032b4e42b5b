import type { SecureContextOptions } from 'node:tls';

/** What one request shows the API server. */
export interface Authorization {
  readonly headers: Readonly<Record<string, string>>;
  readonly tls: TlsOptions;
}

/** The certificates of a connection. Connections are shared by requests with equal ones. */
export interface TlsOptions extends Pick<SecureContextOptions, 'ca' | 'cert' | 'key'> {
  readonly servername?: string;
  /** False only where a kubeconfig says `insecure-skip-tls-verify`. */
  readonly rejectUnauthorized?: boolean;
}

/** Where the API server is and how to prove to it who we are. */
export interface Credentials {
  readonly server: URL;
  /** The namespace that a command looks at unless it is told another: that of the kubeconfig's context. */
  readonly namespace?: string | undefined;
  /** @throws Error that says which file or plugin failed */
  authorize(): Promise<Authorization>;
  /** The server did not accept what was shown: read it anew at the next call. */
  refresh(): void;
}
