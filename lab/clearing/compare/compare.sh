#!/bin/sh
# Measures millrace clear beside LEMON's CostScaling and, where Python can have it, OR-tools' SimpleMinCostFlow, each TIMES times by turns, on
# the same networks of debts: the least processor time, and whether all clear the same. OR-tools runs once, and not longer than TOOLS_SECONDS.
# Usage: compare.sh MILLRACE BENCH WORK [--large] [--sizes "50k 100k …"] [--families "scale-free uniform …"]
set -eu
millrace=$1 bench=$2 work=$3
shift 3
sizes='50k 100k 200k 500k 1m' families='scale-free uniform ring path grid star' times=${TIMES:-3}
while [ $# -gt 0 ]; do
	case $1 in
	--large) sizes="$sizes 5m" ;;
	--sizes) sizes=$2 && shift ;;
	--families) families=$2 && shift ;;
	*) echo "bench-clearing: $1 is not known" >&2 && exit 2 ;;
	esac
	shift
done
here=$(dirname "$0")
mkdir -p "$work"
if [ ! -f "$bench/gen.go" ] || [ ! -f "$bench/lemon_bench.cpp" ]; then
	echo "bench-clearing: there is no generator and no baseline in $bench" >&2
	exit 2
fi
go build -o "$work/gen" "$bench/gen.go"

# What the others need is installed where that can be done, and left out, with a word, where not.
install() {
	if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null 2>&1; then
		apt-get install -y -q "$@" >"$work/apt.log" 2>&1 || { apt-get update -q && apt-get install -y -q "$@"; } >"$work/apt.log" 2>&1 || true
	fi
}
lemon=$work/lemon_bench
if [ ! -x "$lemon" ]; then
	{ command -v g++ && [ -f /usr/include/lemon/cost_scaling.h ]; } >/dev/null 2>&1 || install g++ liblemon-dev
	g++ -O3 -DNDEBUG -w -o "$lemon" "$bench/lemon_bench.cpp" -llemon 2>"$work/g++.log" || lemon=
fi
[ -n "$lemon" ] || echo "bench-clearing: LEMON can't be had here (see $work/g++.log)" >&2
python=
if command -v python3 >/dev/null 2>&1; then
	[ -x "$work/python/bin/python" ] || python3 -m venv "$work/python" >/dev/null 2>&1 || true
	if [ -x "$work/python/bin/python" ]; then
		"$work/python/bin/python" -c 'import ortools, numpy' 2>/dev/null ||
			"$work/python/bin/python" -m pip install --quiet ortools numpy >"$work/pip.log" 2>&1 || true
		! "$work/python/bin/python" -c 'import ortools, numpy' 2>/dev/null || python=$work/python/bin/python
	fi
fi
[ -n "$python" ] || echo "bench-clearing: OR-tools can't be had here" >&2

figure() { sed -nE "s/.*\"$1\":([-0-9.e]+).*/\1/p"; }
said() { sed -nE "s/.*(^| )$1=([-0-9.e]+).*/\2/p"; }
least() { # keeps the smaller of two, "" for none yet
	if [ -z "$1" ]; then echo "$2"; else echo "$1 $2" | awk '{ print ($1 < $2 ? $1 : $2) }'; fi
}
ratio() { if [ -n "$2" ]; then awk "BEGIN { printf \"%.2f\", $1 / $2 }"; else echo '–'; fi; }

wrong=0
agree() { # who, what it clears
	if [ "$2" != "$cleared" ]; then
		echo "bench-clearing: $name: $1 clears $2, millrace $cleared" >&2
		wrong=1
	fi
}
printf '| network | firms | debts | cleared | millrace s | MB | phases | LEMON s | ratio | LEMON after scc s | ratio | OR-tools s | ratio |\n'
printf '| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: | ---: |\n'
for family in $families; do
	for size in $sizes; do
		case $size in
		*m) debts=${size%m}000000 ;;
		*) debts=${size%k}000 ;;
		esac
		firms=$((debts / 5)) name=$family-$size
		file=$work/$name.txt
		case $family in
		scale-free) "$work/gen" -n "$firms" -m "$debts" -seed 1 >"$file" ;;
		uniform) "$work/gen" -family uniform -n "$firms" -m "$debts" -seed 1 >"$file" ;;
		*) "$millrace" lab clearing --family "$family" --firms "$firms" --debts "$debts" --seed 1 >"$file" ;;
		esac
		ours='' raw='' scc='' tools='' memory=''
		for turn in $(seq "$times"); do
			GOMAXPROCS=1 "$millrace" clear "$file" --json >"$work/ours.json"
			cleared=$(figure cleared <"$work/ours.json")
			ours=$(least "$ours" "$(figure solve_cpu_s <"$work/ours.json")")
			memory=$(least "$memory" "$(figure peak_bytes <"$work/ours.json")")
			if [ -n "$lemon" ] && "$lemon" cs "$file" >"$work/lemon.txt"; then
				agree LEMON "$(said cleared <"$work/lemon.txt")"
				raw=$(least "$raw" "$(said cpu_s <"$work/lemon.txt")")
				"$lemon" cs "$file" scc >"$work/lemon.txt"
				agree 'LEMON after scc' "$(said cleared <"$work/lemon.txt")"
				scc=$(least "$scc" "$(said cpu_s <"$work/lemon.txt")")
			fi
			if [ -n "$python" ] && [ "$turn" = 1 ] && timeout "${TOOLS_SECONDS:-120}" "$python" "$here/compare.py" "$file" >"$work/tools.txt" 2>"$work/tools.log"; then
				agree OR-tools "$(said cleared <"$work/tools.txt")"
				tools=$(said cpu_s <"$work/tools.txt")
			fi
		done
		share=$(awk "BEGIN { printf \"%.2f\", 100 * $cleared / $(figure debt <"$work/ours.json") }")
		printf '| %s | %d | %d | %s %% | %.3f | %d | %s | %s | %s | %s | %s | %s | %s |\n' "$family" "$firms" "$debts" "$share" "$ours" \
			"$((memory / 1000000))" "$(figure phases <"$work/ours.json")" "${raw:-–}" "$(ratio "$ours" "$raw")" "${scc:-–}" "$(ratio "$ours" "$scc")" \
			"${tools:-–}" "$(ratio "$ours" "$tools")"
		rm -f "$file"
	done
done
exit $wrong
