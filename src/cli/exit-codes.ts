/** What a command's exit status means. Scripts rely on the numbers: they do not change. */
export const ExitCode = {
  /** Done; of a daemon: stopped because it was told to. */
  Ok: 0,
  /** The input, the options or the surroundings do not allow it. stderr says what and the remedy. */
  Error: 1,
  /**
   * `--detailed-exitcode`: of `plan`, there is a change; of `explain`, there is something to mend. `doctor` found something.
   * Of `probe`: nobody answers, or more than one does.
   */
  Change: 2,
  /** Another speaker runs on this node, and has not made way for this one. */
  OtherSpeaker: 3,
  /** A fault of Berth itself (`EX_SOFTWARE` of sysexits.h). stderr has the stack. */
  Internal: 70,
} as const;

/** How every command's `--help` ends. */
export const EXIT_CODE_HELP = `Exit codes:
  0   done, or stopped when told to
  1   bad input or options, or not possible here; stderr says what to do
  2   with --detailed-exitcode: plan has a change, explain something to mend; doctor found something; probe: not one
      answers, or several
  3   of standalone and speaker: another speaker runs on this node
  70  a fault of Berth itself
  128+N  ended at once by a second signal N`;

/** A failure that the user can mend. The message names the thing and the remedy, without `error:` before it. */
export class CommandError extends Error {
  override readonly name = 'CommandError';

  constructor(
    message: string,
    readonly exitCode: number = ExitCode.Error,
  ) {
    super(message);
  }
}
