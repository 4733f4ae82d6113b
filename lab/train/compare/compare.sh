#!/bin/sh
# Measures scorecards and trees on the credit data beside the project and, where Python can have them, LightGBM and optbinning on the same
# folds. Usage: compare.sh MILLRACE DATA WORK
set -eu
# More threads than free processors wait for each other; the figures do not depend on it.
export OMP_WAIT_POLICY=passive
millrace=$1 data=$2 work=$3
here=$(dirname "$0")
mkdir -p "$work"
if [ ! -f "$data/german_credit_caret.csv" ]; then
	echo "bench-credit: there is no credit data in $data" >&2
	exit 2
fi

python=
if command -v python3 >/dev/null 2>&1; then
	if [ ! -x "$work/python/bin/python" ]; then
		python3 -m venv "$work/python" >/dev/null 2>&1 || true
	fi
	if [ -x "$work/python/bin/python" ]; then
		"$work/python/bin/python" -c 'import lightgbm, optbinning' 2>/dev/null ||
			"$work/python/bin/python" -m pip install --quiet lightgbm optbinning >"$work/pip.log" 2>&1 || true
		if "$work/python/bin/python" -c 'import lightgbm, optbinning' 2>/dev/null; then
			python=$work/python/bin/python
		fi
	fi
fi
if [ -z "$python" ]; then
	echo "bench-credit: LightGBM and optbinning can't be had here, so only our own figures follow" >&2
fi

printf 'data\tmodel\tAUC\tsd\tKS\tseconds\n'
# A figure of the run as a whole: the last of its name, since those of the folds come first.
figure() { sed -E "s/.*\"$1\":([-0-9.e]+).*/\1/" "$2"; }
one() {
	name=$1 file=$2 target=$3 drop=$4
	for model in scorecard trees; do
		"$millrace" train "$data/$file" --target "$target" ${drop:+--drop "$drop"} --model "$model" --folds 5 --seed 20261122 \
			--scores "$work/$name.csv" --json >"$work/$name-$model.json"
		printf '%s\tmillrace %s\t%.4f\t%.4f\t%.4f\t%.1f\n' "$name" "$model" "$(figure auc "$work/$name-$model.json")" \
			"$(figure auc_sd "$work/$name-$model.json")" "$(figure ks "$work/$name-$model.json")" "$(figure seconds "$work/$name-$model.json")"
	done
	if [ -n "$python" ]; then
		"$python" "$here/compare.py" "$name" "$data/$file" "$target" "$drop" "$work/$name.csv"
	fi
}
one german german_credit_caret.csv Class ''
one sba sba_case_ca_realestate.csv Default 'Selected,LoanNr_ChkDgt,Name,Term,ChgOff*,daysterm,xx,BalanceGross,MIS_Status'
one polish polish_1year.csv.gz class ''
one uci uci_credit_card_default.csv.gz def_pay 'ID'
