/**
 * Why a session last left the state Up, in the words of RFC 5880 section 4.1 (Diagnostic). The index is the code on the
 * wire; 9 to 31 are reserved.
 */
export const DIAGNOSTICS = [
  'No Diagnostic',
  'Control Detection Time Expired',
  'Echo Function Failed',
  'Neighbor Signaled Session Down',
  'Forwarding Plane Reset',
  'Path Down',
  'Concatenated Path Down',
  'Administratively Down',
  'Reverse Concatenated Path Down',
] as const;
export type Diagnostic = (typeof DIAGNOSTICS)[number];

/** The diagnostic for a code, 0 to 31; a reserved one says nothing and reads as `No Diagnostic`. */
export function diagnosticOf(code: number): Diagnostic {
  return DIAGNOSTICS[code] ?? 'No Diagnostic';
}

/** The code on the wire, 0 to 8. */
export function codeOfDiagnostic(diagnostic: Diagnostic): number {
  return DIAGNOSTICS.indexOf(diagnostic);
}
