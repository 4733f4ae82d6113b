// Package economy simulates trade and its finance: anchors, tiers of suppliers, distributors, warehouses, funders and banks, who order, deliver,
// bill, borrow, pay late, quarrel, fail and cheat. It gives the commands that people give; the same seed gives the same journal.
package economy

// Calderdale are the parameters fitted to what an English council paid from October 2010 on (../shared/data/ledger). Renew them by
//
//	millrace lab economy --fit ../shared/data/ledger/calderdale.csv.gz
//
// Amounts are pounds there; the simulation takes them for units of its own currency.
var Calderdale = Parameters{
	SizeMean: 5.7400, SizeDeviation: 2.5815, SizeLeast: 500, SizeOwn: 0.4117,
	ShareDeviation: 1.970,
	DelayMean:      2.8122, DelayDeviation: 1.1086,
	Months:   [12]float64{0.997, 0.942, 1.202, 1.205, 0.974, 0.993, 0.928, 0.962, 0.942, 0.941, 0.954, 0.963},
	Weekdays: [5]float64{1.061, 0.985, 0.809, 1.543, 0.601},
}
