import { type KubernetesObject, keyOf, keyText } from '../api/object.ts';
import { DOCTOR_FINDINGS, type DoctorFinding } from '../api/reasons/doctor.ts';
import type { Finding } from '../explain/finding.ts';
import type { Situation } from '../explain/situation.ts';

/** What is examined. */
export interface Patient {
  readonly situation: Situation;
  /** Objects of the kinds of `surroundings.ts`. */
  readonly surroundings: readonly KubernetesObject[];
  /** Kinds of ours that the cluster does not have, as RBAC writes them. */
  readonly missingKinds: readonly string[];
}

/** Something that a check found. */
export interface Symptom extends Omit<Finding, 'ok'> {
  /** `fail`: something does not work, or will not. `warn`: it may be meant so. */
  readonly state: 'warn' | 'fail';
  /** `Kind/namespace/name`. */
  readonly object: string;
}

/** One question, asked of all objects. */
export interface Check {
  readonly name: string;
  /** What is in order where nothing is found. */
  readonly healthy: string;
  /** Kinds that nothing can be said without. */
  readonly needs: readonly string[];
  look(patient: Patient): readonly Symptom[];
}

/** A symptom of our own table. */
export function symptom(state: Symptom['state'], object: string, reason: DoctorFinding, message: string): Symptom {
  return { state, object, reason, message, remedy: DOCTOR_FINDINGS[reason].remedy };
}

/** `Kind/namespace/name`, as tables show an object. */
export function nameOf(object: KubernetesObject): string {
  return `${object.kind}/${keyText(keyOf(object))}`;
}
