// Package servicing is the life of one financing, from disbursement to close, as a function of its terms and its dated
// facts. It serves a loan and a purchase without recourse alike.
//
// Nothing is kept up to date: Run replays all facts in one canonical order (Compare), whatever the order in which they
// arrived. A fact that comes late, is backdated, or takes an earlier one back gives another Position, and Difference says
// what is to be posted now: the corrected cumulative amounts, each rounded once, less what was posted before. What is
// posted never changes. Postings turns such a movement into legs in the books of each entity.
//
// The rules, each in one place:
//
//   - Interest is simple, on the principal that is out, first day in and last day out; it is kept exact and rounded half up
//     where a cumulative amount is posted, so that the last posting takes the residue (accrue.go).
//   - Money goes through the waterfall, up to what its payer owes; what is beyond belongs to its payer. What a bank takes
//     back leaves the tiers in the opposite order: what a payer has paid on balance is always shared by priority (share.go).
//   - Each party is entitled to its tiers. What was paid on beyond that is a shortfall, owed by that party (owed.go).
package servicing
