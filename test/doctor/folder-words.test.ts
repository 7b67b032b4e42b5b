import { expect, it } from 'vitest';
import { DOCTOR_FINDINGS } from '../../src/api/reasons/doctor.ts';
import { SERVICE_FINDINGS } from '../../src/api/reasons/explanation.ts';
import type { Diagnosis } from '../../src/doctor/diagnose.ts';
import { diagnosisInFolder } from '../../src/doctor/folder-words.ts';

it.each([
  ['SpeakerMissing', DOCTOR_FINDINGS.SpeakerMissing.remedy, /^Run berth standalone, without --no-speaker/],
  ['NodeGone', DOCTOR_FINDINGS.NodeGone.remedy, /state directory/],
  ['NodeUsesAddress', DOCTOR_FINDINGS.NodeUsesAddress.remedy, /file of the Node/],
  ['ControllerDown', SERVICE_FINDINGS.ControllerDown.remedy, /^Run berth standalone on this folder\.$/],
  ['HostBits', DOCTOR_FINDINGS.HostBits.remedy, /^Write the first address of the CIDR, or a range\.$/],
  ['HostBits', null, null],
])('gives for %s the remedy that a folder has, and leaves the rest', (reason, remedy, expected) => {
  const symptom = { state: 'fail', object: 'Node/n1', reason, message: 'it is so', remedy } as const;
  const diagnosis: Diagnosis = {
    apiVersion: 'berth.dev/v1beta1',
    kind: 'Diagnosis',
    checks: [{ check: 'some', state: 'fail', message: 'all is well', symptoms: [symptom] }],
  };
  const [check] = diagnosisInFolder(diagnosis).checks;
  expect(check).toEqual({
    ...diagnosis.checks[0],
    symptoms: [{ ...symptom, remedy: expected === null ? null : expect.stringMatching(expected) }],
  });
});
