import { buildReasonedPlan } from '../../explain/plan.ts';
import { formatFault } from '../../store/directory/source-fault.ts';
import type { CommandContext } from '../context.ts';
import { ExitCode } from '../exit-codes.ts';
import { jsonText, yamlText } from '../output.ts';
import { type ReservedOptions, reservedRanges } from '../reserved.ts';
import { PlanInputError, type PlanSources, readPlanObjects } from './input.ts';
import { overruledText } from './overruled.ts';
import { hasChange, planText } from './plan-table.ts';

/** What `berth plan` was asked for. */
export interface PlanOptions extends PlanSources, ReservedOptions {
  readonly output: 'table' | 'json' | 'yaml';
  readonly evict?: boolean;
  readonly lbClass?: string;
  readonly all?: boolean;
  readonly detailedExitcode?: boolean;
}

/** Runs `berth plan`. Returns the exit code. @throws CommandError */
export async function plan(context: CommandContext, options: PlanOptions): Promise<number> {
  try {
    const { evict = false, lbClass: loadBalancerClass } = options;
    const objects = await readPlanObjects(context, options);
    const reserved = reservedRanges(options);
    const { plan, announcements, gone } = buildReasonedPlan({ ...objects, evict, loadBalancerClass, reserved });
    context.stderr.write(overruledText(objects.objects, loadBalancerClass));
    const { all = false } = options;
    const text = {
      table: () => planText(plan, { announcements, gone, all }),
      json: () => jsonText(plan),
      yaml: () => yamlText(plan),
    };
    context.stdout.write(text[options.output]());
    return options.detailedExitcode && hasChange(plan) ? ExitCode.Change : ExitCode.Ok;
  } catch (error) {
    if (!(error instanceof PlanInputError)) throw error;
    for (const fault of error.faults) context.stderr.write(`${formatFault(fault)}\n`);
    context.stderr.write(`error: ${error.message}\n`);
    return ExitCode.Error;
  }
}
