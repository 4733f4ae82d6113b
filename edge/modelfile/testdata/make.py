# Makes the models and margins of the tests; the cases are drawn here. Needs lightgbm, xgboost, pandas and numpy.
import json, sys
import lightgbm, numpy, pandas, xgboost

random = numpy.random.default_rng(7)
n = 600
cases = pandas.DataFrame({
    "amount": random.lognormal(8, 1, n).round(2),
    "days": random.integers(-5, 60, n).astype(float),
    "sector": pandas.Categorical(random.choice(["farm", "retail", "steel", "toys"], n)),
})
odds = 0.04 * cases["days"] - 0.3 * numpy.log(cases["amount"]) + (cases["sector"] == "steel") * 1.5
cases.loc[random.random(n) < 0.1, "days"] = numpy.nan
bad = (random.random(n) < 1 / (1 + numpy.exp(-odds))).astype(int)
shown = cases.head(60).copy()

light = lightgbm.LGBMClassifier(n_estimators=8, num_leaves=8, verbose=-1, min_data_per_group=5, cat_smooth=1, n_jobs=1).fit(cases, bad)
light.booster_.save_model(sys.argv[1] + "/lightgbm.txt")
shown["lightgbm"] = light.predict(cases.head(60), raw_score=True)

extreme = xgboost.XGBClassifier(n_estimators=8, max_depth=3, enable_categorical=True, n_jobs=1, max_cat_to_onehot=2).fit(cases, bad)
extreme.get_booster().save_model(sys.argv[1] + "/xgboost.json")
shown["xgboost"] = extreme.predict(cases.head(60), output_margin=True)
shown["code"] = cases["sector"].cat.codes.head(60)
shown.to_csv(sys.argv[1] + "/cases.csv", index=False, float_format="%.9g")
