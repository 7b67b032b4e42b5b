import { remedyInFolder } from '../explain/folder-words.ts';
import type { CheckResult, Diagnosis } from './diagnose.ts';

/** What to do in a folder about what `doctor` alone finds, by reason. */
const REMEDIES: ReadonlyMap<string, string> = new Map(
  Object.entries({
    SpeakerMissing: 'Run berth standalone, without --no-speaker, on that node.',
    NodeGone: 'Delete it from the state directory.',
    NodeUsesAddress: 'Take the address out of the file of the Node, or leave it out of the pool.',
  }),
);

/** The diagnosis in words that fit a folder: nothing in it is done with a cluster. */
export function diagnosisInFolder(diagnosis: Diagnosis): Diagnosis {
  return { ...diagnosis, checks: diagnosis.checks.map(checkInFolder) };
}

function checkInFolder(result: CheckResult): CheckResult {
  const symptoms = result.symptoms.map((symptom) => {
    const remedy = REMEDIES.get(symptom.reason) ?? remedyInFolder(symptom);
    return { ...symptom, remedy };
  });
  return { ...result, symptoms };
}
