"""Trains LightGBM (its defaults) and optbinning's binning with a logistic regression on the very folds of millrace train, and prints
one line a set: data, model, AUC, standard deviation over folds. Called by compare.sh with: name, cases, target, dropped columns, scores.
"""
import fnmatch
import sys
import warnings

import numpy
import pandas

warnings.filterwarnings("ignore")


def area(score, bad):
    ranks = pandas.Series(score).rank().to_numpy()
    bads = bad.sum()
    return (ranks[bad == 1].sum() - bads * (bads + 1) / 2) / (bads * (len(bad) - bads))


def lightgbm_of(train, bad, test):
    import lightgbm
    return lightgbm.LGBMClassifier(verbose=-1).fit(train, bad).predict(test, raw_score=True)


def optbinning_of(train, bad, test):
    from optbinning import BinningProcess
    from sklearn.linear_model import LogisticRegression
    train, test = train.copy(), test.copy()
    words = [c for c in train.columns if isinstance(train[c].dtype, pandas.CategoricalDtype)]
    for table in (train, test):
        table[words] = table[words].astype(object)
    binning = BinningProcess(list(train.columns), categorical_variables=words)
    fitted = binning.fit_transform(train, bad, metric_missing="empirical")
    told = binning.transform(test, metric_missing="empirical")
    return LogisticRegression(max_iter=1000).fit(fitted, bad).decision_function(told)


def main():
    name, cases, target, drop, scores = sys.argv[1:]
    table = pandas.read_csv(cases, encoding="utf-8-sig", keep_default_na=False, na_values=["", "NA"])
    placed = pandas.read_csv(scores)
    bad, fold = placed["bad"].to_numpy(), placed["fold"].to_numpy()
    gone = [c for c in table.columns if c == target or any(fnmatch.fnmatch(c, p) for p in drop.split(",") if p)]
    table = table.drop(columns=gone)
    for column in table.columns:
        if not pandas.api.types.is_numeric_dtype(table[column]):
            table[column] = table[column].astype("category")
    for model, learn in (("LightGBM", lightgbm_of), ("optbinning", optbinning_of)):
        areas = []
        try:
            for k in sorted(set(fold)):
                out = fold == k
                areas.append(area(learn(table[~out], bad[~out], table[out]), bad[out]))
        except Exception as reason:
            print(f"{name}\t{model}\tleft out: {type(reason).__name__}: {reason}", flush=True)
            continue
        print(f"{name}\t{model}\t{numpy.mean(areas):.4f}\t{numpy.std(areas):.4f}", flush=True)


main()
