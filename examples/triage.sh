#!/usr/bin/env bash
# Sort files of answers by how soon somebody should look at them, from the exit code alone.
#
#     bash examples/triage.sh examples/answers/*
#
# The most urgent comes first. A file that cannot be read as answers is told and counted, never
# dropped: the script then ends with 1.
set -u

declare -A meaning=(
    [13]="emergency" [12]="same day" [11]="within 2 weeks" [10]="routine"
    [9]="self-care, on conditions" [0]="self-care"
)
refused=0
lines=()
for file in "$@"; do
    error=$(bumpcheck check --answers "$file" --format plain --exit-code 2>&1 >/dev/null)
    code=$?
    if [[ -z ${meaning[$code]-} ]]; then
        echo "refused: $error" >&2
        refused=1
        continue
    fi
    lines+=("$(printf '%02d %-26s %s' "$code" "${meaning[$code]}" "$file")")
done
[[ ${#lines[@]} -eq 0 ]] || printf '%s\n' "${lines[@]}" | sort -r | cut -c 4-
exit "$refused"
