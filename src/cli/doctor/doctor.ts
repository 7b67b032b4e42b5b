import { type CheckResult, type Diagnosis, diagnose } from '../../doctor/diagnose.ts';
import { diagnosisInFolder } from '../../doctor/folder-words.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { tableBlock } from '../explain/layout.ts';
import { jsonText, yamlText } from '../output.ts';
import { type ReservedOptions, reservedRanges } from '../reserved.ts';
import { type PatientSources, readPatient } from './patient.ts';

/** What `berth doctor` was asked for. */
export interface DoctorOptions extends PatientSources, ReservedOptions {
  readonly output: 'table' | 'json' | 'yaml';
  readonly lbClass?: string;
  readonly all?: boolean;
}

/** Runs `berth doctor`. Returns the exit code. @throws CommandError where it cannot look */
export async function doctor(context: CommandContext, options: DoctorOptions): Promise<number> {
  const judgement = { loadBalancerClass: options.lbClass, reserved: reservedRanges(options) };
  const found = diagnose(await readPatient(context, options, judgement));
  const diagnosis = options.dir === undefined ? found : diagnosisInFolder(found);
  const text = {
    table: () => diagnosisText(diagnosis, options.all ?? false),
    json: () => jsonText(diagnosis),
    yaml: () => yamlText(diagnosis),
  };
  context.stdout.write(text[options.output]());
  return diagnosis.checks.some(({ symptoms }) => symptoms.length > 0) ? ExitCode.Change : ExitCode.Ok;
}

interface Row {
  readonly check: string;
  readonly state: string;
  readonly object?: string;
  readonly what: string;
  readonly remedy: string | null;
}

function diagnosisText({ checks }: Diagnosis, all: boolean): string {
  const counts = (state: CheckResult['state']) => checks.filter((check) => check.state === state).length;
  const rows = checks.filter(({ state }) => all || (state !== 'ok' && state !== 'unknown')).flatMap(rowsOf);
  const columns = [
    { header: 'CHECK', cell: ({ check }: Row) => check },
    { header: 'STATE', cell: ({ state }: Row) => state },
    { header: 'OBJECT', cell: ({ object }: Row) => object },
    { header: 'WHAT', cell: ({ what }: Row) => what },
  ];
  const table = tableBlock('Found', columns, rows, ({ remedy }) => remedy);
  const unknown = counts('unknown');
  const hint = unknown > 0 ? `, ${unknown} could not look` : '';
  const sum = `${checks.length} checks: ${counts('ok')} ok, ${counts('warn')} warn, ${counts('fail')} fail${hint}\n`;
  return table === '' ? sum : `${table}\n${sum}`;
}

function rowsOf({ check, state, message, symptoms }: CheckResult): readonly Row[] {
  if (symptoms.length === 0) return [{ check, state, what: message, remedy: null }];
  return symptoms.map(({ state, object, reason, message, remedy }) => {
    return { check, state, object, what: `${reason}: ${message}`, remedy };
  });
}
