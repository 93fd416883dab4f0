#!/bin/bash
# The tour behind `./dev quickstart`: a real Hub on this machine, and hf downloading a 200 MB model from it,
# then uploading an edit of it.
#   examples/quickstart.sh <folder with hf and hfhub-localhub>
set -euo pipefail
bin=$(cd "$1" && pwd)
home=$(dirname "$bin")/tour # the local Hub's data and the caches of this tour; delete it at will
readonly bin home repo=demo/tiny-llama
PATH=$bin:$PATH
unset HF_TOKEN HF_HUB_OFFLINE HF_HUB_CACHE HF_HUB_DISABLE_PROGRESS_BARS HTTP_PROXY http_proxy ALL_PROXY all_proxy

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
run() {
  printf '$ %s\n' "$*"
  "$@"
}
admin() { curl --silent --show-error --fail --noproxy '*' "$@"; }
mark() { admin "$HF_ENDPOINT/_admin/log?since=999999999" | sed 's/.*"next":\([0-9]*\).*/\1/'; }
log_since() { admin "$HF_ENDPOINT/_admin/log?since=$1"; }
requests_since() { log_since "$1" | grep -o '{"n":' | wc -l; }
bytes_since() { # of file content, as the Hub counted them
  log_since "$1" | awk 'BEGIN { RS = "[{]\"n\":" } /"method":"GET"/ && /"path":"[^"]*(resolve|objects|xorbs)\// {
    match($0, /"bytes":[0-9]+/); sum += substr($0, RSTART + 8, RLENGTH - 8) } END { printf "%d", sum }'
}
megabytes() { awk -v bytes="$1" 'BEGIN { printf "%.1f MB", bytes / 1e6 }'; }
milliseconds() { awk -v from="$1" -v to="$EPOCHREALTIME" 'BEGIN { printf "%.0f", (to - from) * 1000 }'; }
line_speed() { # bytes a second for each answer of the file server; 0: as fast as it goes
  admin --output /dev/null -X DELETE "$HF_ENDPOINT/_admin/faults"
  (($1 == 0)) || admin --output /dev/null "$HF_ENDPOINT/_admin/faults" \
    --data "{\"match\": {\"origin\": \"cdn\"}, \"times\": 0, \"action\": {\"drip_bytes_per_s\": $1}}"
}

start_hub() {
  rm -rf "$home/cache" "$home/ready"
  mkdir -p "$home"
  if [[ ! -e $home/hub/seeded ]]; then
    rm -rf "$home/hub"
    hfhub-localhub seed-demo --data "$home/hub" --size 200MB --repo "model:$repo" > /dev/null
    touch "$home/hub/seeded"
  fi
  hfhub-localhub --data "$home/hub" --port 0 --ready-file "$home/ready" > /dev/null &
  hub=$!
  trap 'kill $hub 2> /dev/null || true' EXIT
  until [[ -s $home/ready ]]; do
    kill -0 $hub 2> /dev/null || { echo "hfhub-localhub did not start" >&2 && exit 1; }
    sleep 0.05
  done
  HF_ENDPOINT=$(sed 's/.*"endpoint": "\([^"]*\)".*/\1/' "$home/ready")
  export HF_ENDPOINT
}

first_download() {
  say "1. Download a model into an empty cache"
  export HF_HOME=$home/cache/first
  line_speed 3000000
  local from=$EPOCHREALTIME start
  start=$(mark)
  run hf download $repo
  first_bytes=$(bytes_since "$start")
  printf '%s, compressed, in %s ms over a line of 3 MB/s a connection; every chunk and every file verified.\n' \
    "$(megabytes "$first_bytes")" "$(milliseconds "$from")"
  say "   What is on disk: the layout Python's huggingface_hub uses, readable by both"
  (cd "$HF_HOME/hub" && find models--* blobs -not -path '*/.no_exist*' \( -type l -printf '  %p -> %l\n' -o -type f -printf '  %p  %s bytes\n' \) |
    LC_ALL=C sort | cut -c1-150)
}

killed_download() {
  say "2. Kill a download in the middle, then ask again"
  export HF_HOME=$home/cache/second
  local start resumed total fetched again
  start=$(mark)
  printf '$ hf download %s      # kill -9 once half of it has arrived\n' $repo
  hf download $repo &
  local victim=$!
  while (($(bytes_since "$start") < first_bytes / 2)) && kill -0 $victim 2> /dev/null; do sleep 0.1; done
  kill -9 $victim 2> /dev/null || true
  wait $victim 2> /dev/null || true
  total=$(bytes_since "$start")
  printf '\nkilled after %s; the same command again:\n' "$(megabytes "$total")"
  line_speed 0
  resumed=$(mark)
  run hf download $repo
  fetched=$(bytes_since "$resumed")
  again=$((total + fetched - first_bytes))
  printf 'The second run fetched %s; %s of that had been sent before the kill.\n' "$(megabytes "$fetched")" "$(megabytes $((again > 0 ? again : 0)))"
}

cached_hit() {
  say "3. Ask for what is there"
  local start from commit took
  commit=$(cat "$HF_HOME/hub/models--${repo/\//--}/refs/main")
  start=$(mark)
  printf '$ hf download %s config.json --revision %s\n' $repo "$commit"
  from=$EPOCHREALTIME
  hf download $repo config.json --revision "$commit"
  took=$(milliseconds "$from")
  printf 'a cached hit: %s ms for the whole process, %s requests.\n' "$took" "$(requests_since "$start")"
}

upload_edited() {
  say "4. Change one byte of a 100 MB shard and upload the folder"
  local work=$home/cache/work shard
  admin --output /dev/null "$HF_ENDPOINT/_admin/tokens" \
    --data '{"token": "hf_quickstart", "user": "demo", "role": "write"}'
  export HF_TOKEN=hf_quickstart
  cp -rL "$(hf download $repo --quiet)" "$work"
  shard=$(cd "$work" && ls ./*.safetensors | head -1)
  printf 'X' | dd of="$work/$shard" bs=1 seek=50000000 conv=notrunc status=none
  printf '$ printf X | dd of=%s bs=1 seek=50000000 conv=notrunc\n' "$shard"
  run hf upload $repo "$work" --commit-message "One byte"
  printf 'The same command again, with nothing new:\n'
  run hf upload $repo "$work" --commit-message "One byte"
}

start_hub
say "A local Hub runs at $HF_ENDPOINT with $repo (200 MB)"
first_download
killed_download
cached_hit
upload_edited
say "The real Hub is the default; nothing has to be set:"
cat <<TEXT
  export PATH=$bin:\$PATH
  hf download openai-community/gpt2 config.json
HF_ENDPOINT points hf at another Hub, HF_TOKEN (or a saved token) opens private and gated repositories, HF_HOME moves
the cache. To keep the local Hub running: hfhub-localhub --data $home/hub --port 8000
TEXT
