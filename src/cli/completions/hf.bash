# bash completion for hf; it asks hf itself what fits.
_hf_completion() {
  local line="${COMP_LINE:0:COMP_POINT}" current='' kind value
  [[ $line == *[[:space:]] ]] || current="${line##*[[:space:]]}"
  # bash cuts words at ":" and "=", so what comes before the last one is on the line already
  local typed="${current%"${current##*[:=]}"}"
  COMPREPLY=()
  while IFS=, read -r kind value; do
    case "$kind" in
      plain) COMPREPLY+=("${value#"$typed"}") ;;
      dir) compopt -o dirnames 2> /dev/null ;;
      file) compopt -o default 2> /dev/null ;;
    esac
  done < <(_HF_COMPLETE=bash_line COMP_WORDS="$line" COMP_CWORD="$current" "$1" 2> /dev/null)
}
complete -o nosort -F _hf_completion hf
