import type { Unread } from '../explain/situation.ts';
import type { Check, Patient, Symptom } from './check.ts';
import { EXPLAINED_CHECKS } from './explained.ts';
import { INSTALLATION_CHECKS } from './installation.ts';
import { NEIGHBOUR_CHECKS } from './neighbours.ts';
import { NODE_CHECKS } from './nodes.ts';
import { POOL_CHECKS } from './pools.ts';
import { ROUTING_CHECKS } from './routing.ts';

/** Every check, from the installation to what users see. */
export const CHECKS: readonly Check[] = [
  ...INSTALLATION_CHECKS,
  ...NEIGHBOUR_CHECKS,
  ...POOL_CHECKS,
  ...EXPLAINED_CHECKS,
  ...ROUTING_CHECKS,
  ...NODE_CHECKS,
];

/** What one check said. */
export interface CheckResult {
  readonly check: string;
  /** `unknown`: what it needs could not be read. */
  readonly state: 'ok' | 'warn' | 'fail' | 'unknown';
  /** Of `ok` what is in order, of `unknown` what could not be read. */
  readonly message: string;
  readonly symptoms: readonly Symptom[];
}

/** The output of `berth doctor -o json`. Members may be added; none changes its meaning. */
export interface Diagnosis {
  readonly apiVersion: 'berth.dev/v1beta1';
  readonly kind: 'Diagnosis';
  readonly checks: readonly CheckResult[];
}

/** Asks every check. */
export function diagnose(patient: Patient): Diagnosis {
  const { unread } = patient.situation;
  const checks = CHECKS.map((check) =>
    resultOf(
      check,
      patient,
      unread.filter(({ what }) => check.needs.includes(what)),
    ),
  );
  return { apiVersion: 'berth.dev/v1beta1', kind: 'Diagnosis', checks };
}

function resultOf(check: Check, patient: Patient, lacking: readonly Unread[]): CheckResult {
  const { name, healthy } = check;
  if (lacking.length > 0) {
    const message = lacking.map(({ what, why }) => `${what}: ${why}`).join('; ');
    return { check: name, state: 'unknown', message, symptoms: [] };
  }
  const symptoms = unique(check.look(patient));
  const state = symptoms.some((each) => each.state === 'fail') ? 'fail' : symptoms.length > 0 ? 'warn' : 'ok';
  return { check: name, state, message: healthy, symptoms };
}

function unique(symptoms: readonly Symptom[]): readonly Symptom[] {
  return [...new Map(symptoms.map((each) => [JSON.stringify(each), each])).values()];
}
