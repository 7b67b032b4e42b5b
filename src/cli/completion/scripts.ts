/** The shells that can be told. */
export const SHELLS = ['bash', 'zsh', 'fish'] as const;
/** See {@link SHELLS}. */
export type Shell = (typeof SHELLS)[number];

/** What a shell reads so that it completes `berth`. */
export function completionScript(shell: Shell): string {
  return SCRIPTS[shell];
}

const SCRIPTS: Readonly<Record<Shell, string>> = {
  bash: `# bash completion for berth
_berth() {
  local line words=()
  while IFS= read -r line; do
    case $line in
      :4) ;;
      :*) COMPREPLY=($(compgen -f -- "\${COMP_WORDS[COMP_CWORD]}")); return ;;
      *) words+=("\${line%%$'\\t'*}") ;;
    esac
  done < <("\${COMP_WORDS[0]}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
  COMPREPLY=("\${words[@]}")
  case \${COMPREPLY-} in */) compopt -o nospace ;; esac
}
complete -o filenames -F _berth berth
`,
  zsh: `#compdef berth
_berth() {
  local line
  local -a words_
  for line in "\${(@f)$("\${words[1]}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)}"; do
    case $line in
      :4) ;;
      :*) _files; return ;;
      ?*) words_+=("\${\${line%%$'\\t'*}//:/\\\\:}:\${line#*$'\\t'}") ;;
    esac
  done
  _describe berth words_
}
if [ "$funcstack[1]" = _berth ]; then _berth "$@"; else compdef _berth berth; fi
`,
  fish: `# fish completion for berth
function __berth_complete
  set -l words (commandline -opc)
  set -l lines ($words[1] __complete -- $words[2..-1] (commandline -ct) 2>/dev/null)
  if test "$lines[-1]" = ':0'
    __fish_complete_path (commandline -ct)
  else
    string match -v -r '^:' -- $lines
  end
end
complete -c berth -f -a '(__berth_complete)'
`,
};
