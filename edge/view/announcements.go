package view

import (
	"millrace/book"
	"millrace/domain/id"
)

// announcements are the events of which messages tell, by their public names. A name is stable for ever. What is not here is bookkeeping, work
// in slices, or nobody's business: told_test.go lists it.
var announcements = []announcement{
	{"actor.registered", &book.ActorRegistered{}, nil},
	{"actor.moved", &book.ActorMoved{}, nil},
	{"actor.administration_moved", &book.AdministratorMoved{}, nil},
	{"key.added", &book.KeyAdded{}, nil},
	{"key.revoked", &book.KeyRevoked{}, nil},
	{"party.registered", &book.PartyRegistered{}, nil},
	{"party.seen", &book.PartySeen{}, nil},
	{"party.onboarded", &book.PartyOnboarded{}, nil},
	{"party.suspended", &book.PartySuspended{}, nil},
	{"party.reinstated", &book.PartyReinstated{}, nil},
	{"bank_account.proposed", &book.BankAccountProposed{}, nil},
	{"bank_account.verified", &book.BankAccountVerified{}, nil},
	{"bank_account.revoked", &book.BankAccountRevoked{}, nil},
	{"bank_account.name_checked", &book.NameChecked{}, nil},
	{"bank_account.micro_deposit_ordered", &book.MicroDepositOrdered{}, nil},
	{"bank_account.micro_deposit_answered", &book.MicroDepositAnswered{}, nil},
	{"bank_account.letter_recorded", &book.BankLetterRecorded{}, nil},
	{"bank_account.change_confirmed", &book.AccountChangeConfirmed{}, nil},

	{"product.proposed", &book.ProductProposed{}, nil},
	{"product.approved", &book.ProductApproved{}, nil},
	{"product.retired", &book.ProductRetired{}, nil},
	{"programme.proposed", &book.ProgrammeProposed{}, nil},
	{"programme.approved", &book.ProgrammeApproved{}, nil},
	{"programme.stopped", &book.ProgrammeStopped{}, nil},
	{"programme.stop_lifted", &book.StopLifted{}, nil},
	{"review.proposed", &book.ReviewProposed{}, nil},
	{"review.approved", &book.ReviewApproved{}, nil},
	{"review.condition_settled", &book.ConditionSettled{}, nil},
	{"limit.proposed", &book.LimitProposed{}, nil},
	{"limit.approved", &book.LimitApproved{}, nil},
	{"limit.suspended", &book.LimitSuspended{}, nil},
	{"limit.lifted", &book.LimitLifted{}, nil},
	{"limit.overshot", &book.LimitOvershot{}, nil},
	{"limit.restored", &book.LimitRestored{}, nil},
	{"limit.withdrawal_proposed", &book.WithdrawalProposed{}, nil},
	{"limit.withdrawal_decided", &book.WithdrawalDecided{}, nil},
	{"limit.recommended", &book.LimitRecommended{}, nil},
	{"limit.recommendation_decided", &book.RecommendationDecided{}, nil},
	{"dependence.proposed", &book.DependenceProposed{}, nil},
	{"dependence.moved", &book.DependenceMoved{}, nil},
	{"funder_policy.proposed", &book.FunderPolicyProposed{}, nil},
	{"funder_policy.decided", &book.FunderPolicyDecided{}, nil},
	{"authority.given", &book.AuthorityGiven{}, nil},
	{"authority.revoked", &book.AuthorityRevoked{}, nil},
	{"risk_policy.proposed", &book.RiskPolicyProposed{}, nil},
	{"risk_policy.decided", &book.RiskPolicyDecided{}, nil},
	{"decision.made", &book.DecisionMade{}, nil},
	{"referral.opened", &book.ReferralOpened{}, nil},
	{"referral.taken", &book.ReferralTaken{}, nil},
	{"referral.advised", &book.ReferralAdvised{}, nil},
	{"referral.ended", &book.ReferralEnded{}, nil},
	{"application.opened", &book.ApplicationOpened{}, nil},
	{"application.supplemented", &book.ApplicationSupplemented{}, nil},
	{"application.viewed", &book.ApplicationViewed{}, nil},
	{"application.approved", &book.ApplicationApproved{}, nil},
	{"application.decided", &book.ApplicationDecided{}, nil},
	{"watch.set", &book.PartyWatched{}, nil},
	{"news.recorded", &book.NewsRecorded{}, nil},

	{"document.recorded", &book.DocumentRecorded{}, nil},
	{"document.verified", &book.VerificationRecorded{}, func(e book.Event) []string {
		if e == nil {
			return []string{id.Document(0).Prefix()}
		}
		return []string{e.(*book.VerificationRecorded).Verification.Document.String()}
	}},
	{"trade.matched", &book.TradeMatched{}, nil},
	{"trade.merged", &book.TradesMerged{}, nil},
	{"trade.movements_attached", &book.MovementsAttached{}, nil},
	{"trade.duplicate_found", &book.DuplicateFound{}, nil},
	{"movement.recorded", &book.MovementRecorded{}, nil},
	{"movement.retracted", &book.MovementRetracted{}, nil},
	{"mapping.set", &book.MappingSet{}, nil},
	{"receivable.opened", &book.ReceivableOpened{}, nil},
	{"receivable.credited", &book.ReceivableCredited{}, nil},
	{"receivable.findings_cleared", &book.FindingsCleared{}, nil},
	{"receivable.rules_cleared", &book.RulesCleared{}, nil},
	{"receivable.confirmed", &book.ReceivableConfirmed{}, nil},
	{"receivable.confirmation_withdrawn", &book.ConfirmationWithdrawn{}, nil},
	{"receivable.bank_undertook", &book.BankUndertook{}, nil},
	{"receivable.paid", &book.ReceivablePaid{}, nil},
	{"receivable.paid_to_agent", &book.AgentCollected{}, nil},
	{"receivable.unpaid", &book.ReceivableUnpaid{}, nil},
	{"receivable.discharged", &book.DebtsDischarged{}, func(e book.Event) []string {
		if e == nil {
			return []string{id.Receivable(0).Prefix()}
		}
		var debts []string
		for _, debt := range e.(*book.DebtsDischarged).Debts {
			debts = append(debts, debt.Receivable.String())
		}
		return debts
	}},
	{"confirmation.started", &book.ConfirmationStarted{}, nil},
	{"confirmation.ended", &book.ConfirmationEnded{}, nil},
	{"dispute.opened", &book.DisputeOpened{}, nil},
	{"dispute.moved", &book.DisputeMoved{}, nil},

	{"financing.opened", &book.FinancingOpened{}, nil},
	{"financing.decided", &book.ReferralDecided{}, nil},
	{"financing.accepted", &book.FinancingAccepted{}, nil},
	{"financing.drawn", &book.SetOffCashDrawn{}, nil},
	{"financing.moved", &book.FinancingMoved{}, nil},
	{"financing.repaid", &book.FinancingRepaid{}, nil},
	{"financing.serviced", &book.FinancingServiced{}, nil},
	{"financing.cover_moved", &book.CoverMoved{}, nil},
	{"financing.conversions_planned", &book.ConversionsPlanned{}, nil},
	{"measure.proposed", &book.MeasureProposed{}, nil},
	{"measure.moved", &book.MeasureMoved{}, nil},
	{"placement.opened", &book.PlacementOpened{}, nil},
	{"placement.shared", &book.PlacementShared{}, nil},
	{"line.proposed", &book.LineProposed{}, nil},
	{"line.moved", &book.LineMoved{}, nil},
	{"ladder.proposed", &book.LadderProposed{}, nil},
	{"ladder.decided", &book.LadderDecided{}, nil},
	{"auction.opened", &book.AuctionOpened{}, func(e book.Event) []string {
		if e == nil {
			return []string{id.Auction(0).Prefix()}
		}
		return []string{e.(*book.AuctionOpened).Auction.Rules.ID.String()}
	}},
	{"auction.awarded", &book.AuctionAwarded{}, nil},
	{"auction.called_off", &book.AuctionCalledOff{}, nil},
	{"bid.placed", &book.BidPlaced{}, nil},
	{"bid.opened", &book.BidOpened{}, nil},
	{"early_offer.opened", &book.EarlyOfferOpened{}, nil},
	{"early_offer.ended", &book.EarlyOfferEnded{}, nil},
	{"early_payment.opened", &book.EarlyPaymentOpened{}, nil},
	{"early_payment.moved", &book.EarlyPaymentMoved{}, nil},
	{"instruction.given", &book.InstructionGiven{}, nil},
	{"instruction.revoked", &book.InstructionRevoked{}, nil},

	{"payment.opened", &book.PaymentOpened{}, nil},
	{"payment.moved", &book.PaymentMoved{}, nil},
	{"payment.approved", &book.PaymentApproved{}, nil},
	{"payment.released", &book.PaymentReleased{}, nil},
	{"receipt.recorded", &book.ReceiptRecorded{}, nil},
	{"receipt.moved", &book.ReceiptMoved{}, nil},
	{"receipt.set_aside", &book.ReceiptSetAside{}, nil},
	{"receipt.recalled", &book.ReceiptRecalled{}, nil},
	{"return.proposed", &book.ReturnProposed{}, nil},
	{"return.moved", &book.ReturnMoved{}, nil},
	{"charge.recorded", &book.ChargeRecorded{}, nil},
	{"bank_statement.recorded", &book.StatementRecorded{}, nil},
	{"break.opened", &book.BreakOpened{}, nil},
	{"break.changed", &book.BreakChanged{}, nil},
	{"break.moved", &book.BreakMoved{}, nil},
	{"supervised_account.proposed", &book.SupervisedAccountProposed{}, nil},
	{"supervised_account.moved", &book.SupervisedAccountMoved{}, nil},
	{"misdirected_payment.recorded", &book.PaymentMisdirected{}, nil},
	{"misdirected_payment.moved", &book.RecoveryMoved{}, nil},

	{"signing_key.proposed", &book.SigningKeyProposed{}, nil},
	{"signing_key.moved", &book.SigningKeyMoved{}, nil},
	{"mandate.proposed", &book.MandateProposed{}, nil},
	{"mandate.moved", &book.MandateMoved{}, nil},
	{"agreement.drafted", &book.AgreementDrafted{}, nil},
	{"agreement.signed", &book.AgreementSigned{}, nil},
	{"agreement.terminated", &book.AgreementTerminated{}, nil},
	{"notice.drafted", &book.NoticeDrafted{}, nil},
	{"notice.moved", &book.NoticeMoved{}, nil},
	{"registration.proposed", &book.RegistrationProposed{}, nil},
	{"registration.moved", &book.RegistrationMoved{}, nil},
	{"search.recorded", &book.SearchRecorded{}, nil},
	{"encumbrance.released", &book.EncumbranceReleased{}, nil},
	{"sales_contract.recorded", &book.SalesContractRecorded{}, nil},
	{"reassignment.recorded", &book.ReceivableReassigned{}, nil},

	{"certificate.issued", &book.CertificateIssued{}, nil},
	{"certificate.cancelled", &book.CertificateCancelled{}, nil},
	{"holding.moved", &book.HoldingsMoved{}, aboutHoldings},

	{"stock.receipt_issued", &book.WarehouseReceiptIssued{}, nil},
	{"stock.receipts_moved", &book.WarehouseReceiptsMoved{}, aboutStock},
	{"stock.price_proposed", &book.StockPriceProposed{}, nil},
	{"stock.price_decided", &book.StockPriceDecided{}, nil},
	{"stock.counted", &book.StockCounted{}, nil},
	{"stock.finding_cleared", &book.StockFindingCleared{}, nil},
	{"collateral.proposed", &book.CollateralProposed{}, nil},
	{"collateral.approved", &book.CollateralApproved{}, nil},
	{"margin_call.assessed", &book.MarginAssessed{}, func(e book.Event) []string {
		if e == nil {
			return []string{id.MarginCall(0).Prefix()}
		}
		return []string{e.(*book.MarginAssessed).Call.Call.ID.String()}
	}},
	{"pool.filled", &book.ReceivablesPooled{}, nil},
	{"pool.withdrawn", &book.ReceivablesWithdrawn{}, nil},
	{"base.determined", &book.BaseDetermined{}, nil},

	{"estimates.proposed", &book.EstimatesProposed{}, nil},
	{"estimates.decided", &book.EstimatesDecided{}, nil},
	{"assessment.begun", &book.AssessmentBegun{}, nil},
	{"tariff.decided", &book.TariffDecided{}, nil},
	{"bill.issued", &book.BillIssued{}, nil},
	{"bill.paid", &book.BillPaid{}, nil},
	{"period.proposed", &book.ClosingProposed{}, nil},
	{"period.closed", &book.PeriodClosed{}, nil},
	{"fixing.recorded", &book.FixingRecorded{}, nil},

	{"digital_asset.decided", &book.DigitalAssetDecided{}, nil},
	{"wallet.opened", &book.WalletOpened{}, nil},
	{"wallet.decided", &book.WalletDecided{}, nil},
	{"digital_transfer.opened", &book.DigitalTransferOpened{}, nil},
	{"digital_transfer.moved", &book.DigitalTransferMoved{}, nil},
	{"bound_money.bound", &book.MoneyBound{}, nil},
	{"bound_money.refunded", &book.BoundMoneyRefunded{}, nil},
	{"exchange.offered", &book.ExchangeOffered{}, nil},
	{"exchange.moved", &book.ExchangeMoved{}, nil},

	{"model.registered", &book.ModelRegistered{}, nil},
	{"model.validated", &book.ModelValidated{}, nil},
	{"model.promoted", &book.ModelPromoted{}, nil},
	{"model.retired", &book.ModelRetired{}, nil},

	{"onboarding_file.opened", &book.FileOpened{}, nil},
	{"onboarding_file.document_recorded", &book.FileDocumentRecorded{}, nil},
	{"onboarding_file.document_checked", &book.FileDocumentChecked{}, nil},
	{"onboarding_file.reviewed", &book.FileReviewed{}, nil},
	{"file_reading.recorded", &book.FileRead{}, nil},
	{"consent.given", &book.ConsentGiven{}, nil},
	{"consent.withdrawn", &book.ConsentWithdrawn{}, nil},

	{"set_off_run.announced", &book.SetOffRunAnnounced{}, nil},
	{"set_off_run.proposed", &book.SetOffProposalClosed{}, nil},
	{"set_off_run.executed", &book.SetOffRunExecuted{}, nil},
	{"set_off_run.ended", &book.SetOffRunEnded{}, nil},
	{"set_off_consent.given", &book.SetOffConsentGiven{}, nil},
	{"set_off_consent.revoked", &book.SetOffConsentRevoked{}, nil},
	{"set_off_consent.answered", &book.SetOffRunAnswered{}, nil},
	{"set_off_bar.recorded", &book.SetOffBarRecorded{}, nil},
	{"set_off_bar.lifted", &book.SetOffBarLifted{}, nil},
	{"set_off_calendar.moved", &book.SetOffCalendarMoved{}, nil},

	{"webhook.opened", &book.WebhookOpened{}, nil},
	{"webhook.changed", &book.WebhookChanged{}, nil},
	{"webhook.secret_rotated", &book.WebhookSecretRotated{}, nil},
	{"webhook.moved", &book.WebhookMoved{}, nil},
}

// aboutHoldings are the holdings that a step has made, then those that it has consumed: a holder sees its own.
func aboutHoldings(e book.Event) []string {
	if e == nil {
		return []string{id.Holding(0).Prefix()}
	}
	moved := e.(*book.HoldingsMoved)
	var all []id.Holding
	for _, made := range moved.Made {
		all = append(all, made.ID)
	}
	for _, spent := range moved.Spent {
		all = append(all, spent.Holding)
	}
	return printedIDs(all)
}

// aboutStock are the warehouse receipts that a step has made, then those that it has consumed.
func aboutStock(e book.Event) []string {
	if e == nil {
		return []string{id.WarehouseReceipt(0).Prefix()}
	}
	moved := e.(*book.WarehouseReceiptsMoved)
	var all []id.WarehouseReceipt
	for _, made := range moved.Made {
		all = append(all, made.ID)
	}
	return printedIDs(append(all, moved.Consumed...))
}
